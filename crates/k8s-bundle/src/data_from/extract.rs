//! All fields of one path.

use crate::source::check_key;
use crate::source::check_text;
use crate::{ConversionStrategy, DecodingStrategy, MetadataPolicy, NullBytePolicy, SourceError};

/// The fields of one path, each under its own name; with a property, the fields of the map that stands in that field.
///
/// ```
/// # use k8s_bundle::{DecodingStrategy, Extract};
/// let extract = Extract::new("infrastructure/minio")?.with_version("3")?.with_decoding_strategy(DecodingStrategy::Auto);
/// assert_eq!((extract.key(), extract.property(), extract.version()), ("infrastructure/minio", None, Some("3")));
/// # Ok::<_, k8s_bundle::SourceError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Extract {
    pub(super) key: String,
    pub(super) property: Option<String>,
    pub(super) version: Option<String>,
    pub(super) decoding_strategy: DecodingStrategy,
    pub(super) conversion_strategy: ConversionStrategy,
    pub(super) metadata_policy: MetadataPolicy,
    pub(super) null_byte_policy: NullBytePolicy,
}

impl Extract {
    /// All fields of the path `key`.
    ///
    /// # Errors
    /// [`SourceError`] if `key` is empty, has a control character, or starts or ends with a slash.
    pub fn new(key: impl Into<String>) -> Result<Self, SourceError> {
        Ok(Self {
            key: check_key(key.into())?,
            property: None,
            version: None,
            decoding_strategy: DecodingStrategy::default(),
            conversion_strategy: ConversionStrategy::default(),
            metadata_policy: MetadataPolicy::default(),
            null_byte_policy: NullBytePolicy::default(),
        })
    }

    /// The fields of the map in the field `property`.
    ///
    /// # Errors
    /// [`SourceError`] if `property` is empty or has a control character.
    pub fn with_property(mut self, property: impl Into<String>) -> Result<Self, SourceError> {
        self.property = Some(check_text("property", property.into())?);
        Ok(self)
    }

    /// That version of the path, as the store calls it.
    ///
    /// # Errors
    /// [`SourceError`] if `version` is empty or has a control character.
    pub fn with_version(mut self, version: impl Into<String>) -> Result<Self, SourceError> {
        self.version = Some(check_text("version", version.into())?);
        Ok(self)
    }

    /// How the values are decoded.
    #[must_use]
    pub fn with_decoding_strategy(mut self, strategy: DecodingStrategy) -> Self {
        self.decoding_strategy = strategy;
        self
    }

    /// What becomes of characters in names that no key may have.
    #[must_use]
    pub fn with_conversion_strategy(mut self, strategy: ConversionStrategy) -> Self {
        self.conversion_strategy = strategy;
        self
    }

    /// Whether the values or their metadata are read.
    #[must_use]
    pub fn with_metadata_policy(mut self, policy: MetadataPolicy) -> Self {
        self.metadata_policy = policy;
        self
    }

    /// What becomes of values with null bytes.
    #[must_use]
    pub fn with_null_byte_policy(mut self, policy: NullBytePolicy) -> Self {
        self.null_byte_policy = policy;
        self
    }

    /// The path.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The field whose map is taken; without it, the path's own.
    #[must_use]
    pub fn property(&self) -> Option<&str> {
        self.property.as_deref()
    }

    /// The version; without it, the newest.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// How the values are decoded.
    #[must_use]
    pub fn decoding_strategy(&self) -> DecodingStrategy {
        self.decoding_strategy
    }

    /// What becomes of characters in names that no key may have. Only where the names are not rewritten.
    #[must_use]
    pub fn conversion_strategy(&self) -> ConversionStrategy {
        self.conversion_strategy
    }

    /// Whether the values or their metadata are read.
    #[must_use]
    pub fn metadata_policy(&self) -> MetadataPolicy {
        self.metadata_policy
    }

    /// What becomes of values with null bytes.
    #[must_use]
    pub fn null_byte_policy(&self) -> NullBytePolicy {
        self.null_byte_policy
    }
}
