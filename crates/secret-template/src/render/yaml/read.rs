//! `fromYaml`.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, ScalarStyle, StrInput, Tag};
use zeroize::Zeroizing;

use crate::render::fault::{Fault, Result};
use crate::render::number::format_float;
use crate::render::text::Text;
use crate::render::value::{MAX_NESTING, Memory, Value};

use super::resolve::{Resolved, resolve};

/// Reads the first document of `text`, which is a map.
///
/// Where the operator gives a map whose `Error` is the message, this is a fault.
pub(crate) fn read(memory: &mut Memory, text: &[u8]) -> Result<Value> {
    let text = core::str::from_utf8(text).map_err(|_| NOT_YAML)?;
    let mut reader = Reader { parser: Parser::new_from_str(text), memory, anchors: BTreeMap::new() };
    loop {
        match reader.next()? {
            Event::StreamStart | Event::DocumentStart(_) | Event::Nothing => {}
            Event::StreamEnd => return Ok(reader.memory.any_map(BTreeMap::new())),
            event => {
                return match reader.node(event, 0)?.0 {
                    Value::Nil => Ok(reader.memory.any_map(BTreeMap::new())),
                    map @ Value::Map(_) => Ok(map),
                    _ => Err(Fault::new("the value is YAML, but no map")),
                };
            }
        }
    }
}

const NOT_YAML: Fault = Fault::new("the value is not YAML");

struct Reader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    memory: &'a mut Memory,
    anchors: BTreeMap<usize, Value>,
}

/// Whether a key merges another map into this one.
#[derive(PartialEq)]
struct IsMerge(bool);

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<Event<'a>> {
        self.memory.work(8)?;
        let next = self.parser.next_event().ok_or(NOT_YAML)?;
        next.map(|(event, _)| event).map_err(|_| NOT_YAML)
    }

    fn node(&mut self, event: Event<'a>, depth: usize) -> Result<(Value, IsMerge)> {
        if depth > MAX_NESTING {
            return Err(Fault::LIMIT_DEPTH);
        }
        let (value, anchor, is_merge) = match event {
            Event::Alias(anchor) => {
                let value = self.anchors.get(&anchor).cloned().ok_or(NOT_YAML)?;
                return Ok((value, IsMerge(false)));
            }
            Event::Scalar(text, style, anchor, tag) => {
                let is_merge = text == "<<" && style == ScalarStyle::Plain;
                let text = Zeroizing::new(text.into_owned());
                (scalar(&text, style, tag.as_deref())?, anchor, is_merge)
            }
            Event::SequenceStart(anchor, tag) => {
                refuse_tag(tag.as_deref())?;
                (self.list(depth)?, anchor, false)
            }
            Event::MappingStart(anchor, tag) => {
                refuse_tag(tag.as_deref())?;
                (self.map(depth)?, anchor, false)
            }
            _ => return Err(NOT_YAML),
        };
        if anchor != 0 {
            self.anchors.insert(anchor, value.clone());
        }
        Ok((value, IsMerge(is_merge)))
    }

    fn list(&mut self, depth: usize) -> Result<Value> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                Event::SequenceEnd => return Ok(self.memory.any_list(items)),
                event => items.push(self.node(event, depth + 1)?.0),
            }
        }
    }

    fn map(&mut self, depth: usize) -> Result<Value> {
        let mut entries = BTreeMap::new();
        let mut merged = Vec::new();
        loop {
            let event = self.next()?;
            if event == Event::MappingEnd {
                break;
            }
            let (key, is_merge) = self.node(event, depth + 1)?;
            let event = self.next()?;
            let (value, _) = self.node(event, depth + 1)?;
            if is_merge.0 {
                merged.push(value);
            } else {
                entries.insert(key_text(&key)?, value);
            }
        }
        for value in merged {
            self.merge(&mut entries, &value)?;
        }
        Ok(self.memory.any_map(entries))
    }

    /// Keys that are there already stay.
    fn merge(&mut self, entries: &mut BTreeMap<Text, Value>, from: &Value) -> Result<()> {
        match from {
            Value::Map(id) => {
                let others = &self.memory.map(*id).entries;
                let size = others.len();
                for (key, value) in others {
                    entries.entry(key.clone()).or_insert_with(|| value.clone());
                }
                self.memory.work(size)
            }
            Value::List(id) => {
                let items = self.memory.list(*id).items.clone();
                items.iter().try_for_each(|item| match item {
                    Value::Map(_) => self.merge(entries, item),
                    _ => Err(NOT_YAML),
                })
            }
            _ => Err(NOT_YAML),
        }
    }
}

fn refuse_tag(tag: Option<&Tag>) -> Result<()> {
    match tag {
        Some(tag) if !(tag.is_yaml_core_schema() && matches!(tag.suffix.as_str(), "map" | "seq")) => {
            Err(Fault::new("a tag in the YAML is not rendered here"))
        }
        _ => Ok(()),
    }
}

#[expect(clippy::cast_precision_loss, reason = "numbers become floats on their way through JSON")]
fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Value> {
    match tag {
        None if style == ScalarStyle::Plain => {}
        Some(tag) if !(tag.is_yaml_core_schema() && tag.suffix == "str") => {
            return Err(Fault::new("a tag in the YAML is not rendered here"));
        }
        _ => return Ok(Value::of_text(text.as_bytes())),
    }
    Ok(match resolve(text) {
        Resolved::Null => Value::Nil,
        Resolved::Bool(value) => Value::Bool(value),
        Resolved::Int(number) => Value::Float(number as f64),
        Resolved::Unsigned(number) => Value::Float(number as f64),
        Resolved::Float(number) if number.is_finite() => Value::Float(number),
        Resolved::Float(_) => return Err(Fault::new("JSON has no number like one in the YAML")),
        Resolved::Timestamp | Resolved::Text => Value::of_text(text.as_bytes()),
    })
}

/// A key as JSON has it: a text.
fn key_text(key: &Value) -> Result<Text> {
    match key {
        Value::Text(text) => Ok(text.clone()),
        Value::Bool(value) => Ok(Text::of(if *value { b"true" } else { b"false" })),
        #[expect(clippy::float_cmp, reason = "whether it is whole")]
        Value::Float(number) if number.trunc() == *number && number.abs() < 1e15 => {
            Ok(Text::of(format!("{number}").as_bytes()))
        }
        Value::Float(number) if number.abs() < 1e15 => {
            Ok(Text::of(format_float(*number, b'g', None).as_bytes()))
        }
        _ => Err(Fault::new("a key of the YAML is neither a text nor a number")),
    }
}
