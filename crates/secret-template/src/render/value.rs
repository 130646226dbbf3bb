//! The values that templates compute with, by Go's kinds.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::fault::{Fault, Result};
use super::regexp::Expression;
use super::text::Text;

/// A value. Lists and maps live in the [`Memory`]: a map can be changed in place, and may come to hold itself.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    /// Nothing at all: Go's invalid `reflect.Value`, and its `nil`.
    Nil,
    /// An element that may be of any kind and is nil. It differs from [`Value::Nil`] as an argument: it is no empty map.
    NilElement,
    Bool(bool),
    /// `int`
    Int(i64),
    /// `int64`, which Go does not take for an `int`.
    Int64(i64),
    /// `uint8`: what indexing a text gives.
    Byte(u8),
    Float(f64),
    Text(Text),
    List(ListId),
    Map(MapId),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ListId(usize);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MapId(usize);

/// What a list or a map is declared to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Element {
    Any,
    Text,
    Int,
}

#[derive(Debug, Clone)]
pub(crate) struct List {
    pub(crate) of: Element,
    /// Whether it is Go's nil of its type: empty, and `null` in JSON.
    pub(crate) is_nil: bool,
    pub(crate) items: Rc<[Value]>,
}

#[derive(Debug, Clone)]
pub(crate) struct Map {
    pub(crate) of: Element,
    /// Whether it is Go's nil of its type: empty, not to be written to, and `null` in JSON.
    pub(crate) is_nil: bool,
    pub(crate) entries: BTreeMap<Text, Value>,
}

/// What one rendering has made: all lists and maps. They are freed, and their texts wiped, together: also those that hold themselves.
#[derive(Debug)]
pub(crate) struct Memory {
    lists: Vec<List>,
    maps: Vec<Map>,
    work_left: usize,
    /// What makes a salt differ from one place to the next; public.
    pub(crate) salt: String,
    /// The regular expressions that were compiled.
    pub(crate) expressions: BTreeMap<Text, Rc<Expression>>,
}

/// How many bytes, elements and steps one rendering may handle in all.
const MAX_WORK: usize = 64 << 20;

/// How deep data may be nested.
pub(crate) const MAX_NESTING: usize = 100;

impl Memory {
    pub(crate) fn new(salt: String) -> Self {
        Self { lists: Vec::new(), maps: Vec::new(), work_left: MAX_WORK, salt, expressions: BTreeMap::new() }
    }

    /// Counts work, so that no template runs for long.
    pub(crate) fn work(&mut self, amount: usize) -> Result<()> {
        self.work_left = self.work_left.checked_sub(amount).ok_or(Fault::LIMIT_WORK)?;
        Ok(())
    }

    pub(crate) fn list(&self, id: ListId) -> &List {
        &self.lists[id.0]
    }

    pub(crate) fn map(&self, id: MapId) -> &Map {
        &self.maps[id.0]
    }

    pub(crate) fn map_mut(&mut self, id: MapId) -> &mut Map {
        &mut self.maps[id.0]
    }

    pub(crate) fn new_list(&mut self, of: Element, items: impl Into<Rc<[Value]>>) -> Value {
        self.push_list(List { of, is_nil: false, items: items.into() })
    }

    fn push_list(&mut self, list: List) -> Value {
        self.lists.push(list);
        Value::List(ListId(self.lists.len() - 1))
    }

    /// The nil of a type of lists.
    pub(crate) fn nil_list(&mut self, of: Element) -> Value {
        self.push_list(List { of, is_nil: true, items: Rc::from([]) })
    }

    /// A list of anything.
    pub(crate) fn any_list(&mut self, items: impl Into<Rc<[Value]>>) -> Value {
        self.new_list(Element::Any, items)
    }

    pub(crate) fn text_list(&mut self, items: impl IntoIterator<Item = Text>) -> Value {
        self.new_list(Element::Text, items.into_iter().map(Value::Text).collect::<Vec<_>>())
    }

    pub(crate) fn new_map(&mut self, of: Element, entries: BTreeMap<Text, Value>) -> Value {
        self.push_map(Map { of, is_nil: false, entries })
    }

    fn push_map(&mut self, map: Map) -> Value {
        self.maps.push(map);
        Value::Map(MapId(self.maps.len() - 1))
    }

