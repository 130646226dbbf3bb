//! `eq`, `lt` and the others: what Go compares with what.

use core::cmp::Ordering;

use super::fault::{Fault, Result};
use super::value::{Memory, Value};

#[derive(Clone, Copy, PartialEq)]
enum Basic<'v> {
    Bool(bool),
    Int(i64),
    Unsigned(u8),
    Float(f64),
    Text(&'v [u8]),
}

fn basic(value: &Value) -> Option<Basic<'_>> {
    Some(match value {
        Value::Bool(value) => Basic::Bool(*value),
        Value::Int(value) | Value::Int64(value) => Basic::Int(*value),
        Value::Byte(value) => Basic::Unsigned(*value),
        Value::Float(value) => Basic::Float(*value),
        Value::Text(text) => Basic::Text(text),
        Value::Nil | Value::NilElement | Value::List(_) | Value::Map(_) => return None,
    })
}

/// Nothing, or the nil of a type of lists or maps.
fn is_nil(value: &Value, memory: &Memory) -> bool {
    match value {
        Value::List(id) => memory.list(*id).is_nil,
        Value::Map(id) => memory.map(*id).is_nil,
        value => value.is_nil(),
    }
}

fn incompatible(a: &Value, b: &Value, memory: &Memory) -> Fault {
    let (a, b) = (a.type_name(memory), b.type_name(memory));
    Fault::named(format!("{a} and {b} cannot be compared"))
}

/// Whether `first` equals any of the others.
pub(crate) fn equals_any(first: &Value, others: &[Value], memory: &Memory) -> Result<bool> {
    if others.is_empty() {
        return Err(Fault::new("there is nothing to compare with"));
    }
    for other in others {
        if equals(first, other, memory)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn equals(a: &Value, b: &Value, memory: &Memory) -> Result<bool> {
    match (basic(a), basic(b)) {
        (Some(Basic::Int(a)), Some(Basic::Unsigned(b))) | (Some(Basic::Unsigned(b)), Some(Basic::Int(a))) => {
            Ok(a == i64::from(b))
        }
        (Some(x), Some(y)) if core::mem::discriminant(&x) == core::mem::discriminant(&y) => Ok(x == y),
        (None, None) => match (a, b) {
            (a, b) if is_nil(a, memory) || is_nil(b, memory) => {
                let is_same_kind = a.kind_name() == b.kind_name() || a.is_nil() || b.is_nil();
                if is_same_kind {
                    Ok(is_nil(a, memory) && is_nil(b, memory))
                } else {
                    Err(incompatible(a, b, memory))
                }
            }
            _ => Err(incompatible(a, b, memory)),
        },
        _ if a.is_nil() || b.is_nil() => Ok(false),
        _ => Err(incompatible(a, b, memory)),
    }
}

/// Whether `a` comes before `b`.
pub(crate) fn is_less(a: &Value, b: &Value, memory: &Memory) -> Result<bool> {
    let refuse = || incompatible(a, b, memory);
    Ok(match (basic(a).ok_or_else(refuse)?, basic(b).ok_or_else(refuse)?) {
        (Basic::Int(a), Basic::Int(b)) => a < b,
        (Basic::Int(a), Basic::Unsigned(b)) => a < i64::from(b),
        (Basic::Unsigned(a), Basic::Int(b)) => i64::from(a) < b,
        (Basic::Unsigned(a), Basic::Unsigned(b)) => a < b,
        (Basic::Float(a), Basic::Float(b)) => a < b,
        (Basic::Text(a), Basic::Text(b)) => a.cmp(b) == Ordering::Less,
        _ => return Err(refuse()),
    })
}

/// `le`
pub(crate) fn is_less_or_equal(a: &Value, b: &Value, memory: &Memory) -> Result<bool> {
    Ok(is_less(a, b, memory)? || equals(a, b, memory)?)
}
