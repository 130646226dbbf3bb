//! Where one key of a Secret goes.

use k8s_bundle::DataKey;
use serde::{Deserialize, Serialize};
use serde_yaml::Value;

/// One key of the Secret, and where its value goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct PushData {
    /// Which key, and where to.
    #[serde(rename = "match")]
    pub matched: PushMatch,
    /// What else the provider shall know; see its documentation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "super::data_to::anything"))]
    pub metadata: Option<Value>,
    /// What becomes of keys on their way.
    #[serde(default)]
    pub conversion_strategy: PushConversionStrategy,
}

/// A key of the Secret, and where in the store its value goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct PushMatch {
    /// The key; without one, the whole Secret as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_key: Option<DataKey>,
    /// Where its value goes.
    pub remote_ref: PushRemoteRef,
}

/// A place in a store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct PushRemoteRef {
    /// What the provider calls the secret; for Vault, the path within the mount.
    pub remote_key: String,
    /// The field of the secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub property: Option<String>,
}

/// What becomes of keys on their way to the store.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum PushConversionStrategy {
    /// They stay as they are.
    #[default]
    None,
    /// Numbers of Unicode characters (`_U0020_`) become those characters.
    ReverseUnicode,
}

impl PushData {
    /// The whole Secret, as JSON, to `remote_key`.
    #[must_use]
    pub fn new(remote_key: impl Into<String>) -> Self {
        let remote_ref = PushRemoteRef { remote_key: remote_key.into(), property: None };
        Self {
            matched: PushMatch { secret_key: None, remote_ref },
            metadata: None,
            conversion_strategy: PushConversionStrategy::default(),
        }
    }

    /// The value of that key alone.
    #[must_use]
    pub fn of_key(mut self, key: DataKey) -> Self {
        self.matched.secret_key = Some(key);
        self
    }

    /// To that field of the secret.
    #[must_use]
    pub fn to_property(mut self, property: impl Into<String>) -> Self {
        self.matched.remote_ref.property = Some(property.into());
        self
    }
}
