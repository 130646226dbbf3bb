//! `ExternalSecret`: <https://external-secrets.io/latest/api/externalsecret/>.

mod remote_ref;
mod target;

use core::time::Duration;
use std::collections::BTreeMap;

use k8s_bundle::{DataKey, Namespace, ObjectMeta, ObjectName, Resource};
use serde::{Serialize, Serializer};

pub use remote_ref::{ConversionStrategy, DecodingStrategy, MetadataPolicy, RemoteRef};
pub use target::{
    CreationPolicy, DeletionPolicy, EngineVersion, MergePolicy, Target, Template, TemplateMetadata,
};

use super::duration;
use crate::EsoVersion;
use crate::error::Result;

/// One Secret that the operator makes and keeps up to date from a store.
///
/// ```
/// use eso_contrib::api::{ExternalSecret, RemoteRef, SecretStoreRef};
/// use k8s_bundle::{SecretType, yaml};
///
/// let secret = ExternalSecret::new("acme-prod".parse()?, "acme-api-db".parse()?, SecretStoreRef::cluster("vault".parse()?))
///     .with_data("password".parse()?, RemoteRef::new("apps/acme", "db-password"));
/// let yaml = yaml::to_string(&secret.to_resource(&"0.20.4".parse()?)?)?;
/// assert!(yaml.contains("property: db-password"));
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExternalSecret {
    /// Its name, namespace, labels and annotations; those of the Secret stand in [`Target::template`].
    pub metadata: ObjectMeta,
    /// How often the operator reads the values again. Zero reads them once. Written as Go writes it: `1h0m0s`.
    pub refresh_interval: Duration,
    /// The store that it reads from.
    pub secret_store_ref: SecretStoreRef,
    /// The Secret that it makes.
    pub target: Target,
    /// The keys of the Secret, and where each value comes from; at least one.
    pub data: BTreeMap<DataKey, RemoteRef>,
}

/// What the operator refreshes at unless told otherwise: once an hour.
const REFRESH_INTERVAL: Duration = Duration::from_hours(1);

impl ExternalSecret {
    /// A Secret `namespace/name` of type `Opaque`, read from `store` once an hour, without a key yet.
    #[must_use]
    pub fn new(namespace: Namespace, name: ObjectName, store: SecretStoreRef) -> Self {
        Self {
            metadata: ObjectMeta::new(name.clone()).in_namespace(namespace),
            refresh_interval: REFRESH_INTERVAL,
            secret_store_ref: store,
            target: Target::new(name),
            data: BTreeMap::new(),
        }
    }

    /// One more key of the Secret; an earlier source of the key is replaced.
    #[must_use]
    pub fn with_data(mut self, key: DataKey, source: RemoteRef) -> Self {
        self.data.insert(key, source);
        self
    }

    /// How often the operator reads the values again.
    #[must_use]
    pub fn with_refresh_interval(mut self, interval: Duration) -> Self {
        self.refresh_interval = interval;
        self
    }

    /// The object for the operator of that version.
    ///
    /// # Errors
    /// [`Error::Bundle`](crate::Error::Bundle) if the bundle does not take it.
    pub fn to_resource(&self, version: &EsoVersion) -> Result<Resource> {
        let api_version = version.api_version().as_str();
        let resource = Resource::new(api_version, "ExternalSecret", self.metadata.clone())?;
        Ok(resource.with_spec(&Spec {
            refresh_interval: duration::canonical(self.refresh_interval),
            secret_store_ref: &self.secret_store_ref,
            target: &self.target,
            data: &self.data,
        })?)
    }
}

/// Which store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SecretStoreRef {
    /// Its name.
    pub name: ObjectName,
    /// Its kind.
    pub kind: StoreKind,
}

impl SecretStoreRef {
    /// The `ClusterSecretStore` of that name.
    #[must_use]
    pub fn cluster(name: ObjectName) -> Self {
        Self { name, kind: StoreKind::ClusterSecretStore }
    }
}

/// The kinds of store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub enum StoreKind {
    /// For all namespaces.
    ClusterSecretStore,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec<'a> {
    refresh_interval: String,
    secret_store_ref: &'a SecretStoreRef,
    target: &'a Target,
    #[serde(serialize_with = "data_list")]
    data: &'a BTreeMap<DataKey, RemoteRef>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Data<'a> {
    secret_key: &'a DataKey,
    remote_ref: &'a RemoteRef,
}

fn data_list<S: Serializer>(data: &BTreeMap<DataKey, RemoteRef>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(data.iter().map(|(secret_key, remote_ref)| Data { secret_key, remote_ref }))
}
