//! The functions of Go's `text/template`: <https://pkg.go.dev/text/template#hdr-Functions>.

use crate::render::compare::{equals_any, is_less, is_less_or_equal};
use crate::render::fault::{Fault, Result};
use crate::render::format::{print, print_line};
use crate::render::printf::printf;
use crate::render::text::{Text, text as written};
use crate::render::value::{Memory, Value};
use crate::syntax::rune::{is_print, runes};

use super::{Function, function, text};

pub(super) const TABLE: &[Function] = &[
    // Their arguments are evaluated one by one, so that these are never run.
    function("and", "aa*", |_, _| Ok(Value::Nil)),
    function("or", "aa*", |_, _| Ok(Value::Nil)),
    function("not", "a", |m, a| Ok(Value::Bool(!a[0].is_true(m)))),
    function("eq", "aa*", |m, a| Ok(Value::Bool(equals_any(&a[0], &a[1..], m)?))),
    function("ne", "aa", |m, a| Ok(Value::Bool(!equals_any(&a[0], &a[1..], m)?))),
    function("lt", "aa", |m, a| Ok(Value::Bool(is_less(&a[0], &a[1], m)?))),
    function("le", "aa", |m, a| Ok(Value::Bool(is_less_or_equal(&a[0], &a[1], m)?))),
    function("gt", "aa", |m, a| Ok(Value::Bool(!is_less_or_equal(&a[0], &a[1], m)?))),
    function("ge", "aa", |m, a| Ok(Value::Bool(!is_less(&a[0], &a[1], m)?))),
    function("len", "a", len),
    function("index", "aa*", index),
    function("print", "a*", |m, a| Ok(Value::Text(print(a, m)?))),
    function("println", "a*", |m, a| Ok(Value::Text(print_line(a, m)?))),
    function("printf", "sa*", |m, a| Ok(Value::Text(printf(text(a, 0), &a[1..], m)?))),
    function("html", "a*", |m, a| html(&escaped(m, a)?)),
    function("js", "a*", |m, a| js(&escaped(m, a)?)),
    function("urlquery", "a*", |m, a| url_query(&escaped(m, a)?)),
];

fn len(memory: &mut Memory, arguments: &[Value]) -> Result<Value> {
    let length = match &arguments[0] {
        Value::Text(text) => text.len(),
        Value::List(id) => memory.list(*id).items.len(),
        Value::Map(id) => memory.map(*id).entries.len(),
        other => return Err(Fault::named(format!("{} has no length", other.type_name(memory)))),
    };
    Ok(Value::Int(i64::try_from(length).unwrap_or(i64::MAX)))
}

fn index(memory: &mut Memory, arguments: &[Value]) -> Result<Value> {
    let mut item = arguments[0].clone();
    if item.is_nil() {
        return Err(Fault::new("nothing cannot be indexed"));
    }
    for index in &arguments[1..] {
        item = match (&item, index) {
            (Value::Map(id), Value::Text(key)) => {
                let map = memory.map(*id);
                let missing = || match map.of {
                    crate::render::value::Element::Text => Value::Text(Text::default()),
                    _ => Value::NilElement,
                };
                map.entries.get(key).map_or_else(missing, Value::as_element)
            }
            (Value::List(id), index) => {
                let items = &memory.list(*id).items;
                items.get(position(index)?).ok_or(OUT_OF_RANGE)?.as_element()
            }
            (Value::Text(text), index) => Value::Byte(*text.get(position(index)?).ok_or(OUT_OF_RANGE)?),
            (item, index) => {
                let (item, index) = (item.type_name(memory), index.type_name(memory));
                return Err(Fault::named(format!("a {item} cannot be indexed by a {index}")));
            }
        };
    }
    Ok(item)
}

const OUT_OF_RANGE: Fault = Fault::new("the index is out of range");

fn position(index: &Value) -> Result<usize> {
    let number = match index {
        Value::Int(number) | Value::Int64(number) => *number,
        Value::Byte(number) => i64::from(*number),
        _ => return Err(Fault::new("the index of a list or a text is a number")),
    };
    usize::try_from(number).map_err(|_| OUT_OF_RANGE)
}

/// What is escaped: a single text as it is, anything else as it is printed.
fn escaped(memory: &Memory, arguments: &[Value]) -> Result<Text> {
    let nothing = Value::of_text(b"<no value>");
    let shown: Vec<_> =
        arguments.iter().map(|a| if a.is_nil() { nothing.clone() } else { a.clone() }).collect();
    print(&shown, memory)
}

fn html(raw: &[u8]) -> Result<Value> {
    let html = written(|out| {
        for byte in raw {
            match byte {
                0 => out.extend("\u{fffd}".as_bytes()),
                b'"' => out.extend(b"&#34;"),
                b'\'' => out.extend(b"&#39;"),
                b'&' => out.extend(b"&amp;"),
                b'<' => out.extend(b"&lt;"),
                b'>' => out.extend(b"&gt;"),
                byte => out.push(*byte),
            }
        }
    })?;
    Ok(Value::Text(html))
}

fn js(raw: &[u8]) -> Result<Value> {
    let js = written(|out| {
        for (rune, bytes) in runes(raw) {
            match rune {
                Some('\\') => out.extend(br"\\"),
                Some('\'') => out.extend(br"\'"),
                Some('"') => out.extend(br#"\""#),
                Some(c @ ('<' | '>' | '&' | '=')) => unicode_escape(out, u32::from(c)),
                Some(c) if c < ' ' => unicode_escape(out, u32::from(c)),
                Some(c) if c.is_ascii() || is_print(c) => out.extend(bytes),
                // A byte that is no character is taken for the replacement character, which is printable.
                None => out.extend(bytes),
                Some(c) => unicode_escape(out, u32::from(c)),
            }
        }
    })?;
    Ok(Value::Text(js))
}

fn unicode_escape(out: &mut crate::render::text::Buffer, number: u32) {
    out.extend(format!("\\u{number:04X}").as_bytes());
}

fn url_query(raw: &[u8]) -> Result<Value> {
    let query = written(|out| {
        for byte in raw {
            match byte {
                b' ' => out.push(b'+'),
                b'-' | b'_' | b'.' | b'~' => out.push(*byte),
                byte if byte.is_ascii_alphanumeric() => out.push(*byte),
                byte => out.extend(format!("%{byte:02X}").as_bytes()),
            }
        }
    })?;
    Ok(Value::Text(query))
}
