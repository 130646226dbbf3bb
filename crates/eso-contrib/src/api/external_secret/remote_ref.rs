//! Where one value comes from.

use k8s_bundle::{ConversionStrategy, DecodingStrategy, MetadataPolicy, NullBytePolicy};
use serde::{Deserialize, Serialize};

use crate::api::Checker;
use crate::{EsoVersion, Feature};

/// One secret of a store, or one value of it.
///
/// Where `property` is missing the operator takes the whole of what is stored under the key, as JSON;
/// [`new`](Self::new) therefore asks for it.
///
/// ```
/// # use eso_contrib::api::{DecodingStrategy, RemoteRef};
/// # use k8s_bundle::yaml;
/// let given: RemoteRef = yaml::from_str("{ key: apps/acme, property: keystore, version: '3', decodingStrategy: Base64 }")?;
/// let mut made = RemoteRef::new("apps/acme", "keystore");
/// made.version = Some("3".into());
/// made.decoding_strategy = Some(DecodingStrategy::Base64);
/// assert_eq!(given, made);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct RemoteRef {
    /// What the provider calls the secret; for Vault, the path within the mount.
    pub key: String,
    /// The field of the secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub property: Option<String>,
    /// The version of the secret; the newest where there is none. For Vault a number, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// What becomes of characters that no key may have. By default they become underscores.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversion_strategy: Option<ConversionStrategy>,
    /// Whether the value is decoded. By default it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decoding_strategy: Option<DecodingStrategy>,
    /// Whether the value or its metadata is read. By default the value is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata_policy: Option<MetadataPolicy>,
    /// What becomes of a value with a byte zero in it. By default it is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub null_byte_policy: Option<NullBytePolicy>,
}

impl RemoteRef {
    /// The field `property` of `key`, with the operator's defaults.
    #[must_use]
    pub fn new(key: impl Into<String>, property: impl Into<String>) -> Self {
        Self { property: Some(property.into()), ..Self::whole(key) }
    }

    /// All of `key`, with the operator's defaults: for [`DataFrom::extract`](super::DataFrom::extract).
    #[must_use]
    pub fn whole(key: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            property: None,
            version: None,
            conversion_strategy: None,
            decoding_strategy: None,
            metadata_policy: None,
            null_byte_policy: None,
        }
    }

    pub(crate) fn check(&self, checker: &mut Checker<'_>) {
        check_null_byte_policy(self.null_byte_policy, checker);
    }

    pub(crate) fn spell_out(&mut self, version: &EsoVersion) {
        if has_strategy_defaults(version) {
            self.conversion_strategy.get_or_insert_default();
            self.decoding_strategy.get_or_insert_default();
            self.metadata_policy.get_or_insert_default();
        }
    }
}

pub(super) fn check_null_byte_policy(policy: Option<NullBytePolicy>, checker: &mut Checker<'_>) {
    if policy.is_some() {
        checker.at("nullBytePolicy", |checker| checker.needs(Feature::NullBytePolicy));
    }
}

/// From 2.9.0 on the definitions no longer fill the strategies in; what they mean without is the same.
pub(super) fn has_strategy_defaults(version: &EsoVersion) -> bool {
    *version < EsoVersion::of(semver::Version::new(2, 9, 0))
}