    /// The nil map.
    pub(crate) fn nil_map(&mut self) -> Value {
        self.push_map(Map { of: Element::Any, is_nil: true, entries: BTreeMap::new() })
    }

    pub(crate) fn any_map(&mut self, entries: BTreeMap<Text, Value>) -> Value {
        self.new_map(Element::Any, entries)
    }
}

impl Value {
    pub(crate) fn of_text(bytes: &[u8]) -> Self {
        Self::Text(Text::of(bytes))
    }

    /// As an element of something that may hold anything.
    pub(crate) fn as_element(&self) -> Self {
        if matches!(self, Self::Nil) { Self::NilElement } else { self.clone() }
    }

    pub(crate) fn is_nil(&self) -> bool {
        matches!(self, Self::Nil | Self::NilElement)
    }

    /// The name of Go's type.
    pub(crate) fn type_name(&self, memory: &Memory) -> &'static str {
        match self {
            Self::Nil | Self::NilElement => "<nil>",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Int64(_) => "int64",
            Self::Byte(_) => "uint8",
            Self::Float(_) => "float64",
            Self::Text(_) => "string",
            Self::List(id) => match memory.list(*id).of {
                Element::Any => "[]interface {}",
                Element::Text => "[]string",
                Element::Int => "[]int",
            },
            Self::Map(id) => match memory.map(*id).of {
                Element::Any | Element::Int => "map[string]interface {}",
                Element::Text => "map[string]string",
            },
        }
    }

    /// The name of Go's kind.
    pub(crate) fn kind_name(&self) -> &'static str {
        match self {
            Self::Nil | Self::NilElement => "invalid",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Int64(_) => "int64",
            Self::Byte(_) => "uint8",
            Self::Float(_) => "float64",
            Self::Text(_) => "string",
            Self::List(_) => "slice",
            Self::Map(_) => "map",
        }
    }

    /// Whether it is neither nothing, nor zero, nor empty: what `if` asks, and sprig's `empty` denies.
    pub(crate) fn is_true(&self, memory: &Memory) -> bool {
        match self {
            Self::Nil | Self::NilElement => false,
            Self::Bool(value) => *value,
            Self::Int(value) | Self::Int64(value) => *value != 0,
            Self::Byte(value) => *value != 0,
            Self::Float(value) => *value != 0.0,
            Self::Text(text) => !text.is_empty(),
            Self::List(id) => !memory.list(*id).items.is_empty(),
            Self::Map(id) => !memory.map(*id).entries.is_empty(),
        }
    }

    /// `reflect.DeepEqual`: the types must be the same too.
    pub(crate) fn deep_equals(&self, other: &Self, memory: &Memory, depth: usize) -> Result<bool> {
        if depth > MAX_NESTING {
            return Err(Fault::LIMIT_DEPTH);
        }
        Ok(match (self, other) {
            (a, b) if a.is_nil() || b.is_nil() => a.is_nil() && b.is_nil(),
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Int(a), Self::Int(b)) | (Self::Int64(a), Self::Int64(b)) => a == b,
            (Self::Byte(a), Self::Byte(b)) => a == b,
            #[expect(clippy::float_cmp, reason = "Go compares them so")]
            (Self::Float(a), Self::Float(b)) => a == b,
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::List(a), Self::List(b)) => {
                let (a, b) = (memory.list(*a), memory.list(*b));
                if a.of != b.of || a.is_nil != b.is_nil || a.items.len() != b.items.len() {
                    return Ok(false);
                }
                for (a, b) in a.items.iter().zip(&*b.items) {
                    if !a.deep_equals(b, memory, depth + 1)? {
                        return Ok(false);
                    }
                }
                true
            }
            (Self::Map(a), Self::Map(b)) if a == b => true,
            (Self::Map(a), Self::Map(b)) => {
                let (a, b) = (memory.map(*a), memory.map(*b));
                if a.of != b.of || a.is_nil != b.is_nil || a.entries.len() != b.entries.len() {
                    return Ok(false);
                }
                for ((key, a), (other, b)) in a.entries.iter().zip(&b.entries) {
                    if key != other || !a.deep_equals(b, memory, depth + 1)? {
                        return Ok(false);
                    }
                }
                true
            }
            _ => false,
        })
    }
}
