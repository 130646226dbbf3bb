//! `ClusterSecretStore`: <https://external-secrets.io/latest/api/clustersecretstore/>.

use k8s_bundle::{ObjectMeta, ObjectName, Resource};
use serde::Serialize;

use super::provider::Provider;
use crate::EsoVersion;
use crate::error::Result;

/// Where `ExternalSecret`s of all namespaces may read.
///
/// ```
/// use eso_contrib::api::provider::{Provider, VaultProvider, vault::VaultAuth};
/// use eso_contrib::api::{ClusterSecretStore, SecretKeySelector};
///
/// let token = SecretKeySelector::new("security".parse()?, "vault-token".parse()?, "token".parse()?);
/// let vault = VaultProvider::new("https://vault.acme.lab".parse()?, "kv".parse()?, VaultAuth::Token(token));
/// let store = ClusterSecretStore::new("vault".parse()?, Provider::Vault(vault));
/// assert_eq!(store.to_resource(&"0.10.4".parse()?)?.api_version(), "external-secrets.io/v1beta1");
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClusterSecretStore {
    /// Its name, labels and annotations.
    pub metadata: ObjectMeta,
    /// What it reads from.
    pub provider: Provider,
}

#[derive(Serialize)]
struct Spec<'a> {
    provider: &'a Provider,
}

impl ClusterSecretStore {
    /// A store under that name.
    #[must_use]
    pub fn new(name: ObjectName, provider: Provider) -> Self {
        Self { metadata: ObjectMeta::new(name), provider }
    }

    /// The object for the operator of that version.
    ///
    /// # Errors
    /// [`Error::Bundle`](crate::Error::Bundle) if the bundle does not take it.
    pub fn to_resource(&self, version: &EsoVersion) -> Result<Resource> {
        let api_version = version.api_version().as_str();
        let resource = Resource::new(api_version, "ClusterSecretStore", self.metadata.clone())?;
        Ok(resource.with_spec(&Spec { provider: &self.provider })?)
    }
}
