//! `k8s.secrets.runtime_sync`: whether secrets are resolved in the cluster, and by what.

mod document;
mod mount_path;
mod resource;
mod select;
mod server_url;
mod store;

use std::collections::BTreeMap;

use k8s_bundle::{DataKey, Namespace, ObjectName, SourceRef};
use serde::Deserialize;

pub use mount_path::MountPath;
pub use resource::{OperatorObject, ResourceConfig};
pub use select::SelectedStore;
pub use server_url::ServerUrl;
pub use store::StoreConfig;

use crate::EsoVersion;
use crate::api::SecretKeySelector;
use crate::api::provider::{CaBundle, CaProvider, VaultProvider};
use crate::error::Result;
use document::Document;

/// Whether secrets are delivered by reference, and which operator, stores and bridge they go through.
///
/// Off unless said otherwise. When on, it has at least one store: the bridge, for whose token there is a source, or one of
/// [`stores`](Self::stores).
///
/// ```
/// # use eso_contrib::RuntimeSync;
/// # use k8s_bundle::{SourceRef, yaml};
/// let read: RuntimeSync = yaml::from_str("
/// enabled: true
/// bridge_url: http://homelab-secret-bridge.acme.lab:8200
/// chart_version: 0.20.4
/// token_source: BRIDGE_TOKEN
/// ")?;
/// let made = RuntimeSync::on(SourceRef::new("BRIDGE_TOKEN")?)
///     .with_bridge_url("http://homelab-secret-bridge.acme.lab:8200".parse()?)
///     .with_chart_version("0.20.4".parse()?);
/// assert_eq!(read, made);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Document")]
pub struct RuntimeSync {
    document: Document,
}

impl RuntimeSync {
    /// On, with the bridge's token read from `token_source` in the store; all else as by default.
    #[must_use]
    pub fn on(token_source: SourceRef) -> Self {
        Self { document: Document { enabled: true, token_source: Some(token_source), ..Document::default() } }
    }

    /// Off: nothing is delivered by reference.
    #[must_use]
    pub fn off() -> Self {
        Self { document: Document::default() }
    }

    /// On, without the bridge: everything is read from that store, unless [others](Self::with_store) are added.
    ///
    /// ```
    /// # use eso_contrib::{RuntimeSync, StoreConfig};
    /// # use eso_contrib::api::{ServiceAccountSelector, StoreSpec};
    /// # use eso_contrib::api::provider::VaultProvider;
    /// let account = ServiceAccountSelector::new("eso".parse()?).in_namespace("security".parse()?);
    /// let vault = VaultProvider::with_kubernetes_auth("https://vault.acme.lab".parse()?, "kv".parse()?, "eso", account);
    /// let config = RuntimeSync::reading_from("vault".parse()?, StoreConfig::new(StoreSpec::new(vault.into())));
    /// assert_eq!(config.default_store().unwrap(), "vault");
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn reading_from(name: ObjectName, store: StoreConfig) -> Self {
        Self { document: Document { enabled: true, ..Document::default() } }.with_store(name, store)
    }

    /// One more store, beside the bridge and others; an earlier one of that name is replaced.
    #[must_use]
    pub fn with_store(mut self, name: ObjectName, store: StoreConfig) -> Self {
        self.document.stores.insert(name, store);
        self
    }

    /// One more object of the operator, written beside the stores.
    #[must_use]
    pub fn with_resource(mut self, resource: impl Into<ResourceConfig>) -> Self {
        self.document.resources.push(resource.into());
        self
    }

    /// Values for the operator's chart, merged over those that are set here: a map into a map, all else in place of what is there.
    #[must_use]
    pub fn with_chart_values(mut self, values: serde_yaml::Mapping) -> Self {
        self.document.chart_values = values;
        self
    }

    /// Where the bridge listens, as seen from the cluster. By default `http://homelab-secret-bridge.lab:8200`.
    #[must_use]
    pub fn with_bridge_url(mut self, url: ServerUrl) -> Self {
        self.document.bridge_url = url;
        self
    }

    /// The authorities that the bridge's certificate may be signed by. By default, those that the operator's image knows.
    #[must_use]
    pub fn with_bridge_ca(mut self, ca: CaBundle) -> Self {
        self.document.bridge_ca = Some(ca);
        self
    }

    /// The object of the cluster that has the authorities of the bridge's certificate, such as the Secret that cert-manager made.
    #[must_use]
    pub fn with_bridge_ca_provider(mut self, provider: CaProvider) -> Self {
        self.document.bridge_ca_provider = Some(provider);
        self
    }

