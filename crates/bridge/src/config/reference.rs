//! Where a secret that the bridge itself needs is in the store.

use std::fmt;

use secret_store::{FieldName, SecretPath};
use serde::{Deserialize, Deserializer, Serialize};

/// Where a secret that the bridge itself needs is in the store: a path alone, of whose secret the field `value` is meant, or a
/// path and a field.
///
/// ```yaml
/// token: { source: BRIDGE_TOKEN }
/// token: { source: { key: bridge/eso, property: token } }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(into = "Written")]
pub struct SecretRef {
    /// The path.
    pub key: SecretPath,
    /// The field.
    pub property: FieldName,
}

impl SecretRef {
    /// The field `value` at this path.
    #[must_use]
    pub fn new(key: SecretPath) -> Self {
        Self { key, property: FieldName::value() }
    }
}

impl fmt::Display for SecretRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.property == FieldName::value() {
            return self.key.fmt(f);
        }
        write!(f, "{}#{}", self.key, self.property)
    }
}

/// As it is written.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
enum Written {
    Key(String),
    Field(Field),
}

#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct Field {
    /// The path in the store.
    key: String,
    /// The field of the secret there; `value` unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    property: Option<String>,
}

impl From<SecretRef> for Written {
    fn from(SecretRef { key, property }: SecretRef) -> Self {
        let key = String::from(key);
        if property == FieldName::value() {
            return Self::Key(key);
        }
        Self::Field(Field { key, property: Some(property.into()) })
    }
}

impl<'de> Deserialize<'de> for SecretRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;
        let (key, property) = match Written::deserialize(deserializer) {
            Ok(Written::Key(key)) => (key, None),
            Ok(Written::Field(Field { key, property })) => (key, property),
            Err(_) => {
                return Err(D::Error::custom("a secret of the store is its path, or `{ key, property }`"));
            }
        };
        let key = SecretPath::new(&key).map_err(D::Error::custom)?;
        let property = match property {
            Some(property) => FieldName::new(&property).map_err(D::Error::custom)?,
            None => FieldName::value(),
        };
        Ok(Self { key, property })
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for SecretRef {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SecretRef".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let mut schema = Written::json_schema(generator);
        schema.insert(
            "description".to_owned(),
            "Where a secret is in the store: its path, whose field `value` is meant, or a path and a field."
                .into(),
        );
        schema
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_alone_means_the_field_of_plain_values() {
        for (written, shown) in [
            (r#""BRIDGE_TOKEN""#, "BRIDGE_TOKEN"),
            (r#"{"key":"bridge/eso","property":"token"}"#, "bridge/eso#token"),
        ] {
            let read: SecretRef = serde_json::from_str(written).unwrap();
            assert_eq!(read.to_string(), shown);
            assert_eq!(serde_json::to_string(&read).unwrap(), written);
        }
        let plain: SecretRef = serde_json::from_str(r#"{"key":"a"}"#).unwrap();
        assert_eq!(plain, SecretRef::new("a".parse().unwrap()));
    }

    #[test]
    fn what_is_no_place_in_a_store_is_refused_in_words() {
        let error = |text: &str| serde_json::from_str::<SecretRef>(text).unwrap_err().to_string();
        assert_eq!(error("7"), "a secret of the store is its path, or `{ key, property }`");
        assert_eq!(
            error(r#"{"key":"a","proprety":"b"}"#),
            "a secret of the store is its path, or `{ key, property }`"
        );
        assert_eq!(
            error(r#""a//b""#),
            r#""a//b" has an empty segment: no leading, trailing or double slash"#
        );
        assert_eq!(error(r#"{"key":"a","property":""}"#), r#""" is empty"#);
    }
}
