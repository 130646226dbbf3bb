//! Where a value comes from: a path of the store, and a field of what is stored there.

use core::convert::Infallible;
use core::fmt;

use serde::{Deserialize, Serialize};

/// The field that a plain value is stored under, and the one that a source without `property` means.
pub const DEFAULT_PROPERTY: &str = "value";

/// One value of a store, by name: `key` is the path, `property` the field (default `value`).
///
/// This crate knows no store. It checks only that the texts can be a path and a field at all.
///
/// ```
/// # use k8s_bundle::SourceRef;
/// let root = SourceRef::new("GITLAB_ROOT_PASSWORD")?;
/// assert_eq!((root.key(), root.property()), ("GITLAB_ROOT_PASSWORD", "value"));
/// let user = SourceRef::new("infrastructure/minio")?.with_property("rootUser")?;
/// assert_eq!(user.to_string(), "infrastructure/minio#rootUser");
/// # Ok::<_, k8s_bundle::SourceError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceRef {
    key: String,
    property: String,
}

/// A text that can be neither a path nor a field of any store.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("source {part} {text:?} is not valid: {problem}")]
pub struct SourceError {
    part: &'static str,
    text: String,
    problem: &'static str,
}

impl SourceRef {
    /// The field `value` of the path `key`.
    ///
    /// # Errors
    /// [`SourceError`] if `key` is empty, has a control character, or starts or ends with a slash.
    pub fn new(key: impl Into<String>) -> Result<Self, SourceError> {
        let key = check("key", key.into())?;
        if key.starts_with('/') || key.ends_with('/') {
            let problem = "it starts or ends with a slash";
            return Err(SourceError { part: "key", text: key, problem });
        }
        Ok(Self { key, property: DEFAULT_PROPERTY.to_owned() })
    }

    /// The field `property` of the same path.
    ///
    /// # Errors
    /// [`SourceError`] if `property` is empty or has a control character.
    pub fn with_property(self, property: impl Into<String>) -> Result<Self, SourceError> {
        Ok(Self { key: self.key, property: check("property", property.into())? })
    }

    /// The path.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The field.
    #[must_use]
    pub fn property(&self) -> &str {
        &self.property
    }
}

fn check(part: &'static str, text: String) -> Result<String, SourceError> {
    if text.is_empty() {
        Err(SourceError { part, text, problem: "it is empty" })
    } else if text.chars().any(char::is_control) {
        Err(SourceError { part, text, problem: "it has a control character" })
    } else {
        Ok(text)
    }
}

/// `key`, or `key#property` where the property is not the default.
impl fmt::Display for SourceRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key)?;
        if self.property != DEFAULT_PROPERTY {
            write!(f, "#{}", self.property)?;
        }
        Ok(())
    }
}

impl TryFrom<&str> for SourceRef {
    type Error = SourceError;

    fn try_from(key: &str) -> Result<Self, SourceError> {
        Self::new(key)
    }
}

impl TryFrom<String> for SourceRef {
    type Error = SourceError;

    fn try_from(key: String) -> Result<Self, SourceError> {
        Self::new(key)
    }
}

/// A path and a field.
impl TryFrom<(&str, &str)> for SourceRef {
    type Error = SourceError;

    fn try_from((key, property): (&str, &str)) -> Result<Self, SourceError> {
        Self::new(key)?.with_property(property)
    }
}

impl From<Infallible> for SourceError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// The two forms in YAML: a string, or a map of `key` and `property`.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct LongForm {
    /// The path in the store.
    key: String,
    /// The field of the path; a plain value is the field `value`.
    #[serde(default)]
    property: Option<String>,
}

impl<'de> Deserialize<'de> for SourceRef {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Visitor)
    }
}

struct Visitor;

impl<'de> serde::de::Visitor<'de> for Visitor {
    type Value = SourceRef;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a source: a path of the store, or {key: path, property: field}")
    }

    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<SourceRef, E> {
        SourceRef::new(key).map_err(E::custom)
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<SourceRef, A::Error> {
        use serde::de::Error;
        let form = LongForm::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
        let source = SourceRef::new(form.key).map_err(A::Error::custom)?;
        match form.property {
            Some(property) => source.with_property(property).map_err(A::Error::custom),
            None => Ok(source),
        }
    }
}

impl Serialize for SourceRef {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        if self.property == DEFAULT_PROPERTY {
            return serializer.serialize_str(&self.key);
        }
        let mut map = serializer.serialize_struct("SourceRef", 2)?;
        map.serialize_field("key", &self.key)?;
        map.serialize_field("property", &self.property)?;
        map.end()
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for SourceRef {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SourceRef".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let long = LongForm::json_schema(generator);
        schemars::json_schema!({
            "description": "Where a value comes from: a path of the store (its field `value`), or a path and a field",
            "oneOf": [{ "type": "string", "minLength": 1 }, long],
        })
    }
}
