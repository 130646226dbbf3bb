//! A bridge, put together.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use events::{Clock, EventBus};
use ring::digest;
use secret_store::SecretStore;

use crate::bridge::Bridge;
use crate::changed::Listening;
use crate::mount::{KvVersion, Mount, Mounts};
use crate::policy::{Policies, PolicyProblem, RuleConfig};
use crate::state::Server;
use crate::token::Tokens;

/// A bridge, put together: stores at mounts, policies, and where what it does is noted.
#[derive(Debug)]
#[must_use]
pub struct Builder {
    instance: String,
    mounts: Vec<Mount>,
    policies: BTreeMap<String, Vec<RuleConfig>>,
}

impl Builder {
    /// A bridge of this instance, with no mount.
    pub fn new(instance: impl Into<String>) -> Self {
        Self { instance: instance.into(), mounts: Vec::new(), policies: BTreeMap::new() }
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
        Ok(Bridge {
            policies: Policies::new(&self.policies)?,
            server: Server {
                version: env!("CARGO_PKG_VERSION").to_owned(),
                cluster_id: uuid(&identity_of(&self.instance)),
                cluster_name: self.instance,
                storage_type: storage_type.unwrap_or_default(),
            },
            mounts: Mounts::new(self.mounts),
            tokens,
            clock,
            bus,
            is_draining: AtomicBool::new(false),
            listening: Listening::default(),
        })
    }
}

/// What names something for good, at every replica: not secret.
fn identity_of(name: &str) -> String {
    crate::token::hex(digest::digest(&digest::SHA256, name.as_bytes()).as_ref())
}

fn uuid(hex: &str) -> String {
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..32]].join("-")
}
