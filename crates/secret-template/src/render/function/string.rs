//! Sprig's texts: <https://masterminds.github.io/sprig/strings.html>.

use std::collections::BTreeMap;

use crate::render::case;
use crate::render::fault::{Fault, Result};
use crate::render::format::{print, to_text};
use crate::render::quote::quote;
use crate::render::text::{Buffer, Text, text as written};
use crate::render::value::{Element, Memory, Value};
use crate::syntax::rune::{is_space, runes};

use super::list::{find, split};
use super::{Function, function, int, text};

pub(super) const TABLE: &[Function] = &[
    function("toString", "a", |m, a| Ok(Value::Text(to_text(&a[0], m)?))),
    function("trim", "s", |_, a| Ok(Value::of_text(trimmed(text(a, 0))))),
    function("trimAll", "ss", |_, a| Ok(Value::of_text(trim_all(text(a, 0), text(a, 1))))),
    function("trimall", "ss", |_, a| Ok(Value::of_text(trim_all(text(a, 0), text(a, 1))))),
    function("trimSuffix", "ss", |_, a| {
        Ok(Value::of_text(text(a, 1).strip_suffix(text(a, 0)).unwrap_or(text(a, 1))))
    }),
    function("trimPrefix", "ss", |_, a| {
        Ok(Value::of_text(text(a, 1).strip_prefix(text(a, 0)).unwrap_or(text(a, 1))))
    }),
    function("upper", "s", |_, a| Ok(Value::Text(case::mapped(text(a, 0), case::to_upper)?))),
    function("lower", "s", |_, a| Ok(Value::Text(case::mapped(text(a, 0), case::to_lower)?))),
    function("title", "s", |_, a| Ok(Value::Text(case::title(text(a, 0))?))),
    function("untitle", "s", |_, a| Ok(Value::Text(case::untitle(text(a, 0))?))),
    function("nospace", "s", |_, a| no_space(text(a, 0))),
    function("repeat", "is", repeat),
    function("trunc", "is", |_, a| Ok(Value::of_text(truncated(int(a, 0), text(a, 1))))),
    function("substr", "iis", |_, a| substring(int(a, 0), int(a, 1), text(a, 2))),
    function("contains", "ss", |_, a| Ok(Value::Bool(find(text(a, 1), text(a, 0)).is_some()))),
    function("hasPrefix", "ss", |_, a| Ok(Value::Bool(text(a, 1).starts_with(text(a, 0))))),
    function("hasSuffix", "ss", |_, a| Ok(Value::Bool(text(a, 1).ends_with(text(a, 0))))),
    function("quote", "a*", quoted),
    function("squote", "a*", single_quoted),
    function("cat", "a*", cat),
    function("indent", "is", |_, a| indent(int(a, 0), text(a, 1), false)),
    function("nindent", "is", |_, a| indent(int(a, 0), text(a, 1), true)),
    function("replace", "sss", |_, a| replace(text(a, 2), text(a, 0), text(a, 1))),
    function("plural", "ssi", |_, a| Ok(a[usize::from(int(a, 2) != 1)].clone())),
    function("split", "ss", |m, a| {
        let parts = split(text(a, 1), text(a, 0), None);
        numbered(m, parts)
    }),
    function("splitn", "sis", |m, a| {
        let parts = match usize::try_from(int(a, 1)) {
            Ok(0) => Vec::new(),
            Ok(limit) => split(text(a, 2), text(a, 0), Some(limit)),
            Err(_) => split(text(a, 2), text(a, 0), None),
        };
        numbered(m, parts)
    }),
];

fn is_blank(rune: Option<char>) -> bool {
    rune.is_some_and(is_space)
}

/// `bytes` without the runes at both ends that `drop` says.
fn strip(bytes: &[u8], drop: impl Fn(Option<char>, &[u8]) -> bool) -> &[u8] {
    let kept = runes(bytes).map(|(rune, raw)| (drop(rune, raw), raw.len()));
    let (mut at, mut start, mut end) = (0, None, 0);
    for (is_dropped, length) in kept {
        if !is_dropped {
            start.get_or_insert(at);
            end = at + length;
        }
        at += length;
    }
    &bytes[start.unwrap_or(end)..end]
}

fn trimmed(bytes: &[u8]) -> &[u8] {
    strip(bytes, |rune, _| is_blank(rune))
}

/// A byte that is no character is the replacement character, for Go.
fn trim_all<'b>(cutset: &[u8], bytes: &'b [u8]) -> &'b [u8] {
    let replaced = |rune: Option<char>| rune.unwrap_or('\u{fffd}');
    strip(bytes, |rune, _| runes(cutset).any(|(cut, _)| replaced(cut) == replaced(rune)))
}

