//! Reading JSON: each value keeps the text that it has in the file.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::ContentError;
use crate::{FieldName, SecretFields, SecretValue};

/// The fields of a JSON object.
pub(in super::super) fn from_json(bytes: &[u8]) -> Result<SecretFields, ContentError> {
    let object: Object<'_> = serde_json::from_slice(bytes).map_err(|error| {
        let reason = if error.is_data() { "is not a JSON object of fields" } else { "is not JSON" };
        let content = ContentError::new(reason, "mend the file: {\"name\": \"value\", …}");
        // Not its text, which may quote the file.
        if error.column() == 0 { content } else { content.at(error.line(), error.column()) }
    })?;
    let mut fields = SecretFields::new();
    for (key, raw) in object.0 {
        let name = FieldName::new(&key).map_err(|error| ContentError::field_name(error.rule()))?;
        let value = match raw.get().as_bytes() {
            b"null" => return Err(ContentError::null(&key)),
            [b'"', ..] => text(raw)?,
            json => SecretValue::json(json),
        };
        if fields.insert(name, value).is_some() {
            return Err(ContentError::duplicate(&key));
        }
    }
    if fields.is_empty() { Err(ContentError::no_fields()) } else { Ok(fields) }
}

/// The text of a JSON string.
pub(super) fn text(raw: &RawValue) -> Result<SecretValue, ContentError> {
    serde_json::from_str::<Text>(raw.get()).map(|text| text.0).map_err(|_| {
        ContentError::new("a string is not valid", "mend its escapes: \\uD800 to \\uDFFF come in pairs")
    })
}

/// The entries of a JSON object in their order.
pub(super) struct Object<'a>(pub(super) Vec<(String, &'a RawValue)>);

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
