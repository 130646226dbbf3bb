//! Tokens, over a store and between replicas.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bridge::config::BridgeConfig;
use bridge::token::{
    BootstrapConfig, Grant, Identity, Issued, KeyError, Refused, SigningKeys, Tokens, TokensConfig,
};
use bridge::{Bridge, OpenWith};
use events::Operation;
use futures::future::join_all;
use ring::rand::SystemRandom;
use secret_store::{
    Capabilities, ErrorKind, ReadOptions, Result, Secret, SecretFields, SecretPath, SecretStore,
    SecretVersion, StoreInfo, WriteOptions,
};
use serde_json::{Value, json};
use test_kit::{
    Canary, CountingStore, FakeClock, Fault, FaultyStore, Gate, InMemorySecretStore, RecordingEventBus, path,
};

use crate::opened::{ROOT, ask};

pub(crate) const BOOTSTRAP: &str = "a bootstrap token that is long enough";

pub(crate) struct Replica {
    pub(crate) tokens: Tokens,
    clock: Arc<FakeClock>,
}

fn memory() -> Arc<InMemorySecretStore> {
    Arc::new(InMemorySecretStore::new().with("BRIDGE_TOKEN", BOOTSTRAP))
}

async fn opened(store: Arc<dyn SecretStore>, clock: &Arc<FakeClock>) -> Result<Replica> {
    let random = Arc::new(SystemRandom::new());
    let keys = SigningKeys::open(&*store, &path("system/signing-key"), &*random).await;
    let keys = keys.map_err(|error| match error {
        KeyError::Store(error) => error,
        other => panic!("{other}"),
    })?;
    let bootstrap = BootstrapConfig::new(path("BRIDGE_TOKEN"), "value", vec!["root".to_owned()]);
    let mut config = TokensConfig::default();
    config.most = 50;
    let tokens =
        Tokens::open(store, path("system/tokens"), keys, Some(bootstrap), config, clock.clone(), random);
    Ok(Replica { tokens: tokens.await?, clock: Arc::clone(clock) })
}

pub(crate) async fn replica(store: &Arc<impl SecretStore + 'static>, clock: &Arc<FakeClock>) -> Replica {
    opened(Arc::clone(store) as Arc<dyn SecretStore>, clock).await.unwrap()
}

impl Replica {
    pub(crate) fn issue(&self) -> Issued {
        let grant = Grant { policies: vec!["apps".to_owned()], is_renewable: true, ..Grant::default() };
        self.tokens.issue(grant, None).unwrap()
    }

    pub(crate) fn who(&self, token: &str) -> Option<Identity> {
        match self.tokens.authenticate(token.as_bytes()) {
            Ok(identity) => Some(identity),
            Err(Refused::NotGood) => None,
            Err(other) => panic!("{other}"),
        }
    }

    pub(crate) fn knows(&self, issued: &Issued) -> bool {
        self.who(&issued.token).is_some()
    }
}

#[tokio::test]
async fn a_token_of_one_replica_lets_in_at_the_other_until_it_ends() {
    let (store, clock) = (memory(), Arc::new(FakeClock::new()));
    let (one, two) = (replica(&store, &clock).await, replica(&store, &clock).await);
    let issued = one.issue();
    let identity = two.who(&issued.token).unwrap();
    assert_eq!(identity, issued.identity);
    assert_eq!(identity.policies().collect::<Vec<_>>(), ["default", "apps"]);
    assert_eq!(two.tokens.lookup(issued.accessor.as_bytes()).unwrap(), identity);
    assert!(two.tokens.authenticate(issued.accessor.as_bytes()).is_err());
    clock.advance(Duration::from_secs(3599));
    assert!(two.knows(&issued));
    clock.advance(Duration::from_secs(1));
    assert!(!two.knows(&issued) && !one.knows(&issued));
}

