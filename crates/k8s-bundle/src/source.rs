//! Where a value comes from: a path of the store, and a field of what is stored there.

mod form;
mod text;

use core::convert::Infallible;
use core::fmt;

#[cfg(feature = "schema")]
pub(crate) use text::version_schema;
pub(crate) use text::{
    check_key, check_text, deserialize_key, deserialize_optional_key, deserialize_optional_property,
    deserialize_optional_version,
};

use crate::{DecodingStrategy, MetadataPolicy, NullBytePolicy};

/// The field that a plain value is stored under, and the one that a source without `property` means.
pub const DEFAULT_PROPERTY: &str = "value";

/// One value of a store, by name: `key` is the path, `property` the field (default `value`).
///
/// This crate knows no store. It checks only that the texts can be a path, a field and a version at all.
///
/// ```
/// # use k8s_bundle::{DecodingStrategy, SourceRef};
/// let root = SourceRef::new("GITLAB_ROOT_PASSWORD")?;
/// assert_eq!((root.key(), root.property()), ("GITLAB_ROOT_PASSWORD", "value"));
/// let user = SourceRef::new("infrastructure/minio")?.with_property("rootUser")?;
/// assert_eq!(user.to_string(), "infrastructure/minio#rootUser");
/// let older = user.with_version("3")?.with_decoding_strategy(DecodingStrategy::Base64);
/// assert_eq!(older.to_string(), "infrastructure/minio#rootUser@3 (Base64)");
/// # Ok::<_, k8s_bundle::SourceError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceRef {
    key: String,
    property: String,
    version: Option<String>,
    decoding_strategy: DecodingStrategy,
    metadata_policy: MetadataPolicy,
    null_byte_policy: NullBytePolicy,
}

/// A text that can be no path, field or version of any store.
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
        Ok(Self {
            key: check_key(key.into())?,
            property: DEFAULT_PROPERTY.to_owned(),
            version: None,
            decoding_strategy: DecodingStrategy::default(),
            metadata_policy: MetadataPolicy::default(),
            null_byte_policy: NullBytePolicy::default(),
        })
    }

    /// The field `property` of the same path.
    ///
    /// # Errors
    /// [`SourceError`] if `property` is empty or has a control character.
    pub fn with_property(self, property: impl Into<String>) -> Result<Self, SourceError> {
        Ok(Self { property: check_text("property", property.into())?, ..self })
    }

    /// That version of the path, as the store calls it.
    ///
    /// # Errors
    /// [`SourceError`] if `version` is empty or has a control character.
    pub fn with_version(self, version: impl Into<String>) -> Result<Self, SourceError> {
        Ok(Self { version: Some(check_text("version", version.into())?), ..self })
    }

    /// How the value is decoded.
    #[must_use]
    pub fn with_decoding_strategy(self, strategy: DecodingStrategy) -> Self {
        Self { decoding_strategy: strategy, ..self }
    }

    /// Whether the value or its metadata is read.
    #[must_use]
    pub fn with_metadata_policy(self, policy: MetadataPolicy) -> Self {
        Self { metadata_policy: policy, ..self }
    }

    /// What becomes of a value with a null byte.
    #[must_use]
    pub fn with_null_byte_policy(self, policy: NullBytePolicy) -> Self {
        Self { null_byte_policy: policy, ..self }
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

    /// The version; without it, the newest.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// How the value is decoded.
    #[must_use]
    pub fn decoding_strategy(&self) -> DecodingStrategy {
        self.decoding_strategy
    }

    /// Whether the value or its metadata is read; the metadata only ever with
    /// [`SyncMode::ExternalSecrets`](crate::SyncMode::ExternalSecrets).
    #[must_use]
    pub fn metadata_policy(&self) -> MetadataPolicy {
        self.metadata_policy
    }

    /// What becomes of a value with a null byte; an error only ever with
    /// [`SyncMode::ExternalSecrets`](crate::SyncMode::ExternalSecrets).
    #[must_use]
    pub fn null_byte_policy(&self) -> NullBytePolicy {
        self.null_byte_policy
    }
}

/// `key`, or `key#property` where the property is not the default; then `@version`, and in brackets how it is read, where
/// that is not as usual. Two sources that differ have different texts.
impl fmt::Display for SourceRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key)?;
        if self.property != DEFAULT_PROPERTY {
            write!(f, "#{}", self.property)?;
        }
        if let Some(version) = &self.version {
            write!(f, "@{version}")?;
        }
        let mut before = " (";
        if self.decoding_strategy != DecodingStrategy::default() {
            write!(f, "{before}{}", self.decoding_strategy)?;
            before = ", ";
        }
        if self.metadata_policy == MetadataPolicy::Fetch {
            write!(f, "{before}metadata")?;
            before = ", ";
        }
        if self.null_byte_policy == NullBytePolicy::Fail {
            write!(f, "{before}no null bytes")?;
            before = ", ";
        }
        if before == ", " { f.write_str(")") } else { Ok(()) }
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
