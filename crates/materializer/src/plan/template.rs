//! What the Secret is made from, when it is not the values as they are.

use std::collections::BTreeMap;
use std::fmt;

use k8s_bundle::{AnnotationKey, DataKey, LabelKey, MergePolicy};
use secret_template::{Fields, Template, TemplateProblem};
use serde::{Serialize, Serializer};

/// The templates of a Secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedTemplates {
    pub(crate) merge_policy: MergePolicy,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) data: BTreeMap<DataKey, PlannedTemplate>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) labels: BTreeMap<LabelKey, PlannedTemplate>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) annotations: BTreeMap<AnnotationKey, PlannedTemplate>,
}

impl PlannedTemplates {
    /// The template of each key.
    #[must_use]
    pub fn data(&self) -> &BTreeMap<DataKey, PlannedTemplate> {
        &self.data
    }

    /// The template of each label.
    #[must_use]
    pub fn labels(&self) -> &BTreeMap<LabelKey, PlannedTemplate> {
        &self.labels
    }

    /// The template of each annotation.
    #[must_use]
    pub fn annotations(&self) -> &BTreeMap<AnnotationKey, PlannedTemplate> {
        &self.annotations
    }

    /// Whether the Secret has the keys of [`data`](Self::data) and no others.
    #[must_use]
    pub fn replaces_data(&self) -> bool {
        !self.data.is_empty() && self.merge_policy == MergePolicy::Replace
    }
}

/// One template: what it reads.
///
/// `Display` names that: `template of password, user`, with a `*` where it may read others too.
#[derive(Debug, Clone)]
pub struct PlannedTemplate {
    template: Template,
    fields: Fields,
}

impl PlannedTemplate {
    pub(super) fn new(template: Template) -> Self {
        let fields = template.fields();
        Self { template, fields }
    }

    /// The values that it names, sorted.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.fields.named.iter().map(String::as_str)
    }

    /// Whether it may read other values too: it looks at all of them, or at one whose name it computes.
    #[must_use]
    pub fn may_read_others(&self) -> bool {
        self.fields.may_read_others
    }

    pub(crate) fn template(&self) -> &Template {
        &self.template
    }

    pub(super) fn unrendered(&self) -> Vec<TemplateProblem> {
        self.template.unrendered()
    }
}

/// By their texts.
impl PartialEq for PlannedTemplate {
    fn eq(&self, other: &Self) -> bool {
        (self.template.name(), self.template.text()) == (other.template.name(), other.template.text())
    }
}

impl Eq for PlannedTemplate {}

impl fmt::Display for PlannedTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("template")?;
        let others = self.may_read_others().then_some("*");
        for (index, field) in self.fields().chain(others).enumerate() {
            write!(f, "{} {field}", if index == 0 { " of" } else { "," })?;
        }
        Ok(())
    }
}

impl Serialize for PlannedTemplate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Reads<'a> {
            fields: Vec<&'a str>,
            #[serde(skip_serializing_if = "std::ops::Not::not")]
            may_read_others: bool,
        }
        let fields = self.fields().collect();
        Reads { fields, may_read_others: self.may_read_others() }.serialize(serializer)
    }
}
