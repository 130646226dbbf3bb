//! What a Secret is like, apart from the values: <https://external-secrets.io/latest/guides/templating/>.

use std::collections::BTreeMap;

use k8s_bundle::{AnnotationKey, DataKey, EngineVersion, LabelKey, LabelValue, MergePolicy, SecretType};
use serde::{Deserialize, Serialize};

use super::TemplateFrom;
use crate::Feature;
use crate::api::Checker;
use crate::api::template_text::{self, Fields};

/// The type, labels, annotations and templates of a Secret. All texts in it are templates of Go, as the operator runs them.
///
/// ```
/// use eso_contrib::api::Template;
/// use k8s_bundle::SecretType;
///
/// let mut template = Template::new(SecretType::Opaque);
/// template.data.insert("url".parse()?, "postgres://acme:{{ .password }}@db/acme".into());
/// template.metadata = template.metadata.with_literal_annotation("note".parse()?, "not {{ a template }}");
/// assert_eq!(template.metadata.annotations["note"], r#"not {{ "{{" }} a template }}"#);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "OperatorTemplate"))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Template {
    /// The language of templates.
    pub engine_version: EngineVersion,
    /// What becomes of keys that no template makes. Without `data` and `templateFrom` the operator takes all keys as they
    /// are.
    pub merge_policy: MergePolicy,
    /// The type of the Secret. Without it, a Secret that is there keeps its type and a new one is `Opaque`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub secret_type: Option<SecretType>,
    /// Labels, annotations and finalizers of the Secret.
    #[serde(skip_serializing_if = "TemplateMetadata::is_empty")]
    pub metadata: TemplateMetadata,
    /// Keys and the templates that make their values; they win over [`template_from`](Self::template_from).
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub data: BTreeMap<DataKey, String>,
    /// Templates from elsewhere.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub template_from: Vec<TemplateFrom>,
}

/// Labels, annotations and finalizers of a Secret. The operator runs the values of labels and annotations through its
/// template engine.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "OperatorTemplateMetadata"))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct TemplateMetadata {
    /// Labels and the templates of their values, sorted by key.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<LabelKey, String>,
    /// Annotations and the templates of their values, sorted by key.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<AnnotationKey, String>,
    /// Finalizers, as they are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub finalizers: Vec<String>,
}

impl Template {
    /// A Secret of that type, without labels and annotations.
    #[must_use]
    pub fn new(secret_type: SecretType) -> Self {
        Self { secret_type: Some(secret_type), ..Self::default() }
    }

    /// `is_secret`: whether it makes a Secret and no other kind of object. `fields`: what its templates may read.
    pub(crate) fn check(&self, is_secret: bool, fields: Fields<'_>, checker: &mut Checker<'_>) {
        // The other type that newer operators refuse, the token of a service account, is no `SecretType`.
        if is_secret && self.secret_type == Some(SecretType::BootstrapToken) {
            checker.at("type", |checker| {
                checker.refuse("the operator refuses to make Secrets of type bootstrap.kubernetes.io/token");
            });
        }
        if !self.metadata.finalizers.is_empty() {
            checker.at("metadata.finalizers", |checker| checker.needs(Feature::TemplateFinalizers));
        }
        checker.at("metadata.labels", |checker| check_texts(&self.metadata.labels, fields, checker));
        checker
            .at("metadata.annotations", |checker| check_texts(&self.metadata.annotations, fields, checker));
        checker.at("data", |checker| check_texts(&self.data, fields, checker));
        for (index, from) in self.template_from.iter().enumerate() {
            checker.at(&format!("templateFrom[{index}]"), |checker| from.check(is_secret, fields, checker));
        }
    }
}

fn check_texts<K: AsRef<str>>(texts: &BTreeMap<K, String>, fields: Fields<'_>, checker: &mut Checker<'_>) {
    for (key, text) in texts {
        checker.at(key.as_ref(), |checker| template_text::check(text, fields, checker));
    }
}

impl TemplateMetadata {
    /// One more label, whose value comes out as it is given: no label's value can hold what the engine looks at.
    #[must_use]
    pub fn with_literal_label(mut self, key: LabelKey, value: LabelValue) -> Self {
        self.labels.insert(key, value.into());
        self
    }

    /// One more annotation, whose value comes out as it is given, braces and all.
    ///
    /// This assumes the engine's usual delimiters, which the operator's flag `--template-left-delimiter` changes.
    #[must_use]
    pub fn with_literal_annotation(mut self, key: AnnotationKey, text: &str) -> Self {
        self.annotations.insert(key, literal(text));
        self
    }

    fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.annotations.is_empty() && self.finalizers.is_empty()
    }
}

/// A template that yields `text`: outside of actions, the opening braces are all that Go's engine looks at.
fn literal(text: &str) -> String {
    text.replace("{{", r#"{{ "{{" }}"#)
}
