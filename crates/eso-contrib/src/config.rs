//! `k8s.secrets.runtime_sync`: whether secrets are resolved in the cluster, and by what.

mod bridge_url;
mod mount_path;

pub use bridge_url::BridgeUrl;
pub use mount_path::MountPath;

use k8s_bundle::{DataKey, Namespace, ObjectName, SourceRef};
use serde::Deserialize;

use crate::EsoVersion;
use crate::error::{Error, Result};

/// Whether secrets are delivered by reference, and which operator, store and bridge they go through.
///
/// Off unless said otherwise. When on, it always has a source for the bridge's token.
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

    /// Where the bridge listens, as seen from the cluster. By default `http://homelab-secret-bridge.lab:8200`.
    #[must_use]
    pub fn with_bridge_url(mut self, url: BridgeUrl) -> Self {
        self.document.bridge_url = url;
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

    /// The name of the `ClusterSecretStore`. By default `homelab`.
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
    pub fn bridge_url(&self) -> &BridgeUrl {
        &self.document.bridge_url
    }

    /// The chart that is pinned.
    #[must_use]
    pub fn chart_version(&self) -> &EsoVersion {
        &self.document.chart_version
    }

    /// Where in the store the bridge's token is. Always given when [`enabled`](Self::enabled).
    #[must_use]
    pub fn token_source(&self) -> Option<&SourceRef> {
        self.document.token_source.as_ref()
    }

    /// The mount of the bridge that holds the secrets.
    #[must_use]
    pub fn mount(&self) -> &MountPath {
        &self.document.mount
    }

    /// The name of the `ClusterSecretStore`.
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
}

/// [`off`](RuntimeSync::off).
impl Default for RuntimeSync {
    fn default() -> Self {
        Self::off()
    }
}

impl TryFrom<Document> for RuntimeSync {
    type Error = Error;

    fn try_from(document: Document) -> Result<Self> {
        if document.enabled && document.token_source.is_none() {
            return Err(Error::NoTokenSource);
        }
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

/// Delivery by reference: the External Secrets Operator reads secrets from the bridge, in the cluster.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend("if" = {
    "properties": { "enabled": { "const": true } }, "required": ["enabled"]
}, "then" = { "required": ["token_source"] })))]
#[serde(default, deny_unknown_fields)]
struct Document {
    /// Whether the operator, its store and the resources for it are generated.
    enabled: bool,
    /// Where the bridge listens, as seen from the cluster: scheme, host and port.
    bridge_url: BridgeUrl,
    /// The exact version of the operator's chart; it decides the API version of the resources.
    chart_version: EsoVersion,
    /// Where in the store the bridge's token is. Needed when `enabled`; it is delivered by value.
    token_source: Option<SourceRef>,
    /// The mount of the bridge that holds the secrets.
    mount: MountPath,
    /// The name of the `ClusterSecretStore`.
    store_name: ObjectName,
    /// The name of the Secret that holds the bridge's token.
    token_secret_name: ObjectName,
    /// The key of the token in its Secret.
    token_key: DataKey,
    /// The namespace of the operator, and of the Secret with the token.
    operator_namespace: Namespace,
}

impl Default for Document {
    fn default() -> Self {
        Self {
            enabled: false,
            bridge_url: BridgeUrl::default(),
            chart_version: EsoVersion::default(),
            token_source: None,
            mount: MountPath::default(),
            store_name: literal(ObjectName::new("homelab")),
            token_secret_name: literal(ObjectName::new("homelab-bridge-token")),
            token_key: literal(DataKey::new("token")),
            operator_namespace: literal(Namespace::new("external-secrets-system")),
        }
    }
}

fn literal<T>(name: core::result::Result<T, k8s_bundle::NameError>) -> T {
    match name {
        Ok(name) => name,
        Err(error) => unreachable!("{error}"),
    }
}
