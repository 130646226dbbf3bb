//! Sprig's arithmetic: <https://masterminds.github.io/sprig/math.html>. What is no number is 0.

use crate::render::fault::{Fault, Result};
use crate::render::format::to_text;
use crate::render::number::{to_float, to_int};
use crate::render::value::{Memory, Value};
use crate::syntax::literal::parse_int;

use super::{Function, function, int, text};

pub(super) const TABLE: &[Function] = &[
    function("int", "a", |_, a| Ok(Value::Int(to_int(&a[0])))),
    function("int64", "a", |_, a| Ok(Value::Int64(to_int(&a[0])))),
    function("float64", "a", |_, a| Ok(Value::Float(to_float(&a[0])))),
    function("atoi", "s", |_, a| Ok(Value::Int(atoi(text(a, 0))))),
    function("toDecimal", "a", to_decimal),
    function("add1", "a", |_, a| Ok(Value::Int64(to_int(&a[0]).wrapping_add(1)))),
    function("add", "a*", |_, a| Ok(Value::Int64(a.iter().map(to_int).fold(0, i64::wrapping_add)))),
    function("sub", "aa", |_, a| Ok(Value::Int64(to_int(&a[0]).wrapping_sub(to_int(&a[1]))))),
    function("mul", "aa*", |_, a| Ok(Value::Int64(a.iter().map(to_int).fold(1, i64::wrapping_mul)))),
    function("div", "aa", |_, a| Ok(Value::Int64(to_int(&a[0]).wrapping_div(divisor(&a[1])?)))),
    function("mod", "aa", |_, a| Ok(Value::Int64(to_int(&a[0]).wrapping_rem(divisor(&a[1])?)))),
    function("max", "aa*", |_, a| Ok(Value::Int64(a.iter().map(to_int).max().unwrap_or(0)))),
    function("biggest", "aa*", |_, a| Ok(Value::Int64(a.iter().map(to_int).max().unwrap_or(0)))),
    function("min", "aa*", |_, a| Ok(Value::Int64(a.iter().map(to_int).min().unwrap_or(0)))),
    function("floor", "a", |_, a| Ok(Value::Float(to_float(&a[0]).floor()))),
    function("ceil", "a", |_, a| Ok(Value::Float(to_float(&a[0]).ceil()))),
    function("round", "aif*", round),
];

fn divisor(value: &Value) -> Result<i64> {
    match to_int(value) {
        0 => Err(Fault::new("it divides by zero")),
        number => Ok(number),
    }
}

/// What is no number is 0; what is too large is the largest.
fn atoi(text: &[u8]) -> i64 {
    let Ok(text) = core::str::from_utf8(text) else { return 0 };
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let limit = if text.starts_with('-') { i64::MIN } else { i64::MAX };
    if is_number { parse_int(text, 10).unwrap_or(limit) } else { 0 }
}

/// An octal number, as it is printed.
fn to_decimal(memory: &mut Memory, arguments: &[Value]) -> Result<Value> {
    let printed = to_text(&arguments[0], memory)?;
    Ok(Value::Int64(printed.utf8().and_then(|text| parse_int(text, 8)).unwrap_or(0)))
}

fn round(_: &mut Memory, arguments: &[Value]) -> Result<Value> {
    let on = match arguments.get(2) {
        Some(Value::Float(on)) => *on,
        _ => 0.5,
    };
    let places = i32::try_from(int(arguments, 1)).map_err(|_| Fault::new("too many places"))?;
    let scale = 10f64.powi(places);
    let digit = scale * to_float(&arguments[0]);
    let rounded = if digit.fract() >= on { digit.ceil() } else { digit.floor() };
    Ok(Value::Float(rounded / scale))
}
