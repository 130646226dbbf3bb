//! The provider behind a proxy that breaks what passes: nothing hangs, nothing that is there is said to be missing, nothing is
//! written twice, and no answer is believed that the server did not give.

mod fault;
mod login;
mod mix;
mod preflight;
mod read;
mod retry_after;
mod write;

use std::sync::Arc;
use std::time::Duration;

use events::{Clock as _, SystemClock};
use secret_store::provider::vault::{VaultConfig, VaultStore};
use secret_store::wrapper::{RetryPolicy, Retrying};
use secret_store::{
    Environment, Error, ErrorKind, OpenContext, ReadOptions, Result, SecretFields, SecretPath, SecretStore,
    SecretStoreExt as _, WriteOptions,
};
use serde_json::{Value, json};
use test_kit::openbao::OpenBao;
use test_kit::proxy::{Fault, Proxy, Rule};
use test_kit::{Canary, FakeClock, field, path};
use tokio::time::timeout;

use crate::shared::dev;

/// Longer than the server ever takes, so that only what a fault holds back is given up.
const REQUEST_TIMEOUT: &str = "2s";
/// An operation that takes longer than its few attempts can is one that hangs.
const HANGS: Duration = Duration::from_secs(90);

/// A mount of its own in the shared server, with one secret in it, and a store that reaches it through a proxy of its own.
struct Troubled {
    mount: String,
    version: u8,
    proxy: Proxy,
    store: Retrying<VaultStore>,
    /// What everybody who waits on purpose asks; it moves itself.
    clock: FakeClock,
    /// What the one secret holds, and what therefore no error may show.
    canary: Canary,
    /// The same secrets, without the proxy.
    witness: VaultStore,
}

impl Troubled {
    /// With the key/value engine of this version.
    async fn new(version: u8) -> Self {
        Self::with(version, |mount| json!({ "mount": mount }), "root").await
    }

    /// With these settings, which know their mount, and this token.
    async fn with(version: u8, settings: impl FnOnce(&str) -> Value, token: &str) -> Self {
        let mount = dev().mount_kv(version);
        let proxy = Proxy::start(([127, 0, 0, 1], dev().port()).into()).await.unwrap();
        let mut settings = settings(&mount);
        settings["address"] = json!(proxy.url());
        settings["request_timeout"] = json!(REQUEST_TIMEOUT);
        let clock = clock_ahead();
        let store = retrying(open(settings, token, &clock).await, &clock);
        let settings = json!({ "mount": mount, "address": dev().address() });
        let witness = open(settings, OpenBao::DEV_TOKEN, &clock).await;
        let canary = Canary::seeded(7);
        witness.write(&path("app/db"), old(&canary), WriteOptions::replace()).await.unwrap();
        Self { mount, version, proxy, store, clock, canary, witness }
    }

    /// Where in the API the secrets are.
    fn data(&self) -> String {
        match self.version {
            1 => format!("/v1/{}/", self.mount),
            _ => format!("/v1/{}/data/", self.mount),
        }
    }

    /// Everything below the mount has this fault, so many times.
    fn inject(&self, fault: &Fault, times: usize) {
        self.proxy.inject(Rule::new(fault.clone()).under(&format!("/v1/{}", self.mount)).times(times));
    }

    /// After a fault, the proxy and its notes are as new.
    fn mend(&self) {
        self.proxy.mend();
        self.proxy.forget();
    }

    /// What the server holds, and as which version.
    async fn truth(&self, at: &str) -> (SecretFields, u64) {
        let secret = self.witness.read(&path(at), ReadOptions::current()).await.unwrap();
        let version = secret.version.map_or(0, |version| version.as_str().parse().unwrap());
        ((*secret.fields).clone(), version)
    }

    /// Removes all that there is or ever was at the path.
    fn forget(&self, at: &SecretPath) {
        let mount = format!("-mount={}", self.mount);
        let how: &[&str] = if self.version == 1 { &["kv", "delete"] } else { &["kv", "metadata", "delete"] };
        dev().run(&[how, &[&mount, at.as_str()]].concat());
    }

    /// How many versions were written at the path, by the server's own client; 0 where there is nothing, or no versions.
    fn current_version(&self, at: &str) -> u64 {
        if self.version == 1 {
            return 0;
        }
        let mount = format!("-mount={}", self.mount);
        let asked = dev().command().args(["kv", "metadata", "get", "-format=json", &mount, at]).output();
        let metadata: Value = serde_json::from_slice(&asked.unwrap().stdout).unwrap_or_default();
        metadata["data"]["current_version"].as_u64().unwrap_or_default()
    }

    /// An error that says nothing of a value, and does not say that what is there is missing.
    #[track_caller]
    fn expect_honest(&self, error: &Error, fault: &Fault) {
        self.canary.assert_absent_in_error(error);
        assert_ne!(error.kind(), ErrorKind::NotFound, "{fault:?}: {error}");
    }
}

/// Moves itself, and is ahead of the server: what the server has just deleted is deleted by this clock, too.
fn clock_ahead() -> FakeClock {
    let clock = FakeClock::self_advancing();
    let behind = SystemClock::new().now().duration_since(clock.now());
    clock.advance(behind.try_into().unwrap());
    clock.advance(Duration::from_hours(24));
    clock
}

/// What the one secret holds at first.
fn old(canary: &Canary) -> SecretFields {
    SecretFields::new().with(field("password"), canary.value()).with(field("user"), "ada")
}

/// Asked again as by default, with waits that only the clock sees.
fn retrying(store: VaultStore, clock: &FakeClock) -> Retrying<VaultStore> {
    store.retrying(RetryPolicy::default(), Arc::new(clock.clone())).with_seed(1)
}

async fn open(settings: Value, token: &str, clock: &FakeClock) -> VaultStore {
    let config: VaultConfig = serde_json::from_value(settings).unwrap();
    let context = OpenContext::new(dev().folder())
        .with_environment(Environment::fixed([("BAO_TOKEN", token)]))
        .with_clock(Arc::new(clock.clone()));
    config.open(&context).await.unwrap()
}

/// The outcome, which there must be.
async fn ended<T>(what: &Fault, operation: impl Future<Output = T>) -> T {
    timeout(HANGS, operation).await.unwrap_or_else(|_| panic!("it hangs under {what:?}"))
}

/// The same for an operation that must not fail.
async fn succeeded<T>(what: &Fault, operation: impl Future<Output = Result<T>>) -> T {
    ended(what, operation).await.unwrap_or_else(|error| panic!("{what:?}: {error}"))
}
