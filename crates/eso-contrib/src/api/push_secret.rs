//! `PushSecret`: <https://external-secrets.io/latest/api/pushsecret/>. It is `v1alpha1` in every chart.

mod data;
mod data_to;
mod selector;
mod store_ref;

use core::time::Duration;

use k8s_bundle::{Namespace, ObjectMeta, ObjectName, Resource};
use serde::{Deserialize, Serialize};

pub use data::{PushConversionStrategy, PushData, PushMatch, PushRemoteRef};
pub use data_to::{DataTo, DataToMatch, DataToRewrite};
pub use selector::{PushSelector, PushSelectorSecret};
pub use store_ref::PushStoreRef;

use super::template_text::Fields;
use super::{Checker, Template, duration};
use crate::EsoVersion;
use crate::error::Result;

const API_VERSION: &str = "external-secrets.io/v1alpha1";

/// Writes a Secret of the cluster, or what a generator makes, to stores.
///
/// ```
/// use eso_contrib::api::{PushData, PushSecret, PushSelector, PushStoreRef, SecretStoreRef};
/// use k8s_bundle::yaml;
///
/// let store = PushStoreRef::new(SecretStoreRef::cluster("vault".parse()?));
/// let push = PushSecret::new("acme".parse()?, "ca".parse()?, PushSelector::secret("ca-key-pair".parse()?))
///     .with_store(store)
///     .with_data(PushData::new("infrastructure/ca").of_key("tls.crt".parse()?).to_property("certificate"));
/// let yaml = yaml::to_string(&push.to_resource(&"0.20.4".parse()?)?)?;
/// assert!(yaml.contains("remoteKey: infrastructure/ca"));
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PushSecret {
    /// Its name, namespace, labels and annotations.
    pub metadata: ObjectMeta,
    /// What is written where.
    pub spec: PushSecretSpec,
}

/// What is written where, and how often.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct PushSecretSpec {
    /// How often it is written; zero writes it once. By default once an hour. Written as Go writes it: `1h0m0s`.
    #[serde(default, with = "duration::optional", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<k8s_bundle::GoDuration>"))]
    pub refresh_interval: Option<Duration>,
    /// The stores that it is written to.
    pub secret_store_refs: Vec<PushStoreRef>,
    /// What becomes of what is in a store already.
    #[serde(default)]
    pub update_policy: PushUpdatePolicy,
    /// What becomes of what was written when the `PushSecret` goes.
    #[serde(default)]
    pub deletion_policy: PushDeletionPolicy,
    /// What is written.
    pub selector: PushSelector,
    /// Changes the Secret before it is written; the one in the cluster stays as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<Template>,
    /// Where each key goes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub data: Vec<PushData>,
    /// Where many keys go at once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub data_to: Vec<DataTo>,
}

/// What becomes of a value that is in the store already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum PushUpdatePolicy {
    /// It is replaced.
    #[default]
    Replace,
    /// It stays.
    IfNotExists,
}

/// What becomes of what was written when the `PushSecret` goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum PushDeletionPolicy {
    /// It stays in the store.
    #[default]
    None,
    /// It goes from the store.
    Delete,
}

/// What the definitions fill in, and what the operator takes where an old definition does not.
const REFRESH_INTERVAL: Duration = Duration::from_hours(1);

impl PushSecret {
    /// What `selector` selects, written nowhere yet.
    #[must_use]
    pub fn new(namespace: Namespace, name: ObjectName, selector: PushSelector) -> Self {
        let spec = PushSecretSpec {
            refresh_interval: None,
            secret_store_refs: Vec::new(),
            update_policy: PushUpdatePolicy::default(),
            deletion_policy: PushDeletionPolicy::default(),
            selector,
            template: None,
            data: Vec::new(),
            data_to: Vec::new(),
        };
        Self::with_spec(ObjectMeta::new(name).in_namespace(namespace), spec)
    }

    /// The object with this metadata and `spec`.
    #[must_use]
    pub fn with_spec(metadata: ObjectMeta, spec: PushSecretSpec) -> Self {
        Self { metadata, spec }
    }

    /// To that store, too.
    #[must_use]
    pub fn with_store(mut self, store: PushStoreRef) -> Self {
        self.spec.secret_store_refs.push(store);
        self
    }

    /// That key, too.
    #[must_use]
    pub fn with_data(mut self, data: PushData) -> Self {
        self.spec.data.push(data);
        self
    }

    /// The object for the operator of that version, every default spelt out.
    ///
    /// # Errors
    /// [`Error::Resource`](crate::Error::Resource) with everything that the operator of that version would refuse;
    /// [`Error::Bundle`](crate::Error::Bundle) if the bundle does not take it.
    pub fn to_resource(&self, version: &EsoVersion) -> Result<Resource> {
        let resource = Resource::new(API_VERSION, "PushSecret", self.metadata.clone())?;
        let mut checker = Checker::new(version);
        self.spec.check(&mut checker);
        checker.into_result(&resource)?;
        let mut spec = self.spec.clone();
        spec.refresh_interval.get_or_insert(REFRESH_INTERVAL);
        Ok(resource.with_spec(&spec)?)
    }
}

impl PushSecretSpec {
    fn check(&self, checker: &mut Checker<'_>) {
        if self.secret_store_refs.is_empty() {
            checker.at("secretStoreRefs", |checker| checker.refuse("it needs at least one store"));
        }
        for (index, store) in self.secret_store_refs.iter().enumerate() {
            checker.at(&format!("secretStoreRefs[{index}]"), |checker| store.check(checker));
        }
        checker.at("selector", |checker| self.selector.check(checker));
        if let Some(template) = &self.template {
            checker.at("template", |checker| template.check(true, Fields::Open, checker));
        }
        for (index, to) in self.data_to.iter().enumerate() {
            checker.at(&format!("dataTo[{index}]"), |checker| to.check(checker));
        }
    }
}
