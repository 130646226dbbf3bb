//! The `fake` provider: <https://external-secrets.io/latest/provider/fake/>.

use k8s_bundle::{DEFAULT_PROPERTY, yaml};
use serde::{Deserialize, Serialize};
use serde_yaml::Mapping;

use crate::Feature;
use crate::api::Checker;

/// Values that stand in the store itself.
///
/// **They are in clear text**: in the resource, in the bundle, in Git. The provider is for trying the operator out, and the
/// one thing in what is delivered by reference that holds a value. Put none there that anybody should not know.
///
/// A path is a [`key`](FakeValue::key). A field is one of a value that is JSON; a plain value is the field `value` and is
/// asked for without one, because the operator would look for it in JSON.
///
/// ```
/// use eso_contrib::api::provider::FakeProvider;
///
/// let fake = FakeProvider::new().with_value("greeting", "hello").with_value("login", r#"{"user": "a"}"#);
/// assert_eq!(fake.data.len(), 2);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct FakeProvider {
    /// The values.
    pub data: Vec<FakeValue>,
    /// What the store says of itself; from chart 0.20.0 on. 0 is ready, 1 unknown, 2 an error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(max = 2)))]
    pub validation_result: Option<u8>,
}

/// One value, in clear text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FakeValue {
    /// What it is asked for by.
    pub key: String,
    /// The value, in clear text.
    pub value: String,
    /// Which version of the key it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

impl FakeProvider {
    /// A store without a value.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One more value, in clear text.
    #[must_use]
    pub fn with_value(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.data.push(FakeValue { key: key.into(), value: value.into(), version: None });
        self
    }

    pub(super) fn check(&self, checker: &mut Checker<'_>) {
        for (position, FakeValue { key, value, .. }) in self.data.iter().enumerate() {
            for (field, text) in [("key", key), ("value", value)] {
                if text.is_empty() {
                    checker.at(&format!("data[{position}].{field}"), |c| c.refuse("it is empty"));
                }
            }
        }
        if let Some(result) = self.validation_result {
            checker.at("validationResult", |c| {
                c.needs(Feature::FakeValidationResult);
                if result > 2 {
                    c.refuse("it is 0 (ready), 1 (unknown) or 2 (an error)");
                }
            });
        }
    }

    /// Whether every version of `path` is JSON with that field.
    pub(super) fn has_field(&self, path: &str, property: &str) -> bool {
        // A dot goes one level down: what is there is for the operator to find.
        let field = property.split(['.', '|', '@', '#']).next().unwrap_or(property);
        let mut values = self.data.iter().filter(|data| data.key == path).peekable();
        values.peek().is_some()
            && values.all(|data| json_has_field(&data.value, property) || json_has_field(&data.value, field))
    }

    pub(super) fn source_problem(&self, path: &str, property: &str) -> Option<String> {
        if !self.data.iter().any(|data| data.key == path) {
            return Some(format!("the store has no value under {path:?}"));
        }
        (property != DEFAULT_PROPERTY && !self.has_field(path, property))
            .then(|| format!("what the store has under {path:?} is not JSON with the field {property:?}"))
    }
}

fn json_has_field(text: &str, field: &str) -> bool {
    text.trim_start().starts_with('{')
        && yaml::from_str::<Mapping>(text).is_ok_and(|json| json.contains_key(field))
}