#[tokio::test]
async fn a_revocation_holds_at_once_and_at_the_other_replica_after_its_next_look() {
    let (store, clock) = (memory(), Arc::new(FakeClock::new()));
    let (one, two) = (replica(&store, &clock).await, replica(&store, &clock).await);
    let (issued, other) = (one.issue(), one.issue());
    one.tokens.revoke(&issued.identity).await.unwrap();
    assert!(!one.knows(&issued) && one.knows(&other));
    assert!(two.knows(&issued), "it has not looked yet");
    two.tokens.refresh().await.unwrap();
    assert!(!two.knows(&issued) && two.knows(&other));
    // Also after a restart.
    assert!(!replica(&store, &clock).await.knows(&issued));
}

/// A store whose next answer about the record of tokens is on its way for long.
#[derive(Debug)]
struct SlowAnswer {
    inner: Arc<InMemorySecretStore>,
    gate: Mutex<Option<Gate>>,
}

#[async_trait]
impl SecretStore for SlowAnswer {
    fn info(&self) -> StoreInfo {
        self.inner.info()
    }

    async fn read(&self, at: &SecretPath, options: ReadOptions) -> Result<Secret> {
        let answer = self.inner.read(at, options).await;
        let gate = if *at == path("system/tokens") { self.gate.lock().unwrap().take() } else { None };
        if let Some(gate) = gate {
            gate.pass().await;
        }
        answer
    }

    async fn write(
        &self,
        at: &SecretPath,
        fields: SecretFields,
        options: WriteOptions,
    ) -> Result<SecretVersion> {
        self.inner.write(at, fields, options).await
    }

    async fn delete(&self, at: &SecretPath) -> Result<()> {
        self.inner.delete(at).await
    }

    async fn list(&self, prefix: Option<&SecretPath>) -> Result<Vec<SecretPath>> {
        self.inner.list(prefix).await
    }
}

#[tokio::test]
async fn a_slow_look_does_not_bring_back_what_was_revoked_meanwhile() {
    let store = Arc::new(SlowAnswer { inner: memory(), gate: Mutex::default() });
    let one = replica(&store, &Arc::new(FakeClock::new())).await;
    let (issued, other) = (one.issue(), one.issue());
    let gate = Gate::shut();
    *store.gate.lock().unwrap() = Some(gate.clone());
    let revoke = async {
        gate.waiting(1).await;
        one.tokens.revoke(&issued.identity).await.unwrap();
        assert!(!one.knows(&issued));
        gate.open();
    };
    let (looked, ()) = futures::join!(one.tokens.refresh(), revoke);
    looked.unwrap();
    assert!(!one.knows(&issued) && one.knows(&other));
}

#[tokio::test]
async fn what_a_revoked_token_has_made_is_revoked_with_it() {
    let (store, clock) = (memory(), Arc::new(FakeClock::new()));
    let one = replica(&store, &clock).await;
    let parent = one.issue();
    let child = one.tokens.issue(Grant::default(), Some(&parent.identity)).unwrap();
    let grandchild = one.tokens.issue(Grant::default(), Some(&child.identity)).unwrap();
    let orphan = one.tokens.issue(Grant::default(), None).unwrap();
    one.tokens.revoke(&parent.identity).await.unwrap();
    let known = [&parent, &child, &grandchild, &orphan].map(|issued| one.knows(issued));
    assert_eq!(known, [false, false, false, true]);
}

#[tokio::test]
async fn a_renewal_reaches_the_other_replica_and_does_not_go_beyond_the_end() {
    let (store, clock) = (memory(), Arc::new(FakeClock::new()));
    let (one, two) = (replica(&store, &clock).await, replica(&store, &clock).await);
    let issued = one.issue();
    clock.advance(Duration::from_mins(50));
    let renewed = one.tokens.renew(&issued.identity, None).await.unwrap();
    assert_eq!(renewed.expires.unwrap(), issued.identity.expires.unwrap() + 3000);
    two.tokens.refresh().await.unwrap();
    clock.advance(Duration::from_secs(3599));
    assert!(one.knows(&issued) && two.knows(&issued));
    let renewed = two.tokens.renew(&issued.identity, Some(Duration::from_hours(1000))).await.unwrap();
    assert_eq!(renewed.expires, Some(issued.identity.claims.ends));
    let fixed = one.tokens.issue(Grant::default(), None).unwrap();
    let error = one.tokens.renew(&fixed.identity, None).await.unwrap_err();
    assert!(error.to_string().contains("lease is not renewable"), "{error}");
}

