//! What the Secret is made from, when it is not the values as they are.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::default::is_default;
use crate::word::word_enum;
use crate::{AnnotationKey, DataKey, LabelKey, yaml};

/// Go templates for the keys, labels and annotations of a Secret, over the values that its sources give.
///
/// The texts are kept byte for byte. They are not parsed here, and hold no value.
///
/// ```
/// # use k8s_bundle::{MergePolicy, SecretTemplate, yaml};
/// let template = SecretTemplate::new()
///     .with_data("s3.conf".parse()?, "access_key = {{ .user }}\nsecret_key = {{ .password }}\n")
///     .with_merge_policy(MergePolicy::Merge);
/// let read: SecretTemplate = yaml::from_str("
/// merge_policy: Merge
/// data:
///   s3.conf: |
///     access_key = {{ .user }}
///     secret_key = {{ .password }}
/// ")?;
/// assert_eq!(read, template);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(
    feature = "schema",
    schemars(
        description = "Go templates for the keys, labels and annotations of a Secret, over the values of its sources."
    )
)]
#[serde(deny_unknown_fields, expecting = "a map with data or metadata")]
#[non_exhaustive]
pub struct SecretTemplate {
    /// The template of each key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "yaml::unique_map")]
    pub data: BTreeMap<DataKey, String>,
    /// Templates of labels and annotations.
    #[serde(default, skip_serializing_if = "TemplateMetadata::is_empty")]
    pub metadata: TemplateMetadata,
    /// What becomes of the values themselves, when `data` has keys.
    #[serde(default, skip_serializing_if = "is_default")]
    pub merge_policy: MergePolicy,
    /// The language of the templates.
    #[serde(default, skip_serializing_if = "is_default")]
    pub engine_version: EngineVersion,
}

/// Templates of a Secret's labels and annotations.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a map with labels or annotations")]
#[non_exhaustive]
pub struct TemplateMetadata {
    /// The template of each label's value.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "yaml::unique_map")]
    pub labels: BTreeMap<LabelKey, String>,
    /// The template of each annotation's value.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "yaml::unique_map")]
    pub annotations: BTreeMap<AnnotationKey, String>,
}

impl TemplateMetadata {
    /// Whether there is neither a label nor an annotation.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.annotations.is_empty()
    }
}

word_enum!(
    /// What becomes of the values themselves, when a template makes keys.
    #[derive(Default)]
    MergePolicy {
        /// The Secret has the keys of the template alone.
        #[default]
        Replace = "Replace",
        /// The Secret has both; of one name, that of the template.
        Merge = "Merge",
    }
);

word_enum!(
    /// The language of templates.
    #[derive(Default)]
    EngineVersion {
        /// The functions of Sprig and the operator's own: <https://external-secrets.io/latest/guides/templating/>.
        #[default]
        V2 = "v2",
    }
);

impl SecretTemplate {
    /// A template that makes nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the template of a key; an earlier one of the key is replaced.
    #[must_use]
    pub fn with_data(mut self, key: DataKey, template: impl Into<String>) -> Self {
        self.data.insert(key, template.into());
        self
    }

    /// Adds the template of a label; an earlier one of the key is replaced.
    #[must_use]
    pub fn with_label(mut self, key: LabelKey, template: impl Into<String>) -> Self {
        self.metadata.labels.insert(key, template.into());
        self
    }

    /// Adds the template of an annotation; an earlier one of the key is replaced.
    #[must_use]
    pub fn with_annotation(mut self, key: AnnotationKey, template: impl Into<String>) -> Self {
        self.metadata.annotations.insert(key, template.into());
        self
    }

    /// Says what becomes of the values themselves.
    #[must_use]
    pub fn with_merge_policy(mut self, policy: MergePolicy) -> Self {
        self.merge_policy = policy;
        self
    }

    /// Whether the Secret has the keys of `data` and no others.
    #[must_use]
    pub fn replaces_data(&self) -> bool {
        !self.data.is_empty() && self.merge_policy == MergePolicy::Replace
    }
}
