//! All secrets of a name or with tags.

use std::collections::BTreeMap;

use super::Regexp;
use crate::source::check_key;
use crate::{ConversionStrategy, DecodingStrategy, NullBytePolicy, SourceError};

/// The secrets of a store whose names match an expression, or that have all of some tags.
///
/// Each becomes a key under the name that the store gives it, and its value is what is stored under that name.
///
/// ```
/// # use k8s_bundle::Find;
/// let find = Find::by_name("^db-".parse()?).in_path("apps/acme")?;
/// assert_eq!((find.path(), find.name().unwrap().as_str()), (Some("apps/acme"), "^db-"));
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Find {
    pub(super) path: Option<String>,
    pub(super) name: Option<Regexp>,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) conversion_strategy: ConversionStrategy,
    pub(super) decoding_strategy: DecodingStrategy,
    pub(super) null_byte_policy: NullBytePolicy,
}

impl Find {
    /// The secrets whose names match, anywhere in the name.
    #[must_use]
    pub fn by_name(name: Regexp) -> Self {
        Self { name: Some(name), ..Self::nothing() }
    }

    /// The secrets with that tag. Only with `sync_mode: external-secrets`.
    #[must_use]
    pub fn by_tag(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self::nothing().with_tag(key, value)
    }

    fn nothing() -> Self {
        Self {
            path: None,
            name: None,
            tags: BTreeMap::new(),
            conversion_strategy: ConversionStrategy::default(),
            decoding_strategy: DecodingStrategy::default(),
            null_byte_policy: NullBytePolicy::default(),
        }
    }

    /// One more tag that they must have; an earlier value of the tag is replaced.
    #[must_use]
    pub fn with_tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.tags.insert(key.into(), value.into());
        self
    }

    /// Only those below that path.
    ///
    /// # Errors
    /// [`SourceError`] if `path` is empty, has a control character, or starts or ends with a slash.
    pub fn in_path(mut self, path: impl Into<String>) -> Result<Self, SourceError> {
        self.path = Some(check_key(path.into())?);
        Ok(self)
    }

    /// What becomes of characters in names that no key may have.
    #[must_use]
    pub fn with_conversion_strategy(mut self, strategy: ConversionStrategy) -> Self {
        self.conversion_strategy = strategy;
        self
    }

    /// How the values are decoded.
    #[must_use]
    pub fn with_decoding_strategy(mut self, strategy: DecodingStrategy) -> Self {
        self.decoding_strategy = strategy;
        self
    }

    /// What becomes of values with null bytes.
    #[must_use]
    pub fn with_null_byte_policy(mut self, policy: NullBytePolicy) -> Self {
        self.null_byte_policy = policy;
        self
    }

    /// The path that they are below; without it, anywhere.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// What their names match.
    #[must_use]
    pub fn name(&self) -> Option<&Regexp> {
        self.name.as_ref()
    }

    /// The tags that they have, all of them.
    #[must_use]
    pub fn tags(&self) -> &BTreeMap<String, String> {
        &self.tags
    }

    /// What becomes of characters in names that no key may have. Only where the names are not rewritten.
    #[must_use]
    pub fn conversion_strategy(&self) -> ConversionStrategy {
        self.conversion_strategy
    }

    /// How the values are decoded.
    #[must_use]
    pub fn decoding_strategy(&self) -> DecodingStrategy {
        self.decoding_strategy
    }

    /// What becomes of values with null bytes.
    #[must_use]
    pub fn null_byte_policy(&self) -> NullBytePolicy {
        self.null_byte_policy
    }
}
