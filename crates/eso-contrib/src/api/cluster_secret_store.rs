//! `ClusterSecretStore`: <https://external-secrets.io/latest/api/clustersecretstore/>.

use k8s_bundle::{ObjectMeta, ObjectName, Resource};

use super::store_spec::{StoreScope, StoreSpec};
use super::{Checker, secret_store};
use crate::EsoVersion;
use crate::error::Result;

/// Where `ExternalSecret`s of all namespaces may read, unless its [conditions](StoreSpec::conditions) say otherwise.
///
/// ```
/// use eso_contrib::api::provider::VaultProvider;
/// use eso_contrib::api::{ClusterSecretStore, SecretKeySelector, StoreSpec};
///
/// let token = SecretKeySelector::new("vault-token".parse()?, "token".parse()?).in_namespace("security".parse()?);
/// let vault = VaultProvider::bridge("https://vault.acme.lab".parse()?, "kv".parse()?, token);
/// let store = ClusterSecretStore::new("vault".parse()?, StoreSpec::new(vault.into()));
/// assert_eq!(store.to_resource(&"0.10.4".parse()?)?.api_version(), "external-secrets.io/v1beta1");
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClusterSecretStore {
    /// Its name, labels and annotations.
    pub metadata: ObjectMeta,
    /// What it reads from, and who may.
    pub spec: StoreSpec,
}

impl ClusterSecretStore {
    /// A store under that name.
    #[must_use]
    pub fn new(name: ObjectName, spec: StoreSpec) -> Self {
        Self::with_spec(ObjectMeta::new(name), spec)
    }

    /// The object with this metadata and `spec`.
    #[must_use]
    pub fn with_spec(metadata: ObjectMeta, spec: StoreSpec) -> Self {
        Self { metadata, spec }
    }

    /// The object for the operator of that version, every default spelt out.
    ///
    /// # Errors
    /// [`Error::Resource`](crate::Error::Resource) with everything that the operator would refuse.
    pub fn to_resource(&self, version: &EsoVersion) -> Result<Resource> {
        let mut checker = Checker::new(version);
        self.spec.check(&mut checker, StoreScope::Cluster);
        secret_store::resource("ClusterSecretStore", &self.metadata, &self.spec, checker)
    }
}
