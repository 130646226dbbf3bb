//! What is to be done, without a value.

mod data_from;
mod declared;
mod problem;
mod source;
mod table;
mod template;

use std::collections::BTreeMap;

use k8s_bundle::{
    AnnotationKey, DataKey, DecodingStrategy, LabelKey, LabelValue, SecretId, SecretManifest, SecretType,
    SyncMode,
};
use secret_store::{FieldName, SecretPath};
use serde::Serialize;

pub use data_from::PlannedFrom;
pub(crate) use data_from::{Origin, Step};
pub use problem::{PlanProblem, PlanProblemKind, TemplatePlace};
pub use source::Source;
pub use template::{PlannedTemplate, PlannedTemplates};

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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    versions: Vec<PathVersion>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    prefixes: Vec<Option<SecretPath>>,
}

/// A version of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[non_exhaustive]
pub struct PathVersion {
    /// The path.
    pub path: SecretPath,
    /// The version, as the store calls it.
    pub version: String,
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
        let mut plan = Self { secrets, ..Self::default() };
        for secret in plan.secrets.iter().filter(|secret| secret.sync_mode == SyncMode::BuildTime) {
            let of_keys = secret.keys.iter().map(|key| (&key.source.path, &key.source.version));
            let of_paths = secret.data_from.iter().filter_map(|from| match &from.origin {
                Origin::Path { path, version, .. } => Some((path, version)),
                _ => None,
            });
            for (path, version) in of_keys.chain(of_paths) {
                match version.clone() {
                    None => plan.paths.push(path.clone()),
                    Some(version) => plan.versions.push(PathVersion { path: path.clone(), version }),
                }
            }
            let prefixes = secret.data_from.iter().filter_map(|from| match &from.origin {
                Origin::Prefix { prefix, .. } => Some(prefix.clone()),
                _ => None,
            });
            plan.prefixes.extend(prefixes);
        }
        sort_once(&mut plan.paths);
        sort_once(&mut plan.versions);
        sort_once(&mut plan.prefixes);
        plan.index();
        plan
    }

    /// Tells every key where its answer will be.
    fn index(&mut self) {
        let (paths, versions, prefixes) = (&self.paths, &self.versions, &self.prefixes);
        let index = |path: &SecretPath, version: &Option<String>| match version {
            None => paths.binary_search(path).unwrap_or(usize::MAX),
            Some(version) => {
                let wanted = (path, version);
                let found = versions.binary_search_by(|other| (&other.path, &other.version).cmp(&wanted));
                found.map_or(usize::MAX, |index| paths.len() + index)
            }
        };
        for secret in self.secrets.iter_mut().filter(|secret| secret.sync_mode == SyncMode::BuildTime) {
            for key in &mut secret.keys {
                key.read = index(&key.source.path, &key.source.version);
            }
            for from in &mut secret.data_from {
                match &mut from.origin {
                    Origin::Path { path, version, read, .. } => *read = index(path, version),
                    Origin::Prefix { prefix, list, .. } => {
                        *list = prefixes.binary_search(prefix).unwrap_or(usize::MAX);
                    }
                    Origin::Generator => {}
                }
            }
        }
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

    /// The paths that a build reads, as far as they are known: those that Secrets by value name, sorted, each once. What is
    /// below [`prefixes`](Self::prefixes) comes on top.
    #[must_use]
    pub fn paths(&self) -> &[SecretPath] {
        &self.paths
    }

    /// The versions of paths that a build reads beside the current ones, sorted, each once.
    #[must_use]
    pub fn versions(&self) -> &[PathVersion] {
        &self.versions
    }

    /// What a build lists, to read what matches: a path that secrets are below, or none for the whole store; sorted, each
    /// once.
    #[must_use]
    pub fn prefixes(&self) -> &[Option<SecretPath>] {
        &self.prefixes
    }
}

fn sort_once<T: Ord>(all: &mut Vec<T>) {
    all.sort_unstable();
    all.dedup();
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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    data_from: Vec<PlannedFrom>,
    #[serde(rename = "template", skip_serializing_if = "Option::is_none")]
    templates: Option<PlannedTemplates>,
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

    /// The keys that are named one by one, sorted; at least one, unless there is [`data_from`](Self::data_from). With templates
    /// they may be no keys of the Secret: see [`known_keys`](Self::known_keys).
    #[must_use]
    pub fn keys(&self) -> &[PlannedKey] {
        &self.keys
    }

    /// Where keys come from that are not named one by one, in the order declared.
    #[must_use]
    pub fn data_from(&self) -> &[PlannedFrom] {
        &self.data_from
    }

    /// Its templates.
    #[must_use]
    pub fn templates(&self) -> Option<&PlannedTemplates> {
        self.templates.as_ref()
    }

    /// The keys that the Secret will have for certain, sorted.
    #[must_use]
    pub fn known_keys(&self) -> Vec<&DataKey> {
        let templates = self.templates.as_ref();
        let own = self.keys.iter().filter(|_| !self.replaces_data()).map(PlannedKey::key);
        let mut keys: Vec<_> = own.chain(templates.into_iter().flat_map(|all| all.data.keys())).collect();
        sort_once(&mut keys);
        keys
    }

    /// Whether it may have keys that are not known before the store is read.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.data_from.is_empty() && !self.replaces_data()
    }

    fn replaces_data(&self) -> bool {
        self.templates.as_ref().is_some_and(PlannedTemplates::replaces_data)
    }

    /// Whether each key has the value of a field as it is.
    pub(crate) fn is_plain(&self) -> bool {
        self.data_from.is_empty()
            && self.templates.is_none()
            && self.keys.iter().all(|key| key.source.decoding_strategy == DecodingStrategy::None)
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
