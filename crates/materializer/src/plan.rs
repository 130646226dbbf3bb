//! What is to be done, without a value.

mod declared;
mod problem;
mod source;
mod table;

use std::collections::BTreeMap;

use k8s_bundle::{
    AnnotationKey, DataKey, LabelKey, LabelValue, SecretId, SecretManifest, SecretType, SyncMode,
};
use secret_store::{FieldName, SecretPath};
use serde::Serialize;

pub use problem::{PlanProblem, PlanProblemKind};
pub use source::Source;

use crate::Error;

/// The annotation that says where the values of a Secret written by value come from.
pub const SOURCE_ANNOTATION: &str = "secretbridge.dev/source";

/// Which Secret gets which key from which path and field, and how. Made without reading a value, and holds none.
///
/// `Display` is a table for people; `Serialize` the same for programs.
///
/// ```
/// # use k8s_bundle::SecretManifest;
/// # use materializer::Plan;
/// let manifest = SecretManifest::builder("gitlab-root")
///     .namespace("gitlab")
///     .source("GITLAB_ROOT_PASSWORD")
///     .data_key("password")
///     .build()?;
/// let plan = Plan::new([&manifest])?;
/// assert_eq!(plan.paths()[0].as_str(), "GITLAB_ROOT_PASSWORD");
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Plan {
    secrets: Vec<PlannedSecret>,
    paths: Vec<SecretPath>,
}

impl Plan {
    /// Plans these manifests: of a bundle, those that [`secrets`](k8s_bundle::KubernetesBundle::secrets) returns.
    ///
    /// A manifest of several namespaces becomes one Secret in each. Manifests of one namespace and name are merged.
    ///
    /// # Errors
    /// [`Error::Plan`] with every contradiction, every source that can be no path or field, and every rule of a Secret
    /// type that is broken; the manifests are counted in the order given.
    pub fn new<'a>(manifests: impl IntoIterator<Item = &'a SecretManifest>) -> Result<Self, Error> {
        let manifests: Vec<_> = manifests.into_iter().collect();
        declared::plan(&manifests).map_err(|problems| Error::Plan { problems })
    }

    pub(crate) fn from_secrets(mut secrets: Vec<PlannedSecret>) -> Self {
        secrets.sort_by(|a, b| a.id.cmp(&b.id));
        let read = |secret: &&PlannedSecret| secret.sync_mode == SyncMode::BuildTime;
        let mut paths: Vec<_> =
            secrets.iter().filter(read).flat_map(|s| s.keys.iter().map(|k| k.source.path.clone())).collect();
        paths.sort_unstable();
        paths.dedup();
        for secret in secrets.iter_mut().filter(|secret| read(&&**secret)) {
            for key in &mut secret.keys {
                key.read = paths.binary_search(&key.source.path).unwrap_or(usize::MAX);
            }
        }
        Self { secrets, paths }
    }

    /// Every Secret, sorted by namespace and name.
    #[must_use]
    pub fn secrets(&self) -> &[PlannedSecret] {
        &self.secrets
    }

    /// The Secrets that are written by value, in the same order.
    pub fn by_value(&self) -> impl Iterator<Item = &PlannedSecret> {
        self.secrets.iter().filter(|secret| secret.sync_mode == SyncMode::BuildTime)
    }

    /// The Secrets that are delivered by reference, in the same order.
    pub fn by_reference(&self) -> impl Iterator<Item = &PlannedSecret> {
        self.secrets.iter().filter(|secret| secret.sync_mode == SyncMode::ExternalSecrets)
    }

    /// The paths that a build reads: those of the Secrets by value, sorted, each once.
    #[must_use]
    pub fn paths(&self) -> &[SecretPath] {
        &self.paths
    }
}

/// One Secret of a [`Plan`]: all manifests of its namespace and name together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedSecret {
    #[serde(flatten)]
    id: SecretId,
    #[serde(rename = "type")]
    secret_type: SecretType,
    sync_mode: SyncMode,
    immutable: bool,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    labels: BTreeMap<LabelKey, LabelValue>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    annotations: BTreeMap<AnnotationKey, String>,
    keys: Vec<PlannedKey>,
}

impl PlannedSecret {
    /// Its namespace and name.
    #[must_use]
    pub fn id(&self) -> &SecretId {
        &self.id
    }

    /// Its `type`.
    #[must_use]
    pub fn secret_type(&self) -> &SecretType {
        &self.secret_type
    }

    /// How it is delivered.
    #[must_use]
    pub fn sync_mode(&self) -> SyncMode {
        self.sync_mode
    }

    /// Whether the API server shall refuse any later change of its data.
    #[must_use]
    pub fn immutable(&self) -> bool {
        self.immutable
    }

    /// Its labels.
    #[must_use]
    pub fn labels(&self) -> &BTreeMap<LabelKey, LabelValue> {
        &self.labels
    }

    /// Its annotations as declared; [`SOURCE_ANNOTATION`] is added when it is written.
    #[must_use]
    pub fn annotations(&self) -> &BTreeMap<AnnotationKey, String> {
        &self.annotations
    }

    /// Its keys, sorted; at least one.
    #[must_use]
    pub fn keys(&self) -> &[PlannedKey] {
        &self.keys
    }
}

/// One key of a Secret, and where its value comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedKey {
    key: DataKey,
    #[serde(flatten)]
    source: Source,
    /// Where the path is in [`Plan::paths`]; nowhere when the Secret is delivered by reference.
    #[serde(skip)]
    read: usize,
}

impl PlannedKey {
    /// The key.
    #[must_use]
    pub fn key(&self) -> &DataKey {
        &self.key
    }

    /// Where the value comes from.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The path that the value comes from.
    #[must_use]
    pub fn path(&self) -> &SecretPath {
        &self.source.path
    }

    /// The field of that path.
    #[must_use]
    pub fn field(&self) -> &FieldName {
        &self.source.field
    }

    pub(crate) fn read_index(&self) -> usize {
        self.read
    }
}
