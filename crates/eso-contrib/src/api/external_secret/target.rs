//! The Secret that the operator makes.

use k8s_bundle::{CreationPolicy, DeletionPolicy, ObjectName, SecretType};
use serde::{Deserialize, Serialize};

use super::Template;
use crate::Feature;
use crate::api::Checker;
use crate::api::template_text::Fields;

/// The Secret that an `ExternalSecret` makes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "OperatorTarget"))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Target {
    /// Its name; by default that of the `ExternalSecret`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<ObjectName>,
    /// Who makes it. By default the operator, which owns it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creation_policy: Option<CreationPolicy>,
    /// What becomes of it when the value is gone from the store. By default it stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletion_policy: Option<DeletionPolicy>,
    /// Whether the API server refuses any later change of its data.
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    pub immutable: bool,
    /// Another kind of object instead of a Secret. The operator does this only if it was started with
    /// `--unsafe-allow-generic-targets`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manifest: Option<ManifestTarget>,
    /// What it is like, apart from the values. Without it the operator copies the labels and annotations of the
    /// `ExternalSecret`, and with them what a delivery tool put there to find its own objects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<Template>,
}

/// A kind of object, in the namespace of the `ExternalSecret`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct ManifestTarget {
    /// Its group and version.
    pub api_version: String,
    /// Its kind.
    pub kind: String,
}

impl Target {
    /// A Secret of type `Opaque` that the operator owns, and keeps when its value is gone.
    #[must_use]
    pub fn new(name: ObjectName) -> Self {
        Self { name: Some(name), template: Some(Template::new(SecretType::Opaque)), ..Self::default() }
    }

    /// `validatePolicies` in the operator's `externalsecret_validator.go`, and the rules on templates of newer ones.
    pub(super) fn check(&self, fields: Fields<'_>, checker: &mut Checker<'_>) {
        if self.creation_policy == Some(CreationPolicy::CreateOrMerge) {
            checker.at("creationPolicy", |checker| checker.needs(Feature::CreateOrMerge));
        }
        checker.at("deletionPolicy", |checker| self.check_deletion(checker));
        if let Some(manifest) = &self.manifest {
            checker.at("manifest", |checker| manifest.check(checker));
        }
        if let Some(template) = &self.template {
            checker.at("template", |checker| template.check(self.manifest.is_none(), fields, checker));
        }
    }

    fn check_deletion(&self, checker: &mut Checker<'_>) {
        match (self.deletion_policy, self.creation_policy) {
            (
                Some(DeletionPolicy::Delete),
                Some(CreationPolicy::Merge | CreationPolicy::None | CreationPolicy::CreateOrMerge),
            ) => {
                checker.refuse(
                    "the operator deletes only a Secret that it owns: Delete goes with creationPolicy Owner",
                );
            }
            (Some(DeletionPolicy::Merge), Some(CreationPolicy::None)) => {
                checker.refuse("with creationPolicy None there is no Secret to take keys from");
            }
            _ => {}
        }
    }

    /// Spells out what the definitions of all versions fill in.
    pub(super) fn spell_out(&mut self) {
        self.creation_policy.get_or_insert(CreationPolicy::Owner);
        self.deletion_policy.get_or_insert(DeletionPolicy::Retain);
    }
}

impl ManifestTarget {
    /// Objects of that kind.
    #[must_use]
    pub fn new(api_version: impl Into<String>, kind: impl Into<String>) -> Self {
        Self { api_version: api_version.into(), kind: kind.into() }
    }

    fn check(&self, checker: &mut Checker<'_>) {
        checker.needs(Feature::TargetManifest);
        for (field, text) in [("apiVersion", &self.api_version), ("kind", &self.kind)] {
            if text.is_empty() {
                checker.at(field, |checker| checker.refuse("it is empty"));
            }
        }
    }
}
