//! Sprig's dictionaries: <https://masterminds.github.io/sprig/dicts.html>.
//!
//! `keys` and `values` are in the order of the keys; in the operator they are in an order that changes each time.

use std::collections::BTreeMap;

use crate::render::fault::{Fault, Result};
use crate::render::format::to_text;
use crate::render::text::Text;
use crate::render::value::{Element, MapId, Memory, Value};

use super::{Function, function};

pub(super) const TABLE: &[Function] = &[
    function("dict", "a*", dict),
    function("get", "ms", |m, a| Ok(lookup(m, a)?.unwrap_or_else(|| Value::Text(Text::default())))),
    function("set", "msa", set),
    function("unset", "ms", unset),
    function("hasKey", "ms", |m, a| Ok(Value::Bool(lookup(m, a)?.is_some()))),
    function("pluck", "sm*", pluck),
    function("keys", "m*", keys),
    function("values", "m", values),
    function("pick", "ms*", |m, a| Ok(filtered(m, a, true))),
    function("omit", "ms*", |m, a| Ok(filtered(m, a, false))),
    function("dig", "a*", dig),
];

/// The map that an argument is; nil is an empty one that cannot be written to.
fn map(argument: &Value) -> Option<MapId> {
    match argument {
        Value::Map(id) => Some(*id),
        _ => None,
    }
}

fn key(argument: &Value) -> Text {
    match argument {
        Value::Text(text) => text.clone(),
        _ => Text::default(),
    }
}

fn lookup(memory: &Memory, arguments: &[Value]) -> Result<Option<Value>> {
    let Some(id) = map(&arguments[0]) else { return Ok(None) };
    Ok(memory.map(id).entries.get(&key(&arguments[1])).cloned())
}

fn plain(value: &Value) -> Value {
    if value.is_nil() { Value::Nil } else { value.clone() }
}

fn dict(memory: &mut Memory, arguments: &[Value]) -> Result<Value> {
    let mut entries = BTreeMap::new();
    for pair in arguments.chunks(2) {
        let value = pair.get(1).map_or_else(|| Value::Text(Text::default()), plain);
        entries.insert(to_text(&pair[0], memory)?, value);
    }
    Ok(memory.any_map(entries))
}

fn set(memory: &mut Memory, arguments: &[Value]) -> Result<Value> {
    let id = map(&arguments[0]).filter(|id| !memory.map(*id).is_nil);
    let id = id.ok_or(Fault::new("nil cannot be written to"))?;
    memory.map_mut(id).entries.insert(key(&arguments[1]), plain(&arguments[2]));
    Ok(arguments[0].clone())
}

fn unset(memory: &mut Memory, arguments: &[Value]) -> Result<Value> {
    let Some(id) = map(&arguments[0]) else { return Ok(memory.nil_map()) };
    memory.map_mut(id).entries.remove(&key(&arguments[1]));
    Ok(arguments[0].clone())
}

fn pluck(memory: &mut Memory, arguments: &[Value]) -> Result<Value> {
    let key = key(&arguments[0]);
    let maps = arguments[1..].iter().filter_map(map);
    let found: Vec<_> = maps.filter_map(|id| memory.map(id).entries.get(&key).cloned()).collect();
    Ok(memory.any_list(found))
}

fn keys(memory: &mut Memory, arguments: &[Value]) -> Result<Value> {
    let maps = arguments.iter().filter_map(map);
    let keys: Vec<_> = maps.flat_map(|id| memory.map(id).entries.keys().cloned()).collect();
    Ok(memory.text_list(keys))
}

fn values(memory: &mut Memory, arguments: &[Value]) -> Result<Value> {
    let values: Vec<_> = match map(&arguments[0]) {
        Some(id) => memory.map(id).entries.values().cloned().collect(),
        None => Vec::new(),
    };
    Ok(memory.any_list(values))
}

/// A new map with the entries that are named, or with the others.
fn filtered(memory: &mut Memory, arguments: &[Value], named: bool) -> Value {
    let names: Vec<_> = arguments[1..].iter().map(key).collect();
    let entries = match map(&arguments[0]) {
        Some(id) => {
            let entries = memory.map(id).entries.iter();
            let kept = entries.filter(|(key, _)| names.contains(key) == named);
            kept.map(|(key, value)| (key.clone(), value.clone())).collect()
        }
        None => BTreeMap::new(),
    };
    memory.any_map(entries)
}

/// `dig "a" "b" default map`
fn dig(memory: &mut Memory, arguments: &[Value]) -> Result<Value> {
    let [path @ .., default, value] = arguments else {
        return Err(Fault::new("it takes at least 3 arguments"));
    };
    if path.is_empty() {
        return Err(Fault::new("it takes at least 3 arguments"));
    }
    let mut value = value.clone();
    for step in path {
        if !matches!(step, Value::Text(_)) {
            return Err(Fault::new("each key is a string"));
        }
    }
    for step in path {
        let id = map(&value).filter(|id| memory.map(*id).of == Element::Any);
        let id = id.ok_or(Fault::new("what it looks into is no map[string]interface {}"))?;
        match memory.map(id).entries.get(&key(step)) {
            Some(found) => value = found.clone(),
            None => return Ok(default.clone()),
        }
    }
    Ok(value)
}
