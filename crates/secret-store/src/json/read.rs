//! Reading: each value keeps the text that it has.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::{FieldName, SecretFields, SecretValue};

/// Why bytes are no fields. Without a value.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ReadError {
    /// Line and column, from 1; both zero when they are not known.
    NotJson(usize, usize),
    /// JSON, but no object.
    NotAnObject(usize, usize),
    /// The name of a field breaks this rule.
    FieldName(&'static str),
    Twice(String),
    /// A string with half a surrogate pair.
    Text,
}

/// Its position, and nothing of its text.
impl From<serde_json::Error> for ReadError {
    fn from(error: serde_json::Error) -> Self {
        let (line, column) = if error.column() == 0 { (0, 0) } else { (error.line(), error.column()) };
        if error.is_data() { Self::NotAnObject(line, column) } else { Self::NotJson(line, column) }
    }
}

/// The fields of a JSON object, if there are any. A null is JSON like a number.
pub(crate) fn read(bytes: &[u8]) -> Result<SecretFields, ReadError> {
    let object: Object<'_> = serde_json::from_slice(bytes)?;
    let mut fields = SecretFields::new();
    for (key, raw) in object.0 {
        let name = FieldName::new(&key).map_err(|error| ReadError::FieldName(error.rule()))?;
        let value = match raw.get().as_bytes() {
            [b'"', ..] => text(raw)?,
            json => SecretValue::json(json),
        };
        if fields.insert(name, value).is_some() {
            return Err(ReadError::Twice(key));
        }
    }
    Ok(fields)
}

/// The text of a JSON string.
pub(crate) fn text(raw: &RawValue) -> Result<SecretValue, ReadError> {
    serde_json::from_str::<Text>(raw.get()).map(|text| text.0).map_err(|_| ReadError::Text)
}

/// Whether a string somewhere in a JSON text has half of a surrogate pair: its grammar allows that, and few readers do.
pub(crate) fn has_half_a_pair(json: &[u8]) -> bool {
    let unit = |at: usize| match json.get(at..at + 6)? {
        [b'\\', b'u', digits @ ..] => u16::from_str_radix(str::from_utf8(digits).ok()?, 16).ok(),
        _ => None,
    };
    let mut at = 0;
    while let Some(found) = json.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == b'\\')) {
        at += found;
        at += match unit(at) {
            Some(0xd800..=0xdbff) if matches!(unit(at + 6), Some(0xdc00..=0xdfff)) => 12,
            Some(0xd800..=0xdfff) => return true,
            Some(_) => 6,
            None => 2,
        };
    }
    false
}

/// The entries of a JSON object in their order.
pub(crate) struct Object<'a>(pub(crate) Vec<(String, &'a RawValue)>);
impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;

        impl<'de> Visitor<'de> for Entries {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Object(entries))
            }
        }

        deserializer.deserialize_map(Entries)
    }
}

struct Text(SecretValue);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Copy;

        impl Visitor<'_> for Copy {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_str<E>(self, text: &str) -> Result<Text, E> {
                Ok(Text(SecretValue::copied_from(text.as_bytes())))
            }
        }

        deserializer.deserialize_str(Copy)
    }
}
