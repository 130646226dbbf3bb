//! `SecretManifest`: one Secret, declared once.

mod builder;
mod by_value;
mod document;
mod error;
mod rule;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use builder::SecretManifestBuilder;
use document::Document;
pub use error::{ManifestError, ManifestProblem};

use crate::reload::{self, RELOAD_VALUE};
use crate::{
    AnnotationKey, CreationPolicy, DataFrom, DataKey, DeletionPolicy, GoDuration, LabelKey, LabelValue,
    Namespace, ObjectMeta, ObjectName, RefreshPolicy, SecretId, SecretTemplate, SecretType, SourceRef,
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
    data_from: Vec<DataFrom>,
    template: Option<SecretTemplate>,
    sync_mode: SyncMode,
    secret_type: SecretType,
    labels: BTreeMap<LabelKey, LabelValue>,
    annotations: BTreeMap<AnnotationKey, String>,
    immutable: bool,
    reload: Option<bool>,
    refresh_interval: Option<GoDuration>,
    refresh_policy: Option<RefreshPolicy>,
    creation_policy: Option<CreationPolicy>,
    deletion_policy: Option<DeletionPolicy>,
    store_ref: Option<ObjectName>,
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

    /// The keys that are named one by one, and where their values come from; at least one, unless there is
    /// [`data_from`](Self::data_from). The short form has exactly one key.
    #[must_use]
    pub fn data(&self) -> &BTreeMap<DataKey, SourceRef> {
        &self.data
    }

    /// Where keys come from that are not named one by one, in the order declared: of one key in several, the last one counts,
    /// and [`data`](Self::data) before all of them.
    #[must_use]
    pub fn data_from(&self) -> &[DataFrom] {
        &self.data_from
    }

    /// Templates of the Secret's keys, labels and annotations, over the values of [`data`](Self::data) and
    /// [`data_from`](Self::data_from).
    #[must_use]
    pub fn template(&self) -> Option<&SecretTemplate> {
        self.template.as_ref()
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

    /// Annotations of the Secret, without the one that [`reload`](Self::reload) makes.
    #[must_use]
    pub fn annotations(&self) -> &BTreeMap<AnnotationKey, String> {
        &self.annotations
    }

    /// Whether the API server shall refuse any later change of the Secret's data.
    #[must_use]
    pub fn immutable(&self) -> bool {
        self.immutable
    }

    /// Whether Stakater Reloader restarts the workloads that use the Secret when it changes.
    #[must_use]
    pub fn reload(&self) -> Option<bool> {
        self.reload
    }

    /// How often the operator reads the source again; only ever set with [`SyncMode::ExternalSecrets`].
    #[must_use]
    pub fn refresh_interval(&self) -> Option<&GoDuration> {
        self.refresh_interval.as_ref()
    }

    /// When the operator reads the source again; only ever set with [`SyncMode::ExternalSecrets`].
    #[must_use]
    pub fn refresh_policy(&self) -> Option<RefreshPolicy> {
        self.refresh_policy
    }

    /// Who makes the Secret; only ever set with [`SyncMode::ExternalSecrets`].
    #[must_use]
    pub fn creation_policy(&self) -> Option<CreationPolicy> {
        self.creation_policy
    }

    /// What becomes of the Secret when its values are gone; only ever set with [`SyncMode::ExternalSecrets`].
    #[must_use]
    pub fn deletion_policy(&self) -> Option<DeletionPolicy> {
        self.deletion_policy
    }

    /// The operator's store that the values come from; only ever set with [`SyncMode::ExternalSecrets`].
    #[must_use]
    pub fn store_ref(&self) -> Option<&ObjectName> {
        self.store_ref.as_ref()
    }

    /// The metadata of the Secret in one of its namespaces: name, labels and annotations as declared, with the annotation that
    /// [`reload`](Self::reload) makes.
    #[must_use]
    pub fn metadata(&self, namespace: &Namespace) -> ObjectMeta {
        let mut meta = ObjectMeta::new(self.name.clone()).in_namespace(namespace.clone());
        meta.labels.clone_from(&self.labels);
        meta.annotations.clone_from(&self.annotations);
        if let Some(reload) = self.reload {
            meta.annotations.insert(reload::annotations(reload).0.clone(), RELOAD_VALUE.to_owned());
        }
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
