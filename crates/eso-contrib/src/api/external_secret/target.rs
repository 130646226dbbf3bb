//! The Secret that the operator makes.

use std::collections::BTreeMap;

use k8s_bundle::{AnnotationKey, LabelKey, LabelValue, ObjectName, SecretType};
use serde::{Serialize, Serializer};

/// The Secret that an `ExternalSecret` makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Target {
    /// Its name.
    pub name: ObjectName,
    /// Who makes it.
    pub creation_policy: CreationPolicy,
    /// What becomes of it when the value is gone from the store.
    pub deletion_policy: DeletionPolicy,
    /// Whether the API server refuses any later change of its data.
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    pub immutable: bool,
    /// Its type, labels and annotations.
    pub template: Template,
}

impl Target {
    /// A Secret of type `Opaque` that the operator owns, and keeps when its value is gone.
    #[must_use]
    pub fn new(name: ObjectName) -> Self {
        Self {
            name,
            creation_policy: CreationPolicy::default(),
            deletion_policy: DeletionPolicy::default(),
            immutable: false,
            template: Template::new(SecretType::Opaque),
        }
    }
}

/// Who makes the Secret.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub enum CreationPolicy {
    /// The operator, which owns it: it goes when the `ExternalSecret` goes.
    #[default]
    Owner,
}

/// What becomes of the Secret when the value is gone from the store.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub enum DeletionPolicy {
    /// It stays as it is.
    #[default]
    Retain,
}

/// What the Secret is like, apart from its data.
///
/// It is always written, even for a plain Secret: without a template the operator copies the labels and annotations of the
/// `ExternalSecret`, and with them what a delivery tool put there to find its own objects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Template {
    /// The language of templates.
    pub engine_version: EngineVersion,
    /// What becomes of keys that no template makes. Without `data` in the template the operator takes all keys as they are.
    pub merge_policy: MergePolicy,
    /// The type of the Secret.
    #[serde(rename = "type")]
    pub secret_type: SecretType,
    /// Labels and annotations of the Secret.
    #[serde(skip_serializing_if = "TemplateMetadata::is_empty")]
    pub metadata: TemplateMetadata,
}

impl Template {
    /// A Secret of that type, without labels and annotations.
    #[must_use]
    pub fn new(secret_type: SecretType) -> Self {
        Self {
            engine_version: EngineVersion::default(),
            merge_policy: MergePolicy::default(),
            secret_type,
            metadata: TemplateMetadata::default(),
        }
    }
}

/// The language of templates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum EngineVersion {
    /// The only one that newer charts have.
    #[default]
    V2,
}

/// What becomes of keys that no template makes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub enum MergePolicy {
    /// They are dropped, if the template has `data` at all.
    #[default]
    Replace,
}

/// Labels and annotations of the Secret, literally.
///
/// The operator runs both through its template engine. Annotations are written so that what comes out is the text given here;
/// a label's value can hold nothing that the engine would look at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TemplateMetadata {
    /// Labels, sorted by key.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<LabelKey, LabelValue>,
    /// Annotations, sorted by key.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", serialize_with = "literal_texts")]
    pub annotations: BTreeMap<AnnotationKey, String>,
}

impl TemplateMetadata {
    fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.annotations.is_empty()
    }
}

fn literal_texts<S: Serializer>(
    texts: &BTreeMap<AnnotationKey, String>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(texts.iter().map(|(key, text)| (key, literal(text))))
}

/// A template that yields `text`: outside of actions, the opening braces are all that Go's engine looks at.
fn literal(text: &str) -> String {
    text.replace("{{", r#"{{ "{{" }}"#)
}
