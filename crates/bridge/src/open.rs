//! From settings to a bridge.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use events::{Clock, EventBus};
use futures::FutureExt as _;
use futures::future::{BoxFuture, join_all};
use ring::rand::SecureRandom;
use secret_store::wrapper::{Cached, Numbered};
use secret_store::{SecretPath, SecretStore, SecretStoreExt as _};

use crate::anchored::Anchored;
use crate::auth::{Credentials, Logins, Throttle, wanted};
use crate::bridge::Bridge;
use crate::builder::{Builder, name_of};
use crate::config::{AuthConfig, BootstrapTokenConfig, BridgeConfig, ConfigProblem, MountConfig};
use crate::metrics::StoreCounts;
use crate::token::{BootstrapConfig, KeyError, SigningKeys, Tokens};

/// Where the bridge keeps what is its own, inside of the instance's scope.
const SYSTEM: &str = "secretbridge-system";

/// What the instance's store is called in the metrics; no mount is called so.
const OF_INSTANCE: &str = "";

/// What a bridge is opened with, beside its settings.
#[derive(Debug)]
pub struct OpenWith {
    /// The instance.
    pub instance: String,
    /// Its store, within its scope; asked again where that makes sense, and not cached.
    pub store: Arc<dyn SecretStore>,
    /// The stores of those mounts that have one of their own, by the mount's path.
    pub stores: BTreeMap<String, Arc<dyn SecretStore>>,
    /// The first token, where the settings do not name one.
    pub bootstrap: Option<BootstrapConfig>,
    /// Where what it does is noted.
    pub bus: Arc<dyn EventBus>,
    /// Where time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub random: Arc<dyn SecureRandom + Send + Sync>,
}

/// A bridge that can answer.
pub struct Opened {
    /// The bridge.
    pub bridge: Arc<Bridge>,
    /// What is to run beside it for as long as it answers: it looks for what has changed of tokens, and wipes what is
    /// remembered too long.
    pub upkeep: BoxFuture<'static, ()>,
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened").field("bridge", &self.bridge).finish_non_exhaustive()
    }
}

/// Why there is no bridge.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// What is wrong with the settings.
    #[error("{} of the bridge make no sense", if .0.len() == 1 { "1 setting".to_owned() } else { format!("{} settings", .0.len()) })]
    Config(Vec<ConfigProblem>),
    /// There is no signing key.
    #[error("the key that tokens are signed with: {0}")]
    Key(#[source] KeyError),
    /// The tokens cannot be read.
    #[error(transparent)]
    Tokens(secret_store::Error),
}

