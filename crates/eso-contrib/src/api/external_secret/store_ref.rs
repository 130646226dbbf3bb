//! Which store.

use k8s_bundle::ObjectName;
use serde::{Deserialize, Serialize};

/// A store, by kind and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SecretStoreRef {
    /// Its name.
    pub name: ObjectName,
    /// Its kind. Where it is not given, a `SecretStore`, as the operator takes it.
    #[serde(default)]
    pub kind: StoreKind,
}

impl SecretStoreRef {
    /// The `ClusterSecretStore` of that name.
    #[must_use]
    pub fn cluster(name: ObjectName) -> Self {
        Self { name, kind: StoreKind::ClusterSecretStore }
    }

    /// The `SecretStore` of that name, in the namespace of what refers to it.
    #[must_use]
    pub fn namespaced(name: ObjectName) -> Self {
        Self { name, kind: StoreKind::SecretStore }
    }
}

/// The kinds of store.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum StoreKind {
    /// For one namespace.
    #[default]
    SecretStore,
    /// For all namespaces.
    ClusterSecretStore,
}
