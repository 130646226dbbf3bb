//! JSON in and out: `encoding/json` of Go, <https://pkg.go.dev/encoding/json>.

use crate::render::fault::{Fault, Result};
use crate::render::json;
use crate::render::text::Text;
use crate::render::value::{Memory, Value};

use super::{Function, function, text};

pub(super) const TABLE: &[Function] = &[
    // What is no JSON is nil, as sprig has it.
    function("fromJson", "s", |m, a| {
        json::read(m, text(a, 0))?.map_or(Ok(Value::Nil), |read| Ok(read.value))
    }),
    function("mustFromJson", "s", |m, a| match json::read(m, text(a, 0))? {
        Some(read) if read.is_exact => Ok(read.value),
        _ => Err(Fault::new("the value is not JSON")),
    }),
    function("toJson", "a", |m, a| write(m, &a[0], json::Style::Escaped, false)),
    function("mustToJson", "a", |m, a| write(m, &a[0], json::Style::Escaped, true)),
    function("toPrettyJson", "a", |m, a| write(m, &a[0], json::Style::Pretty, false)),
    function("mustToPrettyJson", "a", |m, a| write(m, &a[0], json::Style::Pretty, true)),
    function("toRawJson", "a", |m, a| write(m, &a[0], json::Style::Raw, true)),
    function("mustToRawJson", "a", |m, a| write(m, &a[0], json::Style::Raw, true)),
];

/// What JSON cannot say is an empty text, or a fault.
fn write(memory: &mut Memory, value: &Value, style: json::Style, must: bool) -> Result<Value> {
    match json::write(memory, value, style)? {
        Some(text) => Ok(Value::Text(text)),
        None if must => Err(Fault::new("JSON has no such number")),
        None => Ok(Value::Text(Text::default())),
    }
}
