//! The functions, with the types of their parameters.

mod builtin;
mod certificate;
pub(super) mod codec;
#[expect(clippy::unnecessary_wraps, reason = "all functions of a table are of one type")]
mod default;
#[expect(clippy::unnecessary_wraps, reason = "all functions of a table are of one type")]
mod dict;
mod digest;
mod json;
#[expect(clippy::unnecessary_wraps, reason = "all functions of a table are of one type")]
mod list;
mod math;
mod path;
mod regex;
mod string;
mod yaml;

use super::fault::{Fault, Result};
use super::value::{Memory, Value};

/// A function: its name, its parameters and what it does.
pub(crate) struct Function {
    name: &'static str,
    /// A letter for each parameter (`s` text, `i` int, `b` bool, `f` float, `m` map, `a` anything); `*` after the last
    /// when there may be any number of it.
    signature: &'static str,
    run: Run,
}

type Run = fn(&mut Memory, &[Value]) -> Result<Value>;

/// What a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Parameter {
    Any,
    Text,
    Int,
    Bool,
    Float,
    Map,
}

const fn function(name: &'static str, signature: &'static str, run: Run) -> Function {
    Function { name, signature, run }
}

/// The function of this name.
pub(crate) fn find(name: &str) -> Option<&'static Function> {
    all().find(|function| function.name == name)
}

fn all() -> impl Iterator<Item = &'static Function> {
    let tables: [&[Function]; 13] = [
        builtin::TABLE,
        certificate::TABLE,
        codec::TABLE,
        default::TABLE,
        dict::TABLE,
        digest::TABLE,
        json::TABLE,
        list::TABLE,
        math::TABLE,
        path::TABLE,
        regex::TABLE,
        string::TABLE,
        yaml::TABLE,
    ];
    tables.into_iter().flatten()
}

impl Function {
    fn fixed(&self) -> &'static str {
        self.signature.strip_suffix('*').map_or(self.signature, |fixed| &fixed[..fixed.len() - 1])
    }

    /// Whether it can be called with this many arguments.
    pub(crate) fn check_count(&self, count: usize) -> Result<()> {
        let fixed = self.fixed().len();
        let is_variadic = self.signature.ends_with('*');
        if count == fixed || (is_variadic && count > fixed) {
            return Ok(());
        }
        let least = if is_variadic { "at least " } else { "" };
        Err(Fault::named(format!("it takes {least}{fixed} arguments and was given {count}")))
    }

    /// What the argument of this index, from 0, must be.
    pub(crate) fn parameter(&self, index: usize) -> Parameter {
        let letters = self.signature.trim_end_matches('*').as_bytes();
        match letters.get(index).or(letters.last()) {
            Some(b's') => Parameter::Text,
            Some(b'i') => Parameter::Int,
            Some(b'b') => Parameter::Bool,
            Some(b'f') => Parameter::Float,
            Some(b'm') => Parameter::Map,
            _ => Parameter::Any,
        }
    }

    /// Whether its arguments are looked at one by one.
    pub(crate) fn stops_early(&self) -> bool {
        matches!(self.name, "and" | "or")
    }

    pub(crate) fn run(&self, memory: &mut Memory, arguments: &[Value]) -> Result<Value> {
        (self.run)(memory, arguments)
    }
}

impl Parameter {
    /// The name of Go's type.
    pub(crate) fn type_name(self) -> &'static str {
        match self {
            Self::Any => "anything",
            Self::Text => "string",
            Self::Int => "int",
            Self::Bool => "bool",
            Self::Float => "float64",
            Self::Map => "map[string]interface {}",
        }
    }
}

/// The text that an argument is: its type was checked.
fn text(arguments: &[Value], index: usize) -> &[u8] {
    match arguments.get(index) {
        Some(Value::Text(text)) => text,
        _ => &[],
    }
}

/// The int that an argument is: its type was checked.
fn int(arguments: &[Value], index: usize) -> i64 {
    match arguments.get(index) {
        Some(Value::Int(number)) => *number,
        _ => 0,
    }
}

/// The bool that an argument is: its type was checked.
fn flag(arguments: &[Value], index: usize) -> bool {
    matches!(arguments.get(index), Some(Value::Bool(true)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operator::{self, Build};

    #[test]
    fn what_is_listed_as_rendered_is_what_can_be_rendered() {
        for name in operator::names() {
            let is_listed = operator::find(name).is_some_and(|(build, _)| build == Build::Rendered);
            assert_eq!(find(name).is_some(), is_listed, "{name}");
        }
    }

    #[test]
    fn every_function_is_one_of_the_operators_and_there_once() {
        for function in all() {
            let name = function.name;
            assert!(operator::find(name).is_some(), "{name}");
            assert_eq!(all().filter(|other| other.name == name).count(), 1, "{name}");
        }
    }
}
