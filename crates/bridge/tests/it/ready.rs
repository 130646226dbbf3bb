//! What load balancers are told.

use std::collections::BTreeMap;
use std::sync::Arc;

use bridge::config::BridgeConfig;
use bridge::token::BootstrapConfig;
use bridge::{Bridge, Handler as _, OpenWith, Peer, Request};
use events::Silent;
use ring::rand::SystemRandom;
use test_kit::{FakeClock, InMemorySecretStore, path};

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
