//! What the workload serves, as far as its objects depend on it.

use std::time::Duration;

use k8s_bundle::Namespace;

/// How long what is under way has, unless told.
const DRAIN: Duration = Duration::from_secs(20);

/// What the workload serves, as far as its objects depend on it: told by whoever knows the configuration of the bridge.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "each is told by another part of the configuration")]
pub struct Served {
    /// The instance.
    pub instance: String,
    /// `secretbridge.yaml`, as the pods get it: names of credentials, and no value.
    pub config: String,
    /// The port that the bridge listens at.
    pub port: u16,
    /// Whether the store is a tree of files: then one pod serves it, from a volume.
    pub is_local: bool,
    /// The ports of the servers that the stores are at.
    pub store_ports: Vec<u16>,
    /// Whether it has the API server judge tokens, for clients that log in as service accounts.
    pub reviews_tokens: bool,
    /// Whether the store is logged in to as the service account.
    pub logs_in_as_account: bool,
    /// Whether every client has to show a certificate: the kubelet has none.
    pub needs_client_certificates: bool,
    /// Whether it annotates `ExternalSecret`s after a write.
    pub touches_external_secrets: bool,
    /// The namespaces in which it does; all when there is none.
    pub touched_namespaces: Vec<Namespace>,
    /// Who may see its metrics.
    pub metrics: Metrics,
    /// How long what is under way has when it is told to end.
    pub drain_time: Duration,
}

/// Who may see the metrics.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Metrics {
    /// Whoever can reach the port.
    Open,
    /// Who shows a token that may.
    #[default]
    Token,
    /// Nobody.
    Off,
}

impl Served {
    /// A store on a server, which needs nothing of the API server.
    #[must_use]
    pub fn new(instance: impl Into<String>, config: impl Into<String>, port: u16) -> Self {
        Self {
            instance: instance.into(),
            config: config.into(),
            port,
            is_local: false,
            store_ports: Vec::new(),
            reviews_tokens: false,
            logs_in_as_account: false,
            needs_client_certificates: false,
            touches_external_secrets: false,
            touched_namespaces: Vec::new(),
            metrics: Metrics::default(),
            drain_time: DRAIN,
        }
    }

    /// The same, from a tree of files.
    #[must_use]
    pub fn local(self) -> Self {
        Self { is_local: true, ..self }
    }

    /// Whether the token of the service account is needed in the pods.
    pub(crate) fn needs_account_token(&self) -> bool {
        self.asks_the_api_server() || self.logs_in_as_account
    }

    pub(crate) fn asks_the_api_server(&self) -> bool {
        self.reviews_tokens || self.touches_external_secrets
    }
}