    /// The chart that is pinned; it decides the API version of the resources.
    #[must_use]
    pub fn with_chart_version(mut self, version: EsoVersion) -> Self {
        self.document.chart_version = version;
        self
    }

    /// The mount of the bridge that holds the secrets. By default `secret`.
    #[must_use]
    pub fn with_mount(mut self, mount: MountPath) -> Self {
        self.document.mount = mount;
        self
    }

    /// The name of the bridge's `ClusterSecretStore`. By default `homelab`.
    #[must_use]
    pub fn with_store_name(mut self, name: ObjectName) -> Self {
        self.document.store_name = name;
        self
    }

    /// The Secret that holds the bridge's token, and the key in it. By default `homelab-bridge-token` and `token`.
    #[must_use]
    pub fn with_token_secret(mut self, name: ObjectName, key: DataKey) -> Self {
        self.document.token_secret_name = name;
        self.document.token_key = key;
        self
    }

    /// The namespace of the operator, and of the Secret with the token. By default `external-secrets-system`.
    #[must_use]
    pub fn with_operator_namespace(mut self, namespace: Namespace) -> Self {
        self.document.operator_namespace = namespace;
        self
    }

    /// Whether anything is delivered by reference.
    #[must_use]
    pub fn enabled(&self) -> bool {
        self.document.enabled
    }

    /// Where the bridge listens.
    #[must_use]
    pub fn bridge_url(&self) -> &ServerUrl {
        &self.document.bridge_url
    }

    /// The chart that is pinned.
    #[must_use]
    pub fn chart_version(&self) -> &EsoVersion {
        &self.document.chart_version
    }

    /// Where in the store the bridge's token is. Without it there is no bridge.
    #[must_use]
    pub fn token_source(&self) -> Option<&SourceRef> {
        self.document.token_source.as_ref()
    }

    /// The mount of the bridge that holds the secrets.
    #[must_use]
    pub fn mount(&self) -> &MountPath {
        &self.document.mount
    }

    /// The name of the bridge's `ClusterSecretStore`.
    #[must_use]
    pub fn store_name(&self) -> &ObjectName {
        &self.document.store_name
    }

    /// The name of the Secret that holds the bridge's token.
    #[must_use]
    pub fn token_secret_name(&self) -> &ObjectName {
        &self.document.token_secret_name
    }

    /// The key of the token in its Secret.
    #[must_use]
    pub fn token_key(&self) -> &DataKey {
        &self.document.token_key
    }

    /// The namespace of the operator, and of the Secret with the token.
    #[must_use]
    pub fn operator_namespace(&self) -> &Namespace {
        &self.document.operator_namespace
    }

    /// The stores beside the bridge, by name.
    #[must_use]
    pub fn stores(&self) -> &BTreeMap<ObjectName, StoreConfig> {
        &self.document.stores
    }

    /// The other objects of the operator.
    #[must_use]
    pub fn resources(&self) -> &[ResourceConfig] {
        &self.document.resources
    }

    /// The user's own values for the operator's chart.
    #[must_use]
    pub fn chart_values(&self) -> &serde_yaml::Mapping {
        &self.document.chart_values
    }

    /// The bridge as a store reads from it, if there is one.
    #[must_use]
    pub fn bridge(&self) -> Option<VaultProvider> {
        let Document { bridge_url, mount, token_secret_name, token_key, operator_namespace, .. } =
            &self.document;
        self.token_source()?;
        let token = SecretKeySelector::new(token_secret_name.clone(), token_key.clone());
        let token = token.in_namespace(operator_namespace.clone());
        Some(VaultProvider {
            ca_bundle: self.document.bridge_ca.clone(),
            ca_provider: self.document.bridge_ca_provider.clone(),
            ..VaultProvider::bridge(bridge_url.clone(), mount.clone(), token)
        })
    }

    /// Checks what single fields cannot say: that there is a store, and that names and defaults do not collide.
    pub(crate) fn check(&self) -> Result<()> {
        self.document.check()
    }
}

/// [`off`](RuntimeSync::off).
impl Default for RuntimeSync {
    fn default() -> Self {
        Self::off()
    }
}

impl TryFrom<Document> for RuntimeSync {
    type Error = crate::Error;

    fn try_from(document: Document) -> Result<Self> {
        document.check()?;
        Ok(Self { document })
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for RuntimeSync {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "RuntimeSync".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Document::json_schema(generator)
    }
}
