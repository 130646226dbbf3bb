//! Sprig's lists: <https://masterminds.github.io/sprig/lists.html>.

use std::rc::Rc;

use crate::render::fault::{Fault, Result};
use crate::render::format::to_text;
use crate::render::number::to_int;
use crate::render::text::{Buffer, Text};
use crate::render::value::{Element, Memory, Value};

use super::{Function, function, int, text};

pub(super) const TABLE: &[Function] = &[
    function("list", "a*", list),
    function("tuple", "a*", list),
    function("append", "aa", push),
    function("push", "aa", push),
    function("mustAppend", "aa", push),
    function("mustPush", "aa", push),
    function("prepend", "aa", prepend),
    function("mustPrepend", "aa", prepend),
    function("first", "a", |m, a| Ok(items(m, &a[0])?.first().cloned().unwrap_or(Value::Nil))),
    function("mustFirst", "a", |m, a| Ok(items(m, &a[0])?.first().cloned().unwrap_or(Value::Nil))),
    function("last", "a", |m, a| Ok(items(m, &a[0])?.last().cloned().unwrap_or(Value::Nil))),
    function("mustLast", "a", |m, a| Ok(items(m, &a[0])?.last().cloned().unwrap_or(Value::Nil))),
    function("rest", "a", |m, a| without_end(m, a, true)),
    function("mustRest", "a", |m, a| without_end(m, a, true)),
    function("initial", "a", |m, a| without_end(m, a, false)),
    function("mustInitial", "a", |m, a| without_end(m, a, false)),
    function("reverse", "a", reverse),
    function("mustReverse", "a", reverse),
    function("compact", "a", compact),
    function("mustCompact", "a", compact),
    function("uniq", "a", uniq),
    function("mustUniq", "a", uniq),
    function("without", "aa*", without),
    function("mustWithout", "aa*", without),
    function("has", "aa", has),
    function("mustHas", "aa", has),
    function("slice", "aa*", slice),
    function("mustSlice", "aa*", slice),
    function("concat", "a*", concat),
    function("sortAlpha", "a", sort_alpha),
    function("join", "sa", join),
    function("toStrings", "a", to_strings),
    function("splitList", "ss", |m, a| {
        let parts = split(text(a, 1), text(a, 0), None);
        m.work(parts.len() * 8)?;
        Ok(m.text_list(parts))
    }),
    function("until", "i", |m, a| count(m, 0, int(a, 0), if int(a, 0) < 0 { -1 } else { 1 })),
    function("untilStep", "iii", |m, a| count(m, int(a, 0), int(a, 1), int(a, 2))),
    function("seq", "i*", seq),
];

fn items(memory: &Memory, value: &Value) -> Result<Rc<[Value]>> {
    match value {
        Value::List(id) => Ok(Rc::clone(&memory.list(*id).items)),
        other => Err(Fault::named(format!("expected a list, found {}", other.type_name(memory)))),
    }
}

fn plain(value: &Value) -> Value {
    if value.is_nil() { Value::Nil } else { value.clone() }
}

fn list(memory: &mut Memory, arguments: &[Value]) -> Result<Value> {
    Ok(memory.any_list(arguments.iter().map(plain).collect::<Vec<_>>()))
}

fn push(memory: &mut Memory, arguments: &[Value]) -> Result<Value> {
    let mut items = items(memory, &arguments[0])?.to_vec();
    items.push(plain(&arguments[1]));
    Ok(memory.any_list(items))
}

fn prepend(memory: &mut Memory, arguments: &[Value]) -> Result<Value> {
    let mut items = items(memory, &arguments[0])?.to_vec();
    items.insert(0, plain(&arguments[1]));
    Ok(memory.any_list(items))
}

/// All but the first, or all but the last; of an empty list it is the nil list.
fn without_end(memory: &mut Memory, arguments: &[Value], first: bool) -> Result<Value> {
    let items = items(memory, &arguments[0])?;
    let Some(last) = items.len().checked_sub(1) else { return Ok(memory.nil_list(Element::Any)) };
    let kept = if first { &items[1..] } else { &items[..last] };
    Ok(memory.any_list(kept.to_vec()))
}

