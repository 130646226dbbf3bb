//! Generators: what makes a value instead of reading one, under `generators.external-secrets.io/v1alpha1` in every chart.

mod kind;
mod password;
mod uuid;

use k8s_bundle::ObjectName;
use serde::{Deserialize, Serialize};

pub use kind::GeneratorKind;
pub use password::{Password, PasswordEncoding, PasswordSpec};
pub use uuid::{Uuid, UuidSpec};

use super::Checker;
use crate::Feature;

/// Group and version of all generators.
pub(crate) const API_VERSION: &str = "generators.external-secrets.io/v1alpha1";

/// A generator in the namespace of what refers to it; a [`ClusterGenerator`](GeneratorKind::ClusterGenerator) is in none.
///
/// ```
/// # use eso_contrib::api::{GeneratorKind, GeneratorRef};
/// # use k8s_bundle::yaml;
/// let given: GeneratorRef = yaml::from_str("{ kind: Password, name: initial }")?;
/// assert_eq!(given, GeneratorRef::new(GeneratorKind::Password, "initial".parse()?));
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct GeneratorRef {
    /// Group and version: the one that all generators have.
    #[serde(default)]
    pub api_version: GeneratorApiVersion,
    /// What kind of generator.
    pub kind: GeneratorKind,
    /// Its name.
    pub name: ObjectName,
}

/// Group and version of a generator; there is one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum GeneratorApiVersion {
    /// `generators.external-secrets.io/v1alpha1`.
    #[default]
    #[serde(rename = "generators.external-secrets.io/v1alpha1")]
    V1Alpha1,
}

impl GeneratorRef {
    /// The generator `name` of that kind.
    #[must_use]
    pub fn new(kind: GeneratorKind, name: ObjectName) -> Self {
        Self { api_version: GeneratorApiVersion::default(), kind, name }
    }

    pub(crate) fn check(&self, checker: &mut Checker<'_>) {
        checker.at("kind", |checker| checker.needs(Feature::Generator(self.kind)));
    }
}
