//! The manifest as it stands in YAML, and the step from there to one that is valid.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{ManifestError, ManifestProblem, SecretManifest, SyncMode, rule};
use crate::data_from::DataFromForm;
use crate::default::is_default;
use crate::{
    AnnotationKey, CreationPolicy, DataFrom, DataKey, DeletionPolicy, GoDuration, LabelKey, LabelValue,
    NameKind, Namespace, ObjectName, RefreshPolicy, SecretTemplate, SecretType, SourceRef, yaml,
};

/// One Secret: its name, where it goes, where its values come from, how they are delivered.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(
    feature = "schema",
    schemars(extend(
        "allOf" = [
            { "oneOf": [{ "required": ["namespace"] }, { "required": ["namespaces"] }] },
            { "anyOf": [{ "required": ["source"] }, { "required": ["data"] }, { "required": ["data_from"] }] },
            { "not": { "required": ["source", "data"] } },
        ],
        "dependentRequired" = { "data_key": ["source"] },
    ))
)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    /// The name of the Secret.
    #[cfg_attr(feature = "schema", schemars(with = "ObjectName"))]
    pub(super) name: Option<ObjectName>,
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
    /// Keys that are not named one by one: all fields of a path, all secrets of a name, what a generator makes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) data_from: Vec<DataFromForm>,
    /// Templates of the Secret's keys, labels and annotations, over the values of its sources.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) template: Option<SecretTemplate>,
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
    /// Whether Stakater Reloader restarts the workloads that use the Secret when it changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) reload: Option<bool>,
    /// With `sync_mode: external-secrets`: how often the operator reads the source again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) refresh_interval: Option<GoDuration>,
    /// With `sync_mode: external-secrets`: when the operator reads the source again; at the interval unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) refresh_policy: Option<RefreshPolicy>,
    /// With `sync_mode: external-secrets`: who makes the Secret; the operator, as its owner, unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) creation_policy: Option<CreationPolicy>,
    /// With `sync_mode: external-secrets`: what becomes of the Secret when its values are gone; it stays unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) deletion_policy: Option<DeletionPolicy>,
    /// With `sync_mode: external-secrets`: the operator's store that the values come from; the default one unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) store_ref: Option<ObjectName>,
}

impl Document {
    /// Every rule that spans more than one field, checked in one go. What is wrong with texts that were given is in
    /// `problems` already.
    pub(super) fn validate(
        self,
        mut problems: Vec<ManifestProblem>,
    ) -> Result<SecretManifest, ManifestError> {
        if self.name.is_none() && !is_wrong(&problems, NameKind::ObjectName) {
            problems.push(ManifestProblem::NoName);
        }
        let mut later = Vec::new();
        let data_from = resolve_data_from(&self.data_from, &mut later);
        later.extend(rule::of_delivery(&self, &data_from));
        let has_others = !self.data_from.is_empty();
        let namespaces = resolve_namespaces(self.namespace, self.namespaces, &mut problems);
        let data = resolve_data(self.source, self.data_key, self.data, has_others, &mut problems);
        problems.append(&mut later);
        let name = self.name.as_ref().map(ToString::to_string).unwrap_or_default();
        match self.name {
            Some(name) if problems.is_empty() => Ok(SecretManifest {
                name,
                namespaces,
                data,
                data_from: data_from.into_iter().map(|(_, entry)| entry).collect(),
                template: self.template,
                sync_mode: self.sync_mode,
                secret_type: self.secret_type,
                labels: self.labels,
                annotations: self.annotations,
                immutable: self.immutable,
                reload: self.reload,
                refresh_interval: self.refresh_interval,
                refresh_policy: self.refresh_policy,
                creation_policy: self.creation_policy,
                deletion_policy: self.deletion_policy,
                store_ref: self.store_ref,
            }),
            _ => Err(ManifestError::new(name, problems)),
        }
    }
}

/// Whether a name of that kind was given and is not valid.
fn is_wrong(problems: &[ManifestProblem], kind: NameKind) -> bool {
    problems.iter().any(|problem| matches!(problem, ManifestProblem::Name(error) if error.kind() == kind))
}

/// The entries that are valid, with their positions.
fn resolve_data_from(forms: &[DataFromForm], problems: &mut Vec<ManifestProblem>) -> Vec<(usize, DataFrom)> {
    let mut entries = Vec::with_capacity(forms.len());
    for (index, form) in forms.iter().enumerate() {
        match DataFrom::try_from(form.clone()) {
            Ok(entry) => entries.push((index, entry)),
            Err(error) => problems.extend(
                error.problems().iter().cloned().map(|problem| ManifestProblem::DataFrom { index, problem }),
            ),
        }
    }
    entries
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
    if namespaces.is_empty() && !is_wrong(problems, NameKind::Namespace) {
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
    has_others: bool,
    problems: &mut Vec<ManifestProblem>,
) -> BTreeMap<DataKey, SourceRef> {
    match (source, data_key, data) {
        (Some(source), data_key, None) => {
            BTreeMap::from([(data_key.unwrap_or_else(DataKey::default_key), source)])
        }
        (None, None, Some(data)) => {
            if data.is_empty() && !has_others {
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
            let is_wrong_source =
                problems.iter().any(|problem| matches!(problem, ManifestProblem::Source(_)));
            if !has_others && !is_wrong_source && !is_wrong(problems, NameKind::DataKey) {
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
            name: Some(manifest.name.clone()),
            namespace,
            namespaces,
            source: None,
            data_key: None,
            data: (!manifest.data.is_empty()).then(|| manifest.data.clone()),
            data_from: manifest.data_from.iter().map(Into::into).collect(),
            template: manifest.template.clone(),
            sync_mode: manifest.sync_mode,
            secret_type: manifest.secret_type.clone(),
            labels: manifest.labels.clone(),
            annotations: manifest.annotations.clone(),
            immutable: manifest.immutable,
            reload: manifest.reload,
            refresh_interval: manifest.refresh_interval.clone(),
            refresh_policy: manifest.refresh_policy,
            creation_policy: manifest.creation_policy,
            deletion_policy: manifest.deletion_policy,
            store_ref: manifest.store_ref.clone(),
        }
    }
}

fn unique_data<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<BTreeMap<DataKey, SourceRef>>, D::Error> {
    yaml::unique_map(deserializer).map(Some)
}