/// Go takes each byte for a character here: what is not ASCII becomes two bytes, unless nothing is white space.
fn no_space(bytes: &[u8]) -> Result<Value> {
    if !bytes.iter().any(|byte| is_space(char::from(*byte))) {
        return Ok(Value::of_text(bytes));
    }
    let mut kept = Buffer::with_capacity(bytes.len());
    for c in bytes.iter().map(|byte| char::from(*byte)).filter(|c| !is_space(*c)) {
        kept.push_char(c);
    }
    Ok(Value::Text(kept.finish()?))
}

const NEGATIVE: Fault = Fault::new("a number of times is not negative");

fn repeat(_: &mut Memory, arguments: &[Value]) -> Result<Value> {
    let times = usize::try_from(int(arguments, 0)).map_err(|_| NEGATIVE)?;
    Ok(Value::Text(written(|out| {
        if !text(arguments, 1).is_empty() {
            out.fill(text(arguments, 1), times);
        }
    })?))
}

fn truncated(count: i64, text: &[u8]) -> &[u8] {
    let length = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
    match (count < 0, length < text.len()) {
        (_, false) => text,
        (true, true) => &text[text.len() - length..],
        (false, true) => &text[..length],
    }
}

fn substring(start: i64, end: i64, text: &[u8]) -> Result<Value> {
    let end_at = usize::try_from(end).ok();
    let range = match usize::try_from(start) {
        Err(_) => end_at.and_then(|end| text.get(..end)),
        Ok(start) => match end_at.filter(|end| *end <= text.len()) {
            Some(end) => text.get(start..end),
            None => text.get(start..),
        },
    };
    range.map(Value::of_text).ok_or(Fault::new("an index is out of range"))
}

fn join_with_spaces(parts: impl Iterator<Item = Result<Text>>) -> Result<Value> {
    let mut joined = Buffer::new();
    for (index, part) in parts.enumerate() {
        if index > 0 {
            joined.push(b' ');
        }
        joined.extend(&part?);
    }
    Ok(Value::Text(joined.finish()?))
}

fn quoted(memory: &mut Memory, arguments: &[Value]) -> Result<Value> {
    join_with_spaces(arguments.iter().filter(|value| !value.is_nil()).map(|value| {
        let plain = to_text(value, memory)?;
        written(|out| quote(out, &plain, false))
    }))
}

fn single_quoted(memory: &mut Memory, arguments: &[Value]) -> Result<Value> {
    join_with_spaces(arguments.iter().filter(|value| !value.is_nil()).map(|value| {
        let plain = to_text(value, memory)?;
        written(|out| {
            out.push(b'\'');
            out.extend(&plain);
            out.push(b'\'');
        })
    }))
}

fn cat(memory: &mut Memory, arguments: &[Value]) -> Result<Value> {
    let shown = arguments.iter().filter(|value| !value.is_nil());
    join_with_spaces(shown.map(|value| print(core::slice::from_ref(value), memory)))
}

fn indent(spaces: i64, text: &[u8], on_new_line: bool) -> Result<Value> {
    let spaces = usize::try_from(spaces).map_err(|_| NEGATIVE)?;
    let mut indented = Buffer::with_capacity(text.len() + 1);
    if on_new_line {
        indented.push(b'\n');
    }
    for (index, line) in text.split(|byte| *byte == b'\n').enumerate() {
        if index > 0 {
            indented.push(b'\n');
        }
        indented.fill(b" ", spaces);
        indented.extend(line);
    }
    Ok(Value::Text(indented.finish()?))
}

/// `strings.ReplaceAll`: an empty text is found before each character, and at the end.
fn replace(whole: &[u8], old: &[u8], new: &[u8]) -> Result<Value> {
    let mut replaced = Buffer::with_capacity(whole.len());
    let mut rest = whole;
    if old.is_empty() {
        replaced.extend(new);
        for (_, rune) in runes(whole) {
            replaced.extend(rune);
            replaced.extend(new);
        }
        return Ok(Value::Text(replaced.finish()?));
    }
    while let Some(at) = find(rest, old) {
        replaced.extend(&rest[..at]);
        replaced.extend(new);
        rest = &rest[at + old.len()..];
    }
    replaced.extend(rest);
    Ok(Value::Text(replaced.finish()?))
}

/// `_0`, `_1` and so on.
fn numbered(memory: &mut Memory, parts: Vec<Text>) -> Result<Value> {
    memory.work(parts.len() * 8)?;
    let entries = parts.into_iter().enumerate();
    let entries: BTreeMap<_, _> =
        entries.map(|(index, part)| (Text::of(format!("_{index}").as_bytes()), Value::Text(part))).collect();
    Ok(memory.new_map(Element::Text, entries))
}
