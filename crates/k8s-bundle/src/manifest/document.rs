//! The manifest as it stands in YAML, and the step from there to one that is valid.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{ManifestError, ManifestProblem, SecretManifest, SyncMode};
use crate::meta::ANNOTATIONS_MAX;
use crate::{
    AnnotationKey, DataKey, GoDuration, LabelKey, LabelValue, NameKind, Namespace, ObjectName, SecretType,
    SourceRef, yaml,
};

/// One Secret: its name, where it goes, where its values come from, how they are delivered.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(
    feature = "schema",
    schemars(extend(
        "allOf" = [
            { "oneOf": [{ "required": ["namespace"] }, { "required": ["namespaces"] }] },
            { "oneOf": [{ "required": ["source"] }, { "required": ["data"] }] },
        ],
        "dependentRequired" = { "data_key": ["source"] },
    ))
)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    /// The name of the Secret.
    pub(super) name: ObjectName,
    /// The namespace of the Secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) namespace: Option<Namespace>,
    /// The same Secret in several namespaces, instead of `namespace`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) namespaces: Option<Vec<Namespace>>,
    /// Short form: where the value of the only key comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) source: Option<SourceRef>,
    /// Short form: the only key of the Secret; `value` unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) data_key: Option<DataKey>,
    /// Long form: each key of the Secret and where its value comes from.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "unique_data")]
    pub(super) data: Option<BTreeMap<DataKey, SourceRef>>,
    /// By value at build time, or by reference through the External Secrets Operator.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) sync_mode: SyncMode,
    /// The type of the Secret.
    #[serde(default, rename = "type", skip_serializing_if = "is_default")]
    pub(super) secret_type: SecretType,
    /// Labels of the Secret.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "yaml::unique_map")]
    pub(super) labels: BTreeMap<LabelKey, LabelValue>,
    /// Annotations of the Secret.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "yaml::unique_map")]
    pub(super) annotations: BTreeMap<AnnotationKey, String>,
    /// Whether the API server shall refuse any later change of the Secret's data.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) immutable: bool,
    /// With `sync_mode: external-secrets`: how often the operator reads the source again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) refresh_interval: Option<GoDuration>,
}

impl Document {
    pub(super) fn new(name: ObjectName) -> Self {
        Self {
            name,
            namespace: None,
            namespaces: None,
            source: None,
            data_key: None,
            data: None,
            sync_mode: SyncMode::default(),
            secret_type: SecretType::default(),
            labels: BTreeMap::new(),
            annotations: BTreeMap::new(),
            immutable: false,
            refresh_interval: None,
        }
    }

    /// Every rule that spans more than one field, checked in one go.
    pub(super) fn validate(
        self,
        mut problems: Vec<ManifestProblem>,
    ) -> Result<SecretManifest, ManifestError> {
        let namespaces = resolve_namespaces(self.namespace, self.namespaces, &mut problems);
        let data = resolve_data(self.source, self.data_key, self.data, &mut problems);
        if self.refresh_interval.is_some() && self.sync_mode == SyncMode::BuildTime {
            problems.push(ManifestProblem::RefreshIntervalAtBuildTime);
        }
        let annotations_size =
            self.annotations.iter().map(|(key, value)| key.as_str().len() + value.len()).sum();
        if annotations_size > ANNOTATIONS_MAX {
            problems.push(ManifestProblem::AnnotationsTooLarge {
                actual: annotations_size,
                max: ANNOTATIONS_MAX,
            });
        }
        if !problems.is_empty() {
            return Err(ManifestError::new(self.name.into(), problems));
        }
        Ok(SecretManifest {
            name: self.name,
            namespaces,
            data,
            sync_mode: self.sync_mode,
            secret_type: self.secret_type,
            labels: self.labels,
            annotations: self.annotations,
            immutable: self.immutable,
            refresh_interval: self.refresh_interval,
        })
    }
}

fn resolve_namespaces(
    one: Option<Namespace>,
    several: Option<Vec<Namespace>>,
    problems: &mut Vec<ManifestProblem>,
) -> Vec<Namespace> {
    let namespaces = match (one, several) {
        (Some(_), Some(_)) => {
            problems.push(ManifestProblem::NamespaceAndNamespaces);
            return Vec::new();
        }
        (Some(one), None) => vec![one],
        (None, several) => several.unwrap_or_default(),
    };
    // A namespace or a source that was given and is not valid is a problem already.
    let given = |problem: &ManifestProblem| matches!(problem, ManifestProblem::Name(error) if error.kind() == NameKind::Namespace);
    if namespaces.is_empty() && !problems.iter().any(given) {
        problems.push(ManifestProblem::NoNamespace);
    }
    let mut seen = BTreeSet::new();
    for namespace in &namespaces {
        if !seen.insert(namespace) {
            problems.push(ManifestProblem::NamespaceTwice(namespace.clone()));
        }
    }
    namespaces
}

fn resolve_data(
    source: Option<SourceRef>,
    data_key: Option<DataKey>,
    data: Option<BTreeMap<DataKey, SourceRef>>,
    problems: &mut Vec<ManifestProblem>,
) -> BTreeMap<DataKey, SourceRef> {
    match (source, data_key, data) {
        (Some(source), data_key, None) => {
            BTreeMap::from([(data_key.unwrap_or_else(DataKey::default_key), source)])
        }
        (None, None, Some(data)) => {
            if data.is_empty() {
                problems.push(ManifestProblem::NoData);
            }
            data
        }
        (Some(_), _, Some(_)) => {
            problems.push(ManifestProblem::SourceAndData);
            BTreeMap::new()
        }
        (None, Some(_), _) => {
            problems.push(ManifestProblem::DataKeyWithoutSource);
            BTreeMap::new()
        }
        (None, None, None) => {
            let given = |problem: &ManifestProblem| match problem {
                ManifestProblem::Source(_) => true,
                ManifestProblem::Name(error) => error.kind() == NameKind::DataKey,
                _ => false,
            };
            if !problems.iter().any(given) {
                problems.push(ManifestProblem::NoData);
            }
            BTreeMap::new()
        }
    }
}

impl From<&SecretManifest> for Document {
    fn from(manifest: &SecretManifest) -> Self {
        let (namespace, namespaces) = match manifest.namespaces.as_slice() {
            [one] => (Some(one.clone()), None),
            several => (None, Some(several.to_vec())),
        };
        Self {
            name: manifest.name.clone(),
            namespace,
            namespaces,
            source: None,
            data_key: None,
            data: Some(manifest.data.clone()),
            sync_mode: manifest.sync_mode,
            secret_type: manifest.secret_type.clone(),
            labels: manifest.labels.clone(),
            annotations: manifest.annotations.clone(),
            immutable: manifest.immutable,
            refresh_interval: manifest.refresh_interval.clone(),
        }
    }
}

fn unique_data<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<BTreeMap<DataKey, SourceRef>>, D::Error> {
    yaml::unique_map(deserializer).map(Some)
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
