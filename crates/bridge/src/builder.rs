//! A bridge, put together.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use events::{Clock, EventBus};
use ring::digest;
use secret_store::SecretStore;

use crate::auth::Logins;
use secret_store::wrapper::{CachePolicy, CacheStats};

use crate::audit::Audit;
use crate::bridge::Bridge;
use crate::changed::Listening;
use crate::config::{AuditConfig, LimitsConfig, MetricsConfig};
use crate::limit::{Limiter, PathLimits};
use crate::metrics::{Metrics, Standing, StoreCounts};
use crate::mount::{KvVersion, Mount, Mounts};
use crate::policy::{Policies, PolicyProblem, RuleConfig};
use crate::recent::Recent;
use crate::stale::StaleNotice;
use crate::state::Server;
use crate::token::Tokens;

/// A bridge, put together: stores at mounts, policies, and where what it does is noted.
#[derive(Debug)]
#[must_use]
pub struct Builder {
    instance: String,
    mounts: Vec<Mount>,
    policies: BTreeMap<String, Vec<RuleConfig>>,
    logins: Option<Logins>,
    has_ui: bool,
    cache: Option<CachePolicy>,
    limits: LimitsConfig,
    metrics: MetricsConfig,
    audit: AuditConfig,
    stores: StoreCounts,
    caches: Vec<(String, CacheStats)>,
}

impl Builder {
    /// A bridge of this instance, with no mount.
    pub fn new(instance: impl Into<String>) -> Self {
        Self {
            instance: instance.into(),
            mounts: Vec::new(),
            policies: BTreeMap::new(),
            logins: None,
            has_ui: false,
            cache: None,
            limits: LimitsConfig::default(),
            metrics: MetricsConfig::default(),
            audit: AuditConfig::default(),
            stores: StoreCounts::default(),
            caches: Vec::new(),
        }
    }

    /// With this store at a mount: `secret`. One for version 2 is to be a
    /// [`VersionedStore`](secret_store::VersionedStore).
    pub fn mount(mut self, path: impl Into<String>, version: KvVersion, store: Arc<dyn SecretStore>) -> Self {
        let path = path.into();
        let id = identity_of(&format!("{}/{path}", self.instance));
        self.mounts.push(Mount {
            version,
            accessor: format!("kv_{}", &id[..8]),
            uuid: uuid(&id),
            description: store.info().describe(),
            lanes: Arc::default(),
            store,
            path,
        });
        self
    }

    /// With these policies, by name.
    pub fn policies(mut self, policies: BTreeMap<String, Vec<RuleConfig>>) -> Self {
        self.policies = policies;
        self
    }

    /// With these ways to log in.
    pub(crate) fn logins(self, logins: Logins) -> Self {
        Self { logins: Some(logins), ..self }
    }

    /// With a page at `/ui` that shows people how the bridge is, or without one, which is so unless it is asked for.
    pub fn ui(mut self, has_ui: bool) -> Self {
        self.has_ui = has_ui;
        self
    }

    /// Says in its status that the stores remember what was read under this policy: it is theirs to do so.
    pub fn cached(mut self, policy: CachePolicy) -> Self {
        self.cache = Some(policy);
        self
    }

    /// With these limits, but for those of the sockets, which are the [server's](LimitsConfig::server).
    pub fn limits(mut self, limits: LimitsConfig) -> Self {
        self.limits = limits;
        self
    }

    /// With the metrics for those who may see them.
    pub fn metrics(mut self, metrics: MetricsConfig) -> Self {
        self.metrics = metrics;
        self
    }

    /// With this done to what cannot be noted.
    pub fn audit(mut self, audit: AuditConfig) -> Self {
        self.audit = audit;
        self
    }

    /// With this cache, of the store of this name, in the metrics.
    pub fn cache(mut self, name: impl Into<String>, stats: CacheStats) -> Self {
        self.caches.push((name.into(), stats));
        self
    }

    /// With what stores were asked for in the metrics.
    pub(crate) fn stores(mut self, stores: StoreCounts) -> Self {
        self.stores = stores;
        self
    }

    /// The bridge.
    ///
    /// # Errors
    /// Everything that is wrong with the policies.
    pub fn build(
        self,
        tokens: Arc<Tokens>,
        bus: Arc<dyn EventBus>,
        clock: Arc<dyn Clock>,
    ) -> Result<Bridge, Vec<PolicyProblem>> {
        let storage_type = self.mounts.first().map(|mount| mount.store.info().provider.into_owned());
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let standing =
            Standing { caches: self.caches, tokens: Arc::clone(&tokens), version: version.clone() };
        let mounts = self.mounts.iter().map(|mount| mount.path.clone());
        let (digits, token_uuid) = name_of(&self.instance, "auth/token");
        Ok(Bridge {
            policies: Policies::new(&self.policies)?,
            limiter: Limiter::new(&self.limits),
            paths: PathLimits::new(&self.limits),
            metrics: Metrics::new(mounts, &self.stores, standing, &*clock),
            metrics_access: self.metrics.access,
            audit: Audit::new(self.audit),
            stale: StaleNotice::default(),
            server: Server {
                version,
                cluster_id: uuid(&identity_of(&self.instance)),
                cluster_name: self.instance,
                storage_type: storage_type.unwrap_or_default(),
                token_method: (format!("auth_token_{digits}"), token_uuid),
            },
            mounts: Mounts::new(self.mounts),
            recent: Recent::new(&*clock),
            has_ui: self.has_ui,
            cache: self.cache,
            tokens,
            logins: self.logins.unwrap_or_else(|| Logins::none(Arc::clone(&clock))),
            clock,
            bus,
            is_draining: AtomicBool::new(false),
            listening: Listening::default(),
        })
    }
}

/// What names something of an instance for good, at every replica: the digits of its accessor, and a UUID.
pub(crate) fn name_of(instance: &str, what: &str) -> (String, String) {
    let id = identity_of(&format!("{instance}/{what}"));
    (id[..8].to_owned(), uuid(&id))
}

/// What names something for good, at every replica: not secret.
fn identity_of(name: &str) -> String {
    crate::token::hex(digest::digest(&digest::SHA256, name.as_bytes()).as_ref())
}

fn uuid(hex: &str) -> String {
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..32]].join("-")
}