impl BridgeConfig {
    /// Opens a bridge. Makes the key that tokens are signed with where the store has none yet.
    ///
    /// # Errors
    /// [`OpenError`], by what is in the way.
    pub async fn open(&self, with: OpenWith) -> Result<Opened, OpenError> {
        let problems = self.problems();
        if !problems.is_empty() {
            return Err(OpenError::Config(problems));
        }
        let OpenWith { instance, store, stores, bootstrap, bus, clock, random } = with;
        let counts = StoreCounts::default();
        let signing_key = own("signing-key");
        let bootstrap = self.token.as_ref().map(BootstrapTokenConfig::bootstrap).or(bootstrap);
        let unmarked = Arc::clone(&store);
        let store = Anchored::by_the_bridge(store, signing_key.clone());
        let store: Arc<dyn SecretStore> = Arc::new(counts.of(OF_INSTANCE, store, Arc::clone(&clock)));
        let known = SigningKeys::load(&store, &signing_key).await.map_err(OpenError::Key)?;
        let keys = if let Some(keys) = known {
            keys
        } else {
            // Where that is missing, the store may be the empty place of one that is not mounted: nothing is written there.
            if let Some(first) = &bootstrap {
                first.token(&*unmarked).await.map_err(OpenError::Tokens)?;
            }
            SigningKeys::make(&store, &signing_key, &*random).await.map_err(OpenError::Key)?
        };
        let withheld = self.withheld(bootstrap.as_ref().map(|bootstrap| bootstrap.path.clone()));
        let logins = self.logins(&instance, &store, &keys, &clock).await.map_err(OpenError::Config)?;
        let tokens = Tokens::open(
            Arc::clone(&store),
            own("tokens"),
            keys,
            bootstrap,
            self.tokens.config(),
            Arc::clone(&clock),
            random,
        );
        let tokens = Arc::new(tokens.await.map_err(OpenError::Tokens)?);
        let served = |store: Arc<dyn SecretStore>| {
            let numbered = Numbered::new(store, own("records"), Arc::clone(&clock));
            Arc::new(Cached::new(numbered, self.cache.policy(), Arc::clone(&clock)))
        };
        let of_instance = served(store);
        let mut sweepers = vec![of_instance.sweeper().boxed()];
        let mut builder = Builder::new(instance)
            .policies(self.policies.clone())
            .logins(logins)
            .ui(self.ui)
            .cached(self.cache.policy())
            .limits(self.limits.clone())
            .metrics(self.metrics)
            .audit(self.audit)
            .cache(OF_INSTANCE, of_instance.stats());
        for (path, mount) in &self.mounts {
            let store = match stores.get(path) {
                Some(store) => {
                    let store = counts.of(path, mount.anchored(Arc::clone(store)), Arc::clone(&clock));
                    let own = served(Arc::new(store));
                    builder = builder.cache(path, own.stats());
                    sweepers.push(own.sweeper().boxed());
                    own
                }
                None => Arc::clone(&of_instance),
            };
            let store = store.withheld(withheld.clone());
            builder = builder.mount(path, mount.version, mount.part_of(store));
        }
        let bridge = builder
            .stores(counts)
            .build(Arc::clone(&tokens), bus, clock)
            .map_err(|problems| OpenError::Config(problems.iter().map(ConfigProblem::of_policy).collect()))?;
        let bridge = Arc::new(bridge);
        let logins = Arc::clone(&bridge);
        sweepers.push(async move { tokens.keep_fresh().await }.boxed());
        sweepers.push(async move { logins.logins.keep_fresh().await }.boxed());
        Ok(Opened { bridge, upkeep: join_all(sweepers).map(drop).boxed() })
    }
}

impl BridgeConfig {
    /// The paths of the instance's store that are not served, with what is below them: what is the bridge's own, the `first`
    /// token, and what clients log in with.
    #[must_use]
    pub fn withheld(&self, first: Option<SecretPath>) -> Vec<SecretPath> {
        let credentials = self.auth.values().flat_map(AuthConfig::credentials);
        let credentials = credentials.map(|credential| credential.key.clone());
        [own_folder()].into_iter().chain(first).chain(credentials).collect()
    }

    async fn logins(
        &self,
        instance: &str,
        store: &Arc<dyn SecretStore>,
        keys: &SigningKeys,
        clock: &Arc<dyn Clock>,
    ) -> Result<Logins, Vec<ConfigProblem>> {
        let credentials = Credentials::new(
            Arc::clone(store),
            own("logins"),
            keys.of_credentials(),
            Arc::clone(clock),
            self.tokens.patience,
            wanted(&self.auth),
        );
        let throttle = Throttle::new(self.throttle, Arc::clone(clock));
        let name = |method: &str| name_of(instance, method);
        Logins::open(&self.auth, credentials, throttle, self.tokens.refresh, Arc::clone(clock), name).await
    }
}

impl MountConfig {
    fn anchored(&self, store: Arc<dyn SecretStore>) -> Arc<dyn SecretStore> {
        match &self.anchor {
            Some(anchor) => Arc::new(Anchored::by_a_secret(store, anchor.clone())),
            None => store,
        }
    }

    fn part_of(&self, store: impl SecretStore + 'static) -> Arc<dyn SecretStore> {
        let store: Arc<dyn SecretStore> = match &self.scope {
            Some(scope) => Arc::new(store.scoped(scope.clone())),
            None => Arc::new(store),
        };
        if self.read_only { Arc::new(store.read_only()) } else { store }
    }
}

#[expect(clippy::expect_used, reason = "the literals are paths")]
fn own(name: &str) -> SecretPath {
    SecretPath::new(&format!("{SYSTEM}/{name}")).expect("a path")
}

#[expect(clippy::expect_used, reason = "the literal is a path")]
fn own_folder() -> SecretPath {
    SecretPath::new(SYSTEM).expect("a path")
}