fn reverse(memory: &mut Memory, arguments: &[Value]) -> Result<Value> {
    let items = items(memory, &arguments[0])?;
    Ok(memory.any_list(items.iter().rev().cloned().collect::<Vec<_>>()))
}

fn compact(memory: &mut Memory, arguments: &[Value]) -> Result<Value> {
    let items = items(memory, &arguments[0])?;
    let kept: Vec<_> = items.iter().filter(|item| item.is_true(memory)).cloned().collect();
    Ok(memory.any_list(kept))
}

fn contains(memory: &mut Memory, list: &[Value], item: &Value) -> Result<bool> {
    memory.work(list.len())?;
    for other in list {
        if item.deep_equals(other, memory, 0)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn uniq(memory: &mut Memory, arguments: &[Value]) -> Result<Value> {
    let mut kept = Vec::new();
    for item in &*items(memory, &arguments[0])? {
        if !contains(memory, &kept, item)? {
            kept.push(item.clone());
        }
    }
    Ok(memory.any_list(kept))
}

fn without(memory: &mut Memory, arguments: &[Value]) -> Result<Value> {
    let mut kept = Vec::new();
    for item in &*items(memory, &arguments[0])? {
        if !contains(memory, &arguments[1..], item)? {
            kept.push(item.clone());
        }
    }
    Ok(memory.any_list(kept))
}

fn has(memory: &mut Memory, arguments: &[Value]) -> Result<Value> {
    if arguments[1].is_nil() {
        return Ok(Value::Bool(false));
    }
    let items = items(memory, &arguments[1])?;
    Ok(Value::Bool(contains(memory, &items, &arguments[0])?))
}

fn slice(memory: &mut Memory, arguments: &[Value]) -> Result<Value> {
    let items = items(memory, &arguments[0])?;
    if items.is_empty() {
        return Ok(Value::Nil);
    }
    let bound = |index: usize, otherwise: usize| match arguments.get(index) {
        Some(bound) => usize::try_from(to_int(bound)).map_err(|_| OUT_OF_RANGE),
        None => Ok(otherwise),
    };
    let (start, end) = (bound(1, 0)?, bound(2, items.len())?);
    let part = items.get(start..end).ok_or(OUT_OF_RANGE)?.to_vec();
    let of = element_of(memory, &arguments[0]);
    Ok(memory.new_list(of, part))
}

const OUT_OF_RANGE: Fault = Fault::new("an index is out of range");

fn element_of(memory: &Memory, list: &Value) -> Element {
    match list {
        Value::List(id) => memory.list(*id).of,
        _ => Element::Any,
    }
}

fn concat(memory: &mut Memory, arguments: &[Value]) -> Result<Value> {
    let mut all = Vec::new();
    for list in arguments {
        all.extend_from_slice(&items(memory, list)?);
    }
    Ok(if all.is_empty() { memory.nil_list(Element::Any) } else { memory.any_list(all) })
}

/// Sprig's `toStrings`: a list without its nils, anything else as a list of itself.
fn texts(memory: &Memory, value: &Value) -> Result<Vec<Text>> {
    match value {
        Value::List(id) => {
            let items = memory.list(*id).items.iter().filter(|item| !item.is_nil());
            items.map(|item| to_text(item, memory)).collect()
        }
        value if value.is_nil() => Ok(Vec::new()),
        value => Ok(vec![to_text(value, memory)?]),
    }
}

/// Whether a value is the nil list of texts, which stays what it is.
fn is_nil_list(memory: &Memory, value: &Value) -> bool {
    matches!(value, Value::List(id) if memory.list(*id).is_nil && memory.list(*id).of == Element::Text)
}

fn to_strings(memory: &mut Memory, arguments: &[Value]) -> Result<Value> {
    if is_nil_list(memory, &arguments[0]) {
        return Ok(arguments[0].clone());
    }
    let texts = texts(memory, &arguments[0])?;
    Ok(memory.text_list(texts))
}

fn sort_alpha(memory: &mut Memory, arguments: &[Value]) -> Result<Value> {
    if is_nil_list(memory, &arguments[0]) {
        return Ok(arguments[0].clone());
    }
    let mut sorted = match &arguments[0] {
        value if value.is_nil() => vec![to_text(value, memory)?],
        value => texts(memory, value)?,
    };
    sorted.sort();
    Ok(memory.text_list(sorted))
}

fn join(memory: &mut Memory, arguments: &[Value]) -> Result<Value> {
    let mut joined = Buffer::new();
    for (index, part) in texts(memory, &arguments[1])?.iter().enumerate() {
        if index > 0 {
            joined.extend(text(arguments, 0));
        }
        joined.extend(part);
    }
    Ok(Value::Text(joined.finish()?))
}

/// `strings.Split`, and `strings.SplitN` with a limit above 0.
pub(super) fn split(whole: &[u8], separator: &[u8], limit: Option<usize>) -> Vec<Text> {
    let mut parts = Vec::new();
    let mut rest = whole;
    if separator.is_empty() {
        for (_, rune) in crate::syntax::rune::runes(whole) {
            if limit.is_some_and(|limit| parts.len() + 1 == limit) {
                break;
            }
            parts.push(Text::of(rune));
            rest = &rest[rune.len()..];
        }
        if !rest.is_empty() {
            parts.push(Text::of(rest));
        }
        return parts;
    }
    while limit.is_none_or(|limit| parts.len() + 1 < limit)
        && let Some(at) = find(rest, separator)
    {
        parts.push(Text::of(&rest[..at]));
        rest = &rest[at + separator.len()..];
    }
    parts.push(Text::of(rest));
    parts
}

/// Where `needle` is first in `haystack`.
pub(super) fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    memchr::memmem::find(haystack, needle)
}

fn count(memory: &mut Memory, start: i64, before: i64, step: i64) -> Result<Value> {
    let numbers = steps(memory, start, before, step)?;
    Ok(memory.new_list(Element::Int, numbers.into_iter().map(Value::Int).collect::<Vec<_>>()))
}

/// The numbers from `start` on, and before the other.
fn steps(memory: &mut Memory, start: i64, before: i64, step: i64) -> Result<Vec<i64>> {
    let is_down = before < start;
    if step == 0 || is_down != (step < 0) {
        return Ok(Vec::new());
    }
    let span = u128::from(start.abs_diff(before)).div_ceil(u128::from(step.unsigned_abs()));
    let count = usize::try_from(span).map_err(|_| Fault::LIMIT_WORK)?;
    memory.work(count.saturating_mul(16))?;
    Ok((0..count).scan(start, |next, _| Some(core::mem::replace(next, next.saturating_add(step)))).collect())
}

fn seq(memory: &mut Memory, arguments: &[Value]) -> Result<Value> {
    let number = |index| int(arguments, index);
    let direction = |start, end| if end < start { -1 } else { 1 };
    let (start, end, step) = match arguments.len() {
        1 => (1, number(0), direction(1, number(0))),
        2 => (number(0), number(1), direction(number(0), number(1))),
        3 if number(2) < number(0) && number(1) > 0 => return Ok(Value::Text(Text::default())),
        3 => (number(0), number(2), number(1)),
        _ => return Ok(Value::Text(Text::default())),
    };
    let before = end.saturating_add(direction(start, end));
    let numbers = steps(memory, start, before, step)?;
    let mut written = Buffer::new();
    for (index, number) in numbers.iter().enumerate() {
        if index > 0 {
            written.push(b' ');
        }
        written.extend(number.to_string().as_bytes());
    }
    Ok(Value::Text(written.finish()?))
}
