//! The two forms in YAML: a string, or a map.

use core::fmt;

use serde::{Deserialize, Serialize};

use super::{
    DEFAULT_PROPERTY, SourceRef, deserialize_key, deserialize_optional_property, deserialize_optional_version,
};
use crate::default::is_default;
use crate::{DecodingStrategy, MetadataPolicy, NullBytePolicy};

#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct LongForm {
    /// The path in the store.
    #[serde(deserialize_with = "deserialize_key")]
    key: String,
    /// The field of the path; a plain value is the field `value`.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "deserialize_optional_property"
    )]
    property: Option<String>,
    /// The version of the path; without it, the newest.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "deserialize_optional_version"
    )]
    #[cfg_attr(feature = "schema", schemars(schema_with = "super::version_schema"))]
    version: Option<String>,
    /// How the value is decoded.
    #[serde(default, skip_serializing_if = "is_default")]
    decoding_strategy: DecodingStrategy,
    /// With `sync_mode: external-secrets`: whether the value or its metadata is read.
    #[serde(default, skip_serializing_if = "is_default")]
    metadata_policy: MetadataPolicy,
    /// With `sync_mode: external-secrets`: what becomes of a value with a null byte.
    #[serde(default, skip_serializing_if = "is_default")]
    null_byte_policy: NullBytePolicy,
}

impl From<LongForm> for SourceRef {
    fn from(form: LongForm) -> Self {
        Self {
            key: form.key,
            property: form.property.unwrap_or_else(|| DEFAULT_PROPERTY.to_owned()),
            version: form.version,
            decoding_strategy: form.decoding_strategy,
            metadata_policy: form.metadata_policy,
            null_byte_policy: form.null_byte_policy,
        }
    }
}

impl From<&SourceRef> for LongForm {
    fn from(source: &SourceRef) -> Self {
        let SourceRef { key, property, version, decoding_strategy, metadata_policy, null_byte_policy } =
            source.clone();
        let property = (property != DEFAULT_PROPERTY).then_some(property);
        Self { key, property, version, decoding_strategy, metadata_policy, null_byte_policy }
    }
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
        LongForm::deserialize(serde::de::value::MapAccessDeserializer::new(map)).map(Into::into)
    }
}

/// The string where it says all there is to say.
impl Serialize for SourceRef {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match SourceRef::new(self.key.clone()) {
            Ok(plain) if plain == *self => serializer.serialize_str(&self.key),
            _ => LongForm::from(self).serialize(serializer),
        }
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
