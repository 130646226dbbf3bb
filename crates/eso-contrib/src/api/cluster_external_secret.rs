//! `ClusterExternalSecret`: <https://external-secrets.io/latest/api/clusterexternalsecret/>.

use core::time::Duration;
use std::collections::BTreeMap;

use k8s_bundle::{AnnotationKey, LabelKey, LabelValue, Namespace, ObjectMeta, ObjectName, Resource};
use serde::{Deserialize, Serialize};

use super::{Checker, ExternalSecretSpec, LabelSelector, duration};
use crate::EsoVersion;
use crate::error::Result;

/// The same `ExternalSecret` in many namespaces, in those that are made later too.
///
/// ```
/// use eso_contrib::api::{ClusterExternalSecret, ExternalSecretSpec, LabelSelector, RemoteRef, SecretStoreRef, Target};
/// use k8s_bundle::yaml;
///
/// let spec = ExternalSecretSpec::new(SecretStoreRef::cluster("vault".parse()?), Target::new("registry".parse()?))
///     .with_data("token".parse()?, RemoteRef::new("infrastructure/registry", "token"));
/// let tenants = LabelSelector::default().with_label("tenant".parse()?, "true".parse()?);
/// let everywhere = ClusterExternalSecret::new("registry".parse()?, spec).with_selector(tenants);
/// let yaml = yaml::to_string(&everywhere.to_resource(&"0.20.4".parse()?)?)?;
/// assert!(yaml.contains("namespaceSelectors:"));
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClusterExternalSecret {
    /// Its name, labels and annotations.
    pub metadata: ObjectMeta,
    /// What it asks for.
    pub spec: ClusterExternalSecretSpec,
}

/// Which `ExternalSecret`, and in which namespaces.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct ClusterExternalSecretSpec {
    /// The name of each `ExternalSecret`; by default that of the `ClusterExternalSecret`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_secret_name: Option<ObjectName>,
    /// Labels and annotations of each `ExternalSecret`.
    #[serde(default, skip_serializing_if = "ExternalSecretMetadata::is_empty")]
    pub external_secret_metadata: ExternalSecretMetadata,
    /// Namespaces that one of these selects.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub namespace_selectors: Vec<LabelSelector>,
    /// One selector; the operator has deprecated it for [`namespace_selectors`](Self::namespace_selectors).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace_selector: Option<LabelSelector>,
    /// Namespaces by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub namespaces: Vec<Namespace>,
    /// How often the operator looks for namespaces; by default as often as it looks at anything. Written as Go writes it.
    #[serde(default, with = "duration::optional", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<k8s_bundle::GoDuration>"))]
    pub refresh_time: Option<Duration>,
    /// What each `ExternalSecret` asks for.
    pub external_secret_spec: ExternalSecretSpec,
}

/// Labels and annotations of an `ExternalSecret`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ExternalSecretMetadata {
    /// Labels, sorted by key.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<LabelKey, LabelValue>,
    /// Annotations, sorted by key.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<AnnotationKey, String>,
}

impl ExternalSecretMetadata {
    fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.annotations.is_empty()
    }
}

impl ClusterExternalSecret {
    /// An `ExternalSecret` of that `spec`, in no namespace yet.
    #[must_use]
    pub fn new(name: ObjectName, spec: ExternalSecretSpec) -> Self {
        let spec = ClusterExternalSecretSpec { external_secret_spec: spec, ..Default::default() };
        Self::with_spec(ObjectMeta::new(name), spec)
    }

    /// The object with this metadata and `spec`.
    #[must_use]
    pub fn with_spec(metadata: ObjectMeta, spec: ClusterExternalSecretSpec) -> Self {
        Self { metadata, spec }
    }

    /// In the namespaces that `selector` selects, too.
    #[must_use]
    pub fn with_selector(mut self, selector: LabelSelector) -> Self {
        self.spec.namespace_selectors.push(selector);
        self
    }

    /// In that namespace, too.
    #[must_use]
    pub fn with_namespace(mut self, namespace: Namespace) -> Self {
        self.spec.namespaces.push(namespace);
        self
    }

    /// The object for the operator of that version, every default spelt out.
    ///
    /// # Errors
    /// [`Error::Resource`](crate::Error::Resource) with everything that the operator of that version would refuse;
    /// [`Error::Bundle`](crate::Error::Bundle) if the bundle does not take it.
    pub fn to_resource(&self, version: &EsoVersion) -> Result<Resource> {
        let api_version = version.api_version().as_str();
        let resource = Resource::new(api_version, "ClusterExternalSecret", self.metadata.clone())?;
        let mut checker = Checker::new(version);
        self.spec.check(&mut checker);
        checker.into_result(&resource)?;
        let mut spec = self.spec.clone();
        spec.external_secret_spec.spell_out(version);
        Ok(resource.with_spec(&spec)?)
    }
}

impl ClusterExternalSecretSpec {
    fn check(&self, checker: &mut Checker<'_>) {
        checker.at("externalSecretSpec", |checker| self.external_secret_spec.check(checker));
        if let Some(selector) = &self.namespace_selector {
            checker.at("namespaceSelector", |checker| selector.check(checker));
        }
        for (index, selector) in self.namespace_selectors.iter().enumerate() {
            checker.at(&format!("namespaceSelectors[{index}]"), |checker| selector.check(checker));
        }
        if self.namespace_selector.is_none()
            && self.namespace_selectors.is_empty()
            && self.namespaces.is_empty()
        {
            checker.refuse("it selects no namespace: it needs namespaces or namespaceSelectors");
        }
    }
}
