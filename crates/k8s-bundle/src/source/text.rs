//! The texts that name a value: what they may be, and how they are read.

use core::fmt;

use serde::de::{Deserializer, Error, Visitor};

use super::SourceError;

/// A path.
pub(crate) fn check_key(text: String) -> Result<String, SourceError> {
    let text = check_text("key", text)?;
    if text.starts_with('/') || text.ends_with('/') {
        let problem = "it starts or ends with a slash";
        return Err(SourceError { part: "key", text, problem });
    }
    Ok(text)
}

/// A field or a version.
pub(crate) fn check_text(part: &'static str, text: String) -> Result<String, SourceError> {
    if text.is_empty() {
        Err(SourceError { part, text, problem: "it is empty" })
    } else if text.chars().any(char::is_control) {
        Err(SourceError { part, text, problem: "it has a control character" })
    } else {
        Ok(text)
    }
}

pub(crate) fn deserialize_key<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    deserializer.deserialize_str(Text(check_key))
}

pub(crate) fn deserialize_optional_key<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    deserializer.deserialize_option(Optional(Text(check_key)))
}

pub(crate) fn deserialize_optional_property<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    deserializer.deserialize_option(Optional(Text(|text| check_text("property", text))))
}

/// A text, or the number that most stores count with.
pub(crate) fn deserialize_optional_version<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    deserializer.deserialize_option(Optional(Version))
}

struct Optional<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for Optional<V> {
    type Value = Option<V::Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self.0).map(Some)
    }
}

struct Text<F>(F);

impl<F: FnOnce(String) -> Result<String, SourceError>> Visitor<'_> for Text<F> {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
        (self.0)(text.to_owned()).map_err(E::custom)
    }
}

struct Version;

impl Visitor<'_> for Version {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a version: a string or a whole number")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
        check_text("version", text.to_owned()).map_err(E::custom)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<String, E> {
        Ok(number.to_string())
    }
}

#[cfg(feature = "schema")]
pub(crate) fn version_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "type": ["string", "integer"], "minLength": 1, "minimum": 0 })
}
