//! The Secret that the operator makes.

use k8s_bundle::{ObjectName, SecretType};
use serde::{Deserialize, Serialize};

use super::Template;
use crate::Feature;
use crate::api::Checker;

/// The Secret that an `ExternalSecret` makes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "OperatorTarget"))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Target {
    /// Its name; by default that of the `ExternalSecret`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<ObjectName>,
    /// Who makes it.
    pub creation_policy: CreationPolicy,
    /// What becomes of it when the value is gone from the store.
    pub deletion_policy: DeletionPolicy,
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

/// Who makes the Secret.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "OperatorCreationPolicy"))]
#[non_exhaustive]
pub enum CreationPolicy {
    /// The operator, which owns it: it goes when the `ExternalSecret` goes.
    #[default]
    Owner,
    /// The operator, which does not own it: it stays when the `ExternalSecret` goes.
    Orphan,
    /// Somebody else; the operator adds its keys when the Secret is there.
    Merge,
    /// Nobody.
    None,
    /// As [`Merge`](Self::Merge) if the Secret is there, and as [`Orphan`](Self::Orphan) if it is not.
    CreateOrMerge,
}

/// What becomes of the Secret when the value is gone from the store.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "OperatorDeletionPolicy"))]
#[non_exhaustive]
pub enum DeletionPolicy {
    /// It stays as it is.
    #[default]
    Retain,
    /// It goes when no value is left.
    Delete,
    /// Keys without a value go.
    Merge,
}

impl Target {
    /// A Secret of type `Opaque` that the operator owns, and keeps when its value is gone.
    #[must_use]
    pub fn new(name: ObjectName) -> Self {
        Self { name: Some(name), template: Some(Template::new(SecretType::Opaque)), ..Self::default() }
    }

    /// `validatePolicies` in the operator's `externalsecret_validator.go`, and the rules on templates of newer ones.
    pub(super) fn check(&self, checker: &mut Checker<'_>) {
        if self.creation_policy == CreationPolicy::CreateOrMerge {
            checker.at("creationPolicy", |checker| checker.needs(Feature::CreateOrMerge));
        }
        checker.at("deletionPolicy", |checker| self.check_deletion(checker));
        if let Some(manifest) = &self.manifest {
            checker.at("manifest", |checker| manifest.check(checker));
        }
        if let Some(template) = &self.template {
            checker.at("template", |checker| template.check(self.manifest.is_none(), checker));
        }
    }

    fn check_deletion(&self, checker: &mut Checker<'_>) {
        use {CreationPolicy as Creation, DeletionPolicy as Deletion};
        match (self.deletion_policy, self.creation_policy) {
            (Deletion::Delete, Creation::Merge | Creation::None | Creation::CreateOrMerge) => checker.refuse(
                "the operator deletes only a Secret that it owns: Delete goes with creationPolicy Owner",
            ),
            (Deletion::Merge, Creation::None) => {
                checker.refuse("with creationPolicy None there is no Secret to take keys from");
            }
            _ => {}
        }
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
