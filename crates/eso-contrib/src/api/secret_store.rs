//! `SecretStore`: <https://external-secrets.io/latest/api/secretstore/>.

use k8s_bundle::{Namespace, ObjectMeta, ObjectName, Resource};

use super::Checker;
use super::store_spec::{StoreScope, StoreSpec};
use crate::EsoVersion;
use crate::error::Result;

/// Where the `ExternalSecret`s of one namespace may read. Its login is in that namespace, too: what is beside it in the
/// cluster can neither use the store nor look into it.
///
/// ```
/// use eso_contrib::api::provider::VaultProvider;
/// use eso_contrib::api::{SecretKeySelector, SecretStore, StoreSpec};
///
/// let token = SecretKeySelector::new("vault-token".parse()?, "token".parse()?);
/// let vault = VaultProvider::bridge("https://vault.acme.lab".parse()?, "team-a".parse()?, token);
/// let store = SecretStore::new("team-a".parse()?, "vault".parse()?, StoreSpec::new(vault.into()));
/// assert_eq!(store.to_resource(&"0.20.4".parse()?)?.to_string(), "SecretStore team-a/vault");
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SecretStore {
    /// Its name, namespace, labels and annotations.
    pub metadata: ObjectMeta,
    /// What it reads from.
    pub spec: StoreSpec,
}

impl SecretStore {
    /// A store `namespace/name`.
    #[must_use]
    pub fn new(namespace: Namespace, name: ObjectName, spec: StoreSpec) -> Self {
        Self::with_spec(ObjectMeta::new(name).in_namespace(namespace), spec)
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
        match &self.metadata.namespace {
            Some(namespace) => self.spec.check(&mut checker, StoreScope::Namespace(namespace)),
            None => checker.refuse("a SecretStore has a namespace"),
        }
        resource("SecretStore", &self.metadata, &self.spec, checker)
    }
}

pub(super) fn resource(
    kind: &str,
    metadata: &ObjectMeta,
    spec: &StoreSpec,
    checker: Checker<'_>,
) -> Result<Resource> {
    let version = checker.version();
    let resource = Resource::new(version.api_version().as_str(), kind, metadata.clone())?;
    checker.into_result(&resource)?;
    Ok(resource.with_spec(&spec.spelt_out(version))?)
}
