//! Where one value comes from.

use serde::Serialize;

/// One value in a store. `property` is always given: without it the operator would take the whole of what is stored under
/// the key, as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RemoteRef {
    /// What the provider calls the secret; for Vault, the path within the mount.
    pub key: String,
    /// The field of the secret.
    pub property: String,
    /// What becomes of characters that no key may have.
    pub conversion_strategy: ConversionStrategy,
    /// Whether the value is decoded.
    pub decoding_strategy: DecodingStrategy,
    /// Whether the value or its metadata is read.
    pub metadata_policy: MetadataPolicy,
}

impl RemoteRef {
    /// The field `property` of `key`, with the operator's defaults.
    #[must_use]
    pub fn new(key: impl Into<String>, property: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            property: property.into(),
            conversion_strategy: ConversionStrategy::default(),
            decoding_strategy: DecodingStrategy::default(),
            metadata_policy: MetadataPolicy::default(),
        }
    }
}

/// What becomes of characters that no key of a Secret may have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub enum ConversionStrategy {
    /// They become underscores.
    #[default]
    Default,
}

/// Whether a value is decoded before it is used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub enum DecodingStrategy {
    /// It is not.
    #[default]
    None,
}

/// Whether a secret's metadata is read instead of its value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub enum MetadataPolicy {
    /// The value is read.
    #[default]
    None,
}