#[tokio::test]
async fn a_bootstrap_token_that_is_replaced_is_good_for_a_while_everywhere() {
    let (store, clock) = (memory(), Arc::new(FakeClock::new()));
    let (one, two) = (replica(&store, &clock).await, replica(&store, &clock).await);
    let identity = one.who(BOOTSTRAP).unwrap();
    assert!(identity.is_bootstrap() && identity.policies().eq(["root"]));
    let newer = "another bootstrap token, as long";
    store.put("BRIDGE_TOKEN", SecretFields::plain(newer));
    assert!(one.who(newer).is_none(), "it has not looked yet");
    one.tokens.refresh().await.unwrap();
    assert!(one.who(newer).is_some() && one.who(BOOTSTRAP).is_some());
    two.tokens.refresh().await.unwrap();
    let restarted = replica(&store, &clock).await;
    clock.advance(Duration::from_secs(3599));
    for replica in [&one, &two, &restarted] {
        assert!(replica.who(newer).is_some() && replica.who(BOOTSTRAP).is_some());
    }
    clock.advance(Duration::from_secs(1));
    for replica in [&one, &two, &restarted] {
        assert!(replica.who(newer).is_some() && replica.who(BOOTSTRAP).is_none());
    }
    let error = one.tokens.revoke(&one.who(newer).unwrap()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}

#[tokio::test]
async fn a_bootstrap_token_that_is_missing_or_can_be_guessed_is_an_error() {
    let clock = Arc::new(FakeClock::new());
    let kind = async |store: InMemorySecretStore| {
        let error = opened(Arc::new(store), &clock).await.map(drop).unwrap_err();
        assert!(error.to_string().contains("BRIDGE_TOKEN"), "{error}");
        error.kind()
    };
    assert_eq!(kind(InMemorySecretStore::new()).await, ErrorKind::NotFound);
    assert_eq!(kind(InMemorySecretStore::new().with("BRIDGE_TOKEN", "")).await, ErrorKind::Invalid);
    assert_eq!(
        kind(InMemorySecretStore::new().with("BRIDGE_TOKEN", "fifteen bytes..")).await,
        ErrorKind::Invalid
    );
}

#[tokio::test]
async fn many_revocations_at_once_are_few_writes_and_none_is_lost() {
    let clock = Arc::new(FakeClock::new());
    let slow = FaultyStore::new(InMemorySecretStore::new().with("BRIDGE_TOKEN", BOOTSTRAP));
    let store = Arc::new(CountingStore::new(slow));
    let (one, two) = (replica(&store, &clock).await, replica(&store, &clock).await);
    let issued: Vec<_> = (0..40).map(|_| one.issue()).collect();
    store.reset();
    store.inner().inject(Fault::delayed(Duration::from_millis(5)).on(Operation::Write));
    let revoke = |(number, issued): (usize, &'_ Issued)| {
        let replica = if number % 2 == 0 { &one } else { &two };
        let identity = issued.identity.clone();
        async move { replica.tokens.revoke(&identity).await }
    };
    for answer in join_all(issued.iter().enumerate().map(revoke)).await {
        answer.unwrap();
    }
    let writes = store.counts().writes.len();
    assert!(writes <= 10, "{writes} writes");
    for replica in [&one, &two] {
        replica.tokens.refresh().await.unwrap();
        assert!(issued.iter().all(|issued| !replica.knows(issued)));
    }
}

#[tokio::test]
async fn when_there_are_too_many_revocations_everything_before_is_refused() {
    let (store, clock) = (memory(), Arc::new(FakeClock::new()));
    let one = replica(&store, &clock).await;
    let kept = one.issue();
    for _ in 0..51 {
        one.tokens.revoke(&one.issue().identity).await.unwrap();
    }
    assert!(!one.knows(&kept), "what was made before is refused");
    clock.advance(Duration::from_secs(1));
    assert!(one.knows(&one.issue()));
    assert!(one.who(BOOTSTRAP).is_some());
}

#[tokio::test]
async fn a_store_that_is_down_is_believed_for_a_while_and_then_nobody_is() {
    let clock = Arc::new(FakeClock::new());
    let store = Arc::new(FaultyStore::new(InMemorySecretStore::new().with("BRIDGE_TOKEN", BOOTSTRAP)));
    let one = replica(&store, &clock).await;
    let issued = one.issue();
    store.inject(Fault::failing(ErrorKind::Unavailable));
    assert!(one.tokens.refresh().await.is_err());
    assert!(one.knows(&issued));
    assert!(one.tokens.revoke(&issued.identity).await.is_err());
    clock.advance(Duration::from_secs(301));
    assert!(one.tokens.refresh().await.is_err());
    let refused = one.tokens.authenticate(issued.token.as_bytes()).unwrap_err();
    assert!(matches!(refused, Refused::Unknown(_)), "{refused}");
    store.mend();
    one.tokens.refresh().await.unwrap();
    assert!(one.knows(&issued));
}

#[tokio::test]
async fn two_replicas_that_begin_at_once_sign_with_one_key() {
    let (store, clock) = (memory(), Arc::new(FakeClock::new()));
    let replicas = join_all((0..8).map(|_| replica(&store, &clock))).await;
    let issued: Vec<_> = replicas.iter().map(Replica::issue).collect();
    for replica in &replicas {
        assert!(issued.iter().all(|issued| replica.knows(issued)));
    }
}

async fn bridge_over(store: &Arc<InMemorySecretStore>, clock: &FakeClock) -> Arc<Bridge> {
    let config: BridgeConfig =
        serde_json::from_value(json!({ "token": { "source": "BRIDGE_TOKEN" } })).unwrap();
    let with = OpenWith {
        instance: "acme".to_owned(),
        store: Arc::<InMemorySecretStore>::clone(store),
        stores: BTreeMap::new(),
        bootstrap: None,
        bus: Arc::new(RecordingEventBus::new()),
        clock: Arc::new(clock.clone()),
        random: Arc::new(SystemRandom::new()),
    };
    config.open(with).await.unwrap().bridge
}

#[tokio::test]
async fn a_token_whose_renewal_is_not_known_here_can_be_revoked_here() {
    let (store, clock) = (Arc::new(InMemorySecretStore::new().with("BRIDGE_TOKEN", ROOT)), FakeClock::new());
    let (one, two) = (bridge_over(&store, &clock).await, bridge_over(&store, &clock).await);
    let status = async |bridge: &Bridge, token: &str, target: &str| {
        ask(bridge, "127.0.0.1", token, "PUT", &format!("/v1/auth/token/{target}")).await.status.as_u16()
    };
    let make = async |settings: &str| {
        let answer = ask(&one, "127.0.0.1", ROOT, "PUT", &format!("/v1/auth/token/create {settings}")).await;
        let made: Value = serde_json::from_slice(&answer.body).unwrap();
        ["client_token", "accessor"].map(|name| made["auth"][name].as_str().unwrap().to_owned())
    };
    for endpoint in ["revoke", "revoke-orphan", "revoke-accessor"] {
        let [token, accessor] = &make(r#"{"ttl":"2m"}"#).await;
        clock.advance(Duration::from_secs(90));
        assert_eq!(status(&one, token, "renew-self {}").await, 200);
        clock.advance(Duration::from_mins(1));
        assert_eq!(status(&one, token, "lookup-self").await, 200, "it was renewed");
        assert_eq!(status(&two, token, "lookup-self").await, 403, "it has not heard of that");
        let shown = format!(r#"{{"token":"{token}","accessor":"{accessor}"}}"#);
        assert_eq!(status(&two, ROOT, &format!("{endpoint} {shown}")).await, 204, "{endpoint}");
        let restarted = bridge_over(&store, &clock).await;
        assert_eq!(status(&restarted, token, "lookup-self").await, 403, "{endpoint}");
    }
    // What nobody can have renewed is not there any more.
    let [token, _] = &make(r#"{"ttl":"2m","renewable":false}"#).await;
    clock.advance(Duration::from_mins(2));
    assert_eq!(status(&two, ROOT, &format!(r#"revoke-orphan {{"token":"{token}"}}"#)).await, 400);
}

/// As version 1 of the key/value engine: it refuses every precondition.
fn without_check_and_set() -> InMemorySecretStore {
    let mut capabilities = Capabilities::full();
    capabilities.check_and_set = false;
    InMemorySecretStore::with_capabilities(capabilities).with("BRIDGE_TOKEN", BOOTSTRAP)
}

#[tokio::test]
async fn a_store_without_check_and_set_keeps_the_key_and_what_was_revoked() {
    let (store, clock) = (Arc::new(without_check_and_set()), Arc::new(FakeClock::new()));
    let one = replica(&store, &clock).await;
    let (issued, other) = (one.issue(), one.issue());
    one.tokens.revoke(&issued.identity).await.unwrap();
    let restarted = replica(&store, &clock).await;
    assert!(restarted.who(BOOTSTRAP).is_some());
    assert!(!restarted.knows(&issued) && restarted.knows(&other));
}

#[tokio::test]
async fn without_check_and_set_the_key_that_is_there_afterwards_is_the_one() {
    let (gate, clock) = (Gate::shut(), Arc::new(FakeClock::new()));
    let of_key = |fault: Fault| fault.on(Operation::Read).at("system/signing-key").times(1);
    // It looks for a key, makes one, and looks again.
    let store = FaultyStore::new(without_check_and_set())
        .with(of_key(Fault::delayed(Duration::ZERO)))
        .with(of_key(Fault::held_by(&gate)));
    let store = Arc::new(store);
    let somebody_else = async {
        gate.waiting(1).await;
        let key = SecretFields::new().with("k0001".parse().unwrap(), "0f".repeat(32).as_str());
        store.inner().put("system/signing-key", key);
        gate.open();
    };
    let (one, ()) = futures::join!(replica(&store, &clock), somebody_else);
    let issued = one.issue();
    assert!(replica(&store, &clock).await.knows(&issued));
}

#[tokio::test]
async fn a_revocation_that_a_write_was_lost_of_is_tried_by_the_next() {
    let clock = Arc::new(FakeClock::new());
    let store = Arc::new(FaultyStore::new(InMemorySecretStore::new().with("BRIDGE_TOKEN", BOOTSTRAP)));
    let one = replica(&store, &clock).await;
    let issued = one.issue();
    store.inject(Fault::failing(ErrorKind::Unavailable).on(Operation::Write).times(1));
    assert!(one.tokens.revoke(&issued.identity).await.is_err());
    assert!(one.knows(&issued), "what is not in the store does not hold");
    one.tokens.revoke(&issued.identity).await.unwrap();
    assert!(!one.knows(&issued));
}

#[tokio::test]
async fn no_token_is_shown() {
    let canary = Canary::random();
    let store = Arc::new(InMemorySecretStore::new().with("BRIDGE_TOKEN", canary.text()));
    let one = replica(&store, &Arc::new(FakeClock::new())).await;
    canary.assert_absent_in_debug(&one.tokens);
    canary.assert_absent_in_debug(&one.who(canary.text()).unwrap());
    let issued = one.issue();
    let token = Canary::of(issued.token.as_bytes());
    token.assert_absent_in_debug(&issued);
    token.assert_absent_in_debug(&one.who(&issued.token).unwrap());
    assert!(one.clock.sleeps().is_empty());
}
