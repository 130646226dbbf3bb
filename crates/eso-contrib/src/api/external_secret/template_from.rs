//! Templates that stand elsewhere, and templates of keys.

use core::fmt;

use k8s_bundle::{DataKey, DecodingStrategy, ObjectName};
use serde::{Deserialize, Serialize};

use crate::Feature;
use crate::api::Checker;
use crate::api::template_text::{self, Fields};

/// Templates of a `ConfigMap`, of a Secret, or one that makes keys and values: exactly one of the three.
///
/// ```
/// # use eso_contrib::api::TemplateFrom;
/// let from = TemplateFrom::literal("{{ range $key, $value := . }}{{ $key | lower }}: {{ $value }}\n{{ end }}");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct TemplateFrom {
    /// A `ConfigMap` in the namespace of the `ExternalSecret`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config_map: Option<TemplateRef>,
    /// A Secret in the namespace of the `ExternalSecret`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<TemplateRef>,
    /// A template that yields a YAML map.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub literal: Option<String>,
    /// Where the results go.
    pub target: TemplateTarget,
    /// Whether the results are decoded. By default they are not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values_decoding_strategy: Option<DecodingStrategy>,
}

/// Some templates of one object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TemplateRef {
    /// Its name.
    pub name: ObjectName,
    /// The keys in it.
    pub items: Vec<TemplateRefItem>,
}

/// One template of an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct TemplateRefItem {
    /// The key that it stands under.
    pub key: DataKey,
    /// What it yields.
    #[serde(default)]
    pub template_as: TemplateScope,
}

/// What a template yields.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum TemplateScope {
    /// The value of the key that it stands under.
    #[default]
    Values,
    /// A YAML map of keys and values.
    KeysAndValues,
}

/// Where the results of templates go.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(with = "String"))]
#[serde(from = "String", into = "String")]
#[non_exhaustive]
pub enum TemplateTarget {
    /// The data.
    #[default]
    Data,
    /// The annotations.
    Annotations,
    /// The labels.
    Labels,
    /// A field of another kind of object than a Secret, such as `spec.logging`; with
    /// [`Target::manifest`](super::Target::manifest) alone.
    Field(String),
}

impl TemplateFrom {
    /// A template that yields a YAML map of keys and values.
    #[must_use]
    pub fn literal(template: impl Into<String>) -> Self {
        Self { literal: Some(template.into()), ..Self::default() }
    }

    /// Templates of a `ConfigMap`.
    #[must_use]
    pub fn config_map(templates: TemplateRef) -> Self {
        Self { config_map: Some(templates), ..Self::default() }
    }

    /// Templates of a Secret.
    #[must_use]
    pub fn secret(templates: TemplateRef) -> Self {
        Self { secret: Some(templates), ..Self::default() }
    }

    pub(super) fn check(&self, is_secret: bool, fields: Fields<'_>, checker: &mut Checker<'_>) {
        let given = [self.config_map.is_some(), self.secret.is_some(), self.literal.is_some()];
        if given.into_iter().filter(|given| *given).count() != 1 {
            checker.refuse("it needs exactly one of configMap, secret and literal");
        }
        if let Some(text) = &self.literal {
            checker.at("literal", |checker| template_text::check(text, fields, checker));
        }
        if is_secret && matches!(self.target, TemplateTarget::Field(_)) {
            checker.at("target", |checker| checker.refuse("for a Secret it is Data, Annotations or Labels"));
        }
        if self.values_decoding_strategy.is_some() {
            checker.at("valuesDecodingStrategy", |checker| checker.needs(Feature::ValuesDecodingStrategy));
        }
    }
}

impl TemplateRef {
    /// The templates under `keys` of the object `name`, each for the value of its own key.
    #[must_use]
    pub fn new(name: ObjectName, keys: impl IntoIterator<Item = DataKey>) -> Self {
        let item = |key| TemplateRefItem { key, template_as: TemplateScope::default() };
        Self { name, items: keys.into_iter().map(item).collect() }
    }
}

impl From<String> for TemplateTarget {
    fn from(text: String) -> Self {
        match text.as_str() {
            "Data" => Self::Data,
            "Annotations" => Self::Annotations,
            "Labels" => Self::Labels,
            _ => Self::Field(text),
        }
    }
}

impl From<TemplateTarget> for String {
    fn from(target: TemplateTarget) -> Self {
        target.to_string()
    }
}

impl fmt::Display for TemplateTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Data => "Data",
            Self::Annotations => "Annotations",
            Self::Labels => "Labels",
            Self::Field(path) => path,
        })
    }
}
