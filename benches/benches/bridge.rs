//! One read, from the request to the answer, without a socket: token, policy, cache, encoding, audit line.

use std::collections::BTreeMap;
use std::sync::Arc;

use benches::{Kind, Sample};
use bridge::config::BridgeConfig;
use bridge::token::BootstrapConfig;
use bridge::{Bridge, Handler as _, OpenWith, Peer, Request, Response};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use events::{AuditLog, EventBus, FanOut, Label, Silent, SystemClock};
use http::{HeaderMap, HeaderValue, Method};
use ring::rand::SystemRandom;
use secret_store::SecretFields;
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

const COUNT: usize = 1000;
const ROOT: &str = "the-first-token-of-the-bench";

fn request(method: Method, path: &str, token: &str, body: &str) -> Request {
    let mut headers = HeaderMap::new();
    headers.insert("x-vault-token", HeaderValue::from_str(token).expect("a token"));
    let body = body.as_bytes().to_vec().into();
    let peer = Peer::at([127, 0, 0, 1].into());
    Request { method, path: path.into(), query: Box::default(), headers, body, peer }
}

/// A bridge over a sample in memory, and a token of a policy.
fn opened(runtime: &Runtime, sample: &Sample, bus: Arc<dyn EventBus>) -> (Arc<Bridge>, String) {
    let store = sample.store();
    store.put("BRIDGE_TOKEN", SecretFields::plain(ROOT));
    let config: BridgeConfig = serde_json::from_value(serde_json::json!({
        "policies": { "reader": [{ "path": "secret/data/*", "capabilities": ["read"] }] },
    }))
    .expect("settings");
    let first = "BRIDGE_TOKEN".parse().expect("a path");
    let with = OpenWith {
        instance: "bench".to_owned(),
        store: Arc::new(store),
        stores: BTreeMap::new(),
        bootstrap: Some(BootstrapConfig::new(first, "value", vec!["root".to_owned()])),
        bus,
        clock: Arc::new(SystemClock::new()),
        random: Arc::new(SystemRandom::new()),
    };
    let bridge = runtime.block_on(config.open(with)).expect("a bridge").bridge;
    let body = r#"{"policies":["reader"],"ttl":"24h"}"#;
    let made = runtime.block_on(bridge.handle(request(Method::POST, "/v1/auth/token/create", ROOT, body)));
    let made: Value = serde_json::from_slice(&made.body).expect("an answer");
    let token = made.pointer("/auth/client_token").and_then(Value::as_str).expect("a token").to_owned();
    (bridge, token)
}

fn reads(criterion: &mut Criterion) {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let sample = Sample::new(COUNT, Kind::Text);
    let folder = tempfile::tempdir().expect("a folder");
    let log = AuditLog::open(folder.path(), "bench", Label::new("bench")).expect("a log");
    let buses: [(&str, Arc<dyn EventBus>); 2] =
        [("no audit log", Arc::new(Silent)), ("audit log", Arc::new(FanOut::new().with(log)))];
    let mut group = criterion.benchmark_group("a read that is remembered");
    for (name, bus) in buses {
        let (bridge, token) = opened(&runtime, &sample, bus);
        let mut paths = sample.secrets().iter().map(|(path, _)| format!("/v1/secret/data/{path}")).cycle();
        let mut next = || request(Method::GET, &paths.next().expect("a path"), &token, "");
        let answered = |answer: &Response| assert_eq!(answer.status.as_u16(), 200);
        for at_once in [1_usize, 32] {
            group.throughput(Throughput::Elements(at_once as u64));
            group.bench_function(format!("{name}, {at_once} at once"), |bencher| {
                bencher.iter(|| {
                    let asked = (0..at_once).map(|_| bridge.handle(next()));
                    runtime.block_on(futures::future::join_all(asked)).iter().for_each(answered);
                });
            });
        }
    }
}

criterion_group!(benches, reads);
criterion_main!(benches);
