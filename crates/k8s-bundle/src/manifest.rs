//! `SecretManifest`: one Secret, declared once.

mod builder;
mod document;
mod error;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use builder::SecretManifestBuilder;
use document::Document;
pub use error::{ManifestError, ManifestProblem};

use crate::{
    AnnotationKey, DataKey, GoDuration, LabelKey, LabelValue, Namespace, ObjectMeta, ObjectName, SecretId,
    SecretType, SourceRef,
};

/// How a Secret reaches the cluster.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SyncMode {
    /// By value: the materializer writes a real Secret into a file of mode 0600.
    #[default]
    BuildTime,
    /// By reference: an `ExternalSecret` that the External Secrets Operator resolves in the cluster.
    ExternalSecrets,
}

impl SyncMode {
    /// The word of the manifest: `build-time` or `external-secrets`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BuildTime => "build-time",
            Self::ExternalSecrets => "external-secrets",
        }
    }
}

impl core::fmt::Display for SyncMode {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.pad(self.as_str())
    }
}

/// One Secret, declared once: its name, where it goes, where its values come from, how they are delivered.
///
/// It holds names only, never a value. In YAML it has the same fields; see the crate's documentation for both forms.
///
/// ```
/// # use k8s_bundle::SecretManifest;
/// let manifest = SecretManifest::builder("gitlab-root")
///     .namespace("gitlab")
///     .source("GITLAB_ROOT_PASSWORD")
///     .data_key("password")
///     .build()?;
/// assert_eq!(manifest.data().keys().next().unwrap(), &"password");
/// # Ok::<_, k8s_bundle::ManifestError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretManifest {
    name: ObjectName,
    namespaces: Vec<Namespace>,
    data: BTreeMap<DataKey, SourceRef>,
    sync_mode: SyncMode,
    secret_type: SecretType,
    labels: BTreeMap<LabelKey, LabelValue>,
    annotations: BTreeMap<AnnotationKey, String>,
    immutable: bool,
    refresh_interval: Option<GoDuration>,
}

impl SecretManifest {
    /// Starts a manifest in code; the methods are named as the fields in YAML.
    pub fn builder(name: impl AsRef<str>) -> SecretManifestBuilder {
        SecretManifestBuilder::new(name.as_ref())
    }

    /// The name of the Secret.
    #[must_use]
    pub fn name(&self) -> &ObjectName {
        &self.name
    }

    /// The namespaces that the Secret goes to, in the order declared: at least one, none twice.
    #[must_use]
    pub fn namespaces(&self) -> &[Namespace] {
        &self.namespaces
    }

    /// The Secrets that it declares: one in each of its namespaces, in the order declared.
    pub fn ids(&self) -> impl Iterator<Item = SecretId> {
        self.namespaces.iter().map(|namespace| SecretId::new(namespace.clone(), self.name.clone()))
    }

    /// The keys of the Secret and where their values come from; at least one. The short form has exactly one key.
    #[must_use]
    pub fn data(&self) -> &BTreeMap<DataKey, SourceRef> {
        &self.data
    }

    /// How the Secret is delivered.
    #[must_use]
    pub fn sync_mode(&self) -> SyncMode {
        self.sync_mode
    }

    /// The `type` of the Secret.
    #[must_use]
    pub fn secret_type(&self) -> &SecretType {
        &self.secret_type
    }

    /// Labels of the Secret.
    #[must_use]
    pub fn labels(&self) -> &BTreeMap<LabelKey, LabelValue> {
        &self.labels
    }

    /// Annotations of the Secret.
    #[must_use]
    pub fn annotations(&self) -> &BTreeMap<AnnotationKey, String> {
        &self.annotations
    }

    /// Whether the API server shall refuse any later change of the Secret's data.
    #[must_use]
    pub fn immutable(&self) -> bool {
        self.immutable
    }

    /// How often the operator reads the source again; only ever set with [`SyncMode::ExternalSecrets`].
    #[must_use]
    pub fn refresh_interval(&self) -> Option<&GoDuration> {
        self.refresh_interval.as_ref()
    }

    /// The metadata of the Secret in one of its namespaces: name, labels and annotations as declared.
    #[must_use]
    pub fn metadata(&self, namespace: &Namespace) -> ObjectMeta {
        let mut meta = ObjectMeta::new(self.name.clone()).in_namespace(namespace.clone());
        meta.labels.clone_from(&self.labels);
        meta.annotations.clone_from(&self.annotations);
        meta
    }
}

/// All rules are checked inside the deserializer, so that an error knows its line and column.
impl<'de> Deserialize<'de> for SecretManifest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ManifestVisitor)
    }
}

struct ManifestVisitor;

impl<'de> serde::de::Visitor<'de> for ManifestVisitor {
    type Value = SecretManifest;

    fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("a secret manifest")
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<SecretManifest, A::Error> {
        let document = Document::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
        document.validate(Vec::new()).map_err(serde::de::Error::custom)
    }
}

/// The long form, whichever was read: what comes out reads back to an equal manifest.
impl Serialize for SecretManifest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Document::from(self).serialize(serializer)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for SecretManifest {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SecretManifest".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Document::json_schema(generator)
    }
}
