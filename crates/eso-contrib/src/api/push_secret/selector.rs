//! What is written to a store.

use k8s_bundle::ObjectName;
use serde::{Deserialize, Serialize};

use crate::Feature;
use crate::api::{Checker, GeneratorRef, LabelSelector};

/// Exactly one of Secrets of the namespace and a generator.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct PushSelector {
    /// Secrets of the namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<PushSelectorSecret>,
    /// A generator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generator_ref: Option<GeneratorRef>,
}

/// A Secret by name, or all that a selector selects.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct PushSelectorSecret {
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<ObjectName>,
    /// The labels of the Secrets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selector: Option<LabelSelector>,
}

impl PushSelector {
    /// The Secret of that name.
    #[must_use]
    pub fn secret(name: ObjectName) -> Self {
        Self { secret: Some(PushSelectorSecret { name: Some(name), selector: None }), generator_ref: None }
    }

    /// All Secrets that `selector` selects.
    #[must_use]
    pub fn secrets(selector: LabelSelector) -> Self {
        Self {
            secret: Some(PushSelectorSecret { name: None, selector: Some(selector) }),
            generator_ref: None,
        }
    }

    /// What that generator makes.
    #[must_use]
    pub fn generator(generator: GeneratorRef) -> Self {
        Self { secret: None, generator_ref: Some(generator) }
    }

    pub(super) fn check(&self, checker: &mut Checker<'_>) {
        if self.secret.is_some() == self.generator_ref.is_some() {
            checker.refuse("it needs exactly one of secret and generatorRef");
        }
        if let Some(secret) = &self.secret {
            checker.at("secret", |checker| secret.check(checker));
        }
        if let Some(generator) = &self.generator_ref {
            checker.at("generatorRef", |checker| {
                checker.needs(Feature::PushFromGenerator);
                generator.check(checker);
            });
        }
    }
}

impl PushSelectorSecret {
    fn check(&self, checker: &mut Checker<'_>) {
        if self.name.is_some() == self.selector.is_some() {
            checker.refuse("it needs exactly one of name and selector");
        }
        if let Some(selector) = &self.selector {
            checker.at("selector", |checker| {
                checker.needs(Feature::PushBySelector);
                selector.check(checker);
            });
        }
    }
}
