//! The bridge's settings, as a configuration file has them.

mod audit;
mod auth;
mod cache;
pub(crate) mod duration;
mod limits;
mod metrics;
mod mount;
mod problem;
mod rate;
mod reference;
mod token;

use std::collections::BTreeMap;
use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

pub use self::audit::AuditConfig;
pub use self::auth::{
    AppRoleConfig, AppRoleRole, AuthConfig, CertConfig, CertRole, JwtConfig, JwtRole, KubernetesConfig,
    KubernetesRole, OneOrMany, ThrottleConfig, UserpassConfig, UserpassUser,
};
pub(crate) use self::auth::{Terms, fingerprint};
pub use self::cache::CacheConfig;
pub use self::limits::LimitsConfig;
pub use self::metrics::{MetricsAccess, MetricsConfig};
pub use self::mount::MountConfig;
pub use self::problem::ConfigProblem;
pub use self::rate::{Rate, RateConfig};
pub use self::reference::SecretRef;
pub use self::token::{BootstrapTokenConfig, TokensSettings};
use crate::KvVersion;
use crate::policy::{Policies, RuleConfig};
use crate::server::TlsConfig;

/// Where the bridge listens unless told otherwise: this machine alone can ask it.
const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8200);

/// The bridge: the store of this instance, served over Vault's HTTP API.
///
/// ```yaml
/// bridge:
///   listen: 0.0.0.0:8200
///   tls: { cert: tls/tls.crt, key: tls/tls.key }
///   token: { source: BRIDGE_TOKEN, policies: [eso] }
///   policies:
///     eso:
///       - { path: secret/data/apps/*, capabilities: [read] }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct BridgeConfig {
    /// The address and port to listen at. `127.0.0.1:8200` unless set: others than this machine cannot ask.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub listen: SocketAddr,
    /// TLS: needed elsewhere than on loopback.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<TlsConfig>,
    /// Answer without TLS elsewhere than on loopback as well. Whoever can see the network then sees tokens and values: only
    /// where something else encrypts it, such as a service mesh.
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    pub plain_http: bool,
    /// The first token, which is a secret of the store. Where it is not set, it is the one that `k8s.secrets.runtime_sync.token_source`
    /// delivers to the cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<BootstrapTokenConfig>,
    /// Ways to log in, by the path that they have below `auth/`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub auth: BTreeMap<String, AuthConfig>,
    /// How often one may try in vain to log in.
    pub throttle: ThrottleConfig,
    /// How long tokens that the bridge issues last.
    pub tokens: TokensSettings,
    /// What is served where, by path. Unless set: the instance's store at `secret`, with versions.
    pub mounts: BTreeMap<String, MountConfig>,
    /// What tokens may do, by the name of the policy. What no rule allows is denied. `root` may do everything and `default` is
    /// every token's; both are there already.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub policies: BTreeMap<String, Vec<RuleConfig>>,
    /// What is remembered of what was read.
    pub cache: CacheConfig,
    /// Whether there is a page at `/ui` that shows how the bridge is, to whoever has a token that may see it; `true` unless set.
    pub ui: bool,
    /// How much, how long and how often clients may ask.
    pub limits: LimitsConfig,
    /// Who may see the metrics.
    pub metrics: MetricsConfig,
    /// What happens to requests that cannot be noted.
    pub audit: AuditConfig,
    /// Tells the External Secrets Operator of each write, so that it reads at once and not at its next refresh.
    #[cfg(feature = "kubernetes")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub force_sync: Option<force_sync::ForceSyncConfig>,
}

impl Default for BridgeConfig {
    fn default() -> Self {
        Self {
            listen: LISTEN,
            tls: None,
            plain_http: false,
            token: None,
            auth: BTreeMap::new(),
            throttle: ThrottleConfig::default(),
            tokens: TokensSettings::default(),
            mounts: BTreeMap::from([("secret".to_owned(), MountConfig::new(KvVersion::V2))]),
            policies: BTreeMap::new(),
            cache: CacheConfig::default(),
            ui: true,
            limits: LimitsConfig::default(),
            metrics: MetricsConfig::default(),
            audit: AuditConfig::default(),
            #[cfg(feature = "kubernetes")]
            force_sync: None,
        }
    }
}

impl BridgeConfig {
    /// Everything that is wrong, with the place of each.
    #[must_use]
    pub fn problems(&self) -> Vec<ConfigProblem> {
        let mut problems = mount::problems(&self.mounts);
        let policies = Policies::new(&self.policies).err().unwrap_or_default();
        problems.extend(policies.iter().map(ConfigProblem::of_policy));
        problems.extend(self.tokens.problems());
        problems.extend(auth::problems(self));
        problems.extend(self.limits.problems());
        problems.extend(self.cache.problems(self.tokens.patience));
        if let Some(token) = &self.token {
            problems.extend(
                token.policies.iter().filter_map(|name| self.unknown_policy(&["token", "policies"], name)),
            );
        }
        problems
    }

    fn unknown_policy(&self, at: &[&str], name: &str) -> Option<ConfigProblem> {
        let is_known = matches!(name, "root" | "default") || self.policies.contains_key(name);
        (!is_known).then(|| {
            ConfigProblem::new(at, format!("there is no policy {name:?}"))
                .help("define it below `policies`, or name one that is there")
        })
    }
}
