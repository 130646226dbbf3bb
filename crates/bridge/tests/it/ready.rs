//! What load balancers are told.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use async_trait::async_trait;
use bridge::config::BridgeConfig;
use bridge::token::BootstrapConfig;
use bridge::{Bridge, Handler as _, OpenWith, Peer, Request};
use events::{Event, EventBus, PublishError, Silent};
use ring::rand::SystemRandom;
use secret_store::ErrorKind;
use serde_json::json;
use test_kit::{FakeClock, InMemorySecretStore, path};

use crate::opened::{opened, opened_with};

async fn bridge(bootstrap: Option<BootstrapConfig>) -> Arc<Bridge> {
    let with = OpenWith {
        instance: "acme".to_owned(),
        store: Arc::new(InMemorySecretStore::new().with("BRIDGE_TOKEN", "root-token-of-the-tests")),
        stores: BTreeMap::new(),
        bootstrap,
        bus: Arc::new(Silent),
        clock: Arc::new(FakeClock::new()),
        random: Arc::new(SystemRandom::new()),
    };
    BridgeConfig::default().open(with).await.unwrap().bridge
}

/// The statuses of `/healthz`, `/readyz` and `sys/health`.
async fn statuses(bridge: &Bridge) -> Vec<u16> {
    let mut statuses = Vec::new();
    for path in ["/healthz", "/readyz", "/v1/sys/health"] {
        let request = Request {
            method: http::Method::GET,
            path: path.into(),
            query: Box::default(),
            headers: http::HeaderMap::new(),
            body: Vec::new().into(),
            peer: Peer::at([127, 0, 0, 1].into()),
        };
        statuses.push(bridge.handle(request).await.status.as_u16());
    }
    statuses
}

#[tokio::test]
async fn a_bridge_is_ready_until_it_is_told_to_end() {
    let bootstrap = BootstrapConfig::new(path("BRIDGE_TOKEN"), "value", vec!["root".to_owned()]);
    let bridge = bridge(Some(bootstrap)).await;
    assert_eq!(statuses(&bridge).await, [200, 200, 200]);
    bridge.drain();
    assert_eq!(statuses(&bridge).await, [200, 503, 429]);
}

#[tokio::test]
async fn a_bridge_without_a_first_token_is_not_initialized() {
    assert_eq!(statuses(&*bridge(None).await).await, [200, 503, 501]);
}

#[tokio::test]
async fn a_bridge_that_is_not_ready_says_why() {
    let opened = opened(json!({ "tokens": { "refresh": "5s", "patience": "1m" } })).await;
    let upkeep = tokio::spawn(opened.upkeep);
    let (bridge, clock, store) = (&opened.bridge, &opened.clock, &opened.store);
    let ready = async || {
        let request = Request {
            method: http::Method::GET,
            path: "/readyz".into(),
            query: Box::default(),
            headers: http::HeaderMap::new(),
            body: Vec::new().into(),
            peer: Peer::at([127, 0, 0, 1].into()),
        };
        let answer = bridge.handle(request).await;
        format!("{} {}", answer.status.as_u16(), str::from_utf8(&answer.body).unwrap())
    };
    // The sweeper of the cache, and the one who looks for changes.
    let later = async |seconds| {
        clock.sleepers(2).await;
        clock.advance(std::time::Duration::from_secs(seconds));
        clock.sleepers(2).await;
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
    };
    insta::assert_snapshot!(ready().await, @"200 ok");
    store.inner().inject(test_kit::Fault::failing(ErrorKind::Unavailable));
    later(5).await;
    insta::assert_snapshot!(ready().await);
    later(70).await;
    insta::assert_snapshot!(ready().await);
    store.inner().mend();
    later(5).await;
    insta::assert_snapshot!(ready().await, @"200 ok");
    bridge.drain();
    insta::assert_snapshot!(ready().await);
    upkeep.abort();
}

/// A bus that takes events while it is told to, and counts them.
#[derive(Debug, Default)]
struct Switch {
    is_off: AtomicBool,
    taken: AtomicUsize,
}

#[async_trait]
impl EventBus for Switch {
    async fn publish(&self, _event: &Event) -> Result<(), PublishError> {
        if self.is_off.load(Ordering::SeqCst) {
            return Err(PublishError { failures: vec![("a log".to_owned(), "no room".into())], taken: 0 });
        }
        self.taken.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

#[tokio::test]
async fn a_bridge_that_cannot_audit_is_not_ready_until_it_can_and_nobody_is_answered() {
    for (fail_closed, status, answered) in [(true, 503, 503), (false, 200, 200)] {
        let bus = Arc::new(Switch::default());
        let opened =
            opened_with(json!({ "audit": { "fail_closed": fail_closed } }), Arc::<Switch>::clone(&bus)).await;
        assert_eq!(opened.send("GET", "/v1/sys/mounts").await.0, 200);
        assert_eq!(opened.ready().await, (200, "ok\n".to_owned()));
        bus.is_off.store(true, Ordering::SeqCst);
        assert_eq!(opened.ready().await.0, 200, "nothing is known of it yet");
        assert_eq!(opened.send("GET", "/v1/sys/mounts").await.0, answered);
        let told = opened.ready().await;
        assert_eq!(told.0, status);
        insta::assert_snapshot!(format!("fail_closed_{fail_closed}"), told.1);
        bus.is_off.store(false, Ordering::SeqCst);
        assert_eq!(opened.ready().await, (200, "ok\n".to_owned()), "it tries, as nobody else would");
        assert_eq!(opened.send("GET", "/v1/sys/mounts").await.0, 200);
        assert_eq!(bus.taken.load(Ordering::SeqCst), 3, "that it tried is noted as well");
    }
}
