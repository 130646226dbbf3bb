//! One of the operator's stores.

use std::collections::BTreeMap;

use k8s_bundle::{AnnotationKey, LabelKey, LabelValue, Namespace, ObjectMeta, ObjectName, Resource, yaml};
use serde::Deserialize;

use crate::EsoVersion;
use crate::api::{ClusterSecretStore, SecretStore, SecretStoreRef, StoreSpec};
use crate::error::Result;

/// One of the operator's stores: a `ClusterSecretStore`, or a `SecretStore` in each of some namespaces.
///
/// ```
/// # use eso_contrib::StoreConfig;
/// let tenants: StoreConfig = k8s_bundle::yaml::from_str("
/// namespaces: [team-a, team-b]
/// spec:
///   provider:
///     vault: { server: https://vault.acme.lab, path: kv, auth: { tokenSecretRef: { name: vault-token, key: token } } }
/// ")?;
/// assert!(tenants.is_namespaced());
/// # Ok::<_, k8s_bundle::yaml::YamlError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct StoreConfig {
    /// Whether manifests that name no store are read from this one. One store alone is the default; beside the bridge, the
    /// bridge is.
    #[serde(default)]
    pub default: bool,
    /// The namespaces that get a `SecretStore` of their own each: what is in one of them can read nothing through another's.
    /// Without any it is one `ClusterSecretStore` for all.
    #[serde(default)]
    pub namespaces: Vec<Namespace>,
    /// Labels of the store.
    #[serde(default, deserialize_with = "yaml::unique_map")]
    pub labels: BTreeMap<LabelKey, LabelValue>,
    /// Annotations of the store.
    #[serde(default, deserialize_with = "yaml::unique_map")]
    pub annotations: BTreeMap<AnnotationKey, String>,
    /// What it reads from, in the operator's own words.
    pub spec: StoreSpec,
}

impl StoreConfig {
    /// A `ClusterSecretStore`.
    #[must_use]
    pub fn new(spec: StoreSpec) -> Self {
        Self {
            default: false,
            namespaces: Vec::new(),
            labels: BTreeMap::new(),
            annotations: BTreeMap::new(),
            spec,
        }
    }

    /// A `SecretStore` in each of these namespaces instead.
    #[must_use]
    pub fn in_namespaces(mut self, namespaces: impl IntoIterator<Item = Namespace>) -> Self {
        self.namespaces = namespaces.into_iter().collect();
        self
    }

    /// Has manifests read from it that name no store.
    #[must_use]
    pub fn as_default(mut self) -> Self {
        self.default = true;
        self
    }

    /// One more label; an earlier value of the key is replaced.
    #[must_use]
    pub fn with_label(mut self, key: LabelKey, value: LabelValue) -> Self {
        self.labels.insert(key, value);
        self
    }

    /// One more annotation; an earlier value of the key is replaced.
    #[must_use]
    pub fn with_annotation(mut self, key: AnnotationKey, value: impl Into<String>) -> Self {
        self.annotations.insert(key, value.into());
        self
    }

    /// Whether it is a `SecretStore` in some namespaces.
    #[must_use]
    pub fn is_namespaced(&self) -> bool {
        !self.namespaces.is_empty()
    }

    /// Whether what is in that namespace may refer to it.
    #[must_use]
    pub fn serves(&self, namespace: &Namespace) -> bool {
        self.namespaces.is_empty() || self.namespaces.contains(namespace)
    }

    /// How an `ExternalSecret` refers to it under that name.
    pub(crate) fn reference(&self, name: &ObjectName) -> SecretStoreRef {
        if self.is_namespaced() {
            SecretStoreRef::namespaced(name.clone())
        } else {
            SecretStoreRef::cluster(name.clone())
        }
    }

    /// The objects that it is, under that name: one, or one for each namespace, each namespace once.
    pub(crate) fn resources(&self, name: &ObjectName, version: &EsoVersion) -> Vec<Result<Resource>> {
        if !self.is_namespaced() {
            let mut store = ClusterSecretStore::new(name.clone(), self.spec.clone());
            self.describe(&mut store.metadata);
            return vec![store.to_resource(version)];
        }
        let namespaces: std::collections::BTreeSet<_> = self.namespaces.iter().collect();
        let stores = namespaces.into_iter().map(|namespace| {
            let mut store = SecretStore::new(namespace.clone(), name.clone(), self.spec.clone());
            self.describe(&mut store.metadata);
            store.to_resource(version)
        });
        stores.collect()
    }

    fn describe(&self, metadata: &mut ObjectMeta) {
        metadata.labels.clone_from(&self.labels);
        metadata.annotations.clone_from(&self.annotations);
    }
}
