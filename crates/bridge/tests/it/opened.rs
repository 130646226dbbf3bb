//! A bridge opened from settings, over a store that counts and that fails when it is told to.

use std::collections::BTreeMap;
use std::sync::Arc;

use bridge::config::BridgeConfig;
use bridge::{Bridge, Handler as _, OpenWith, Peer, Request, Response};
use events::EventBus;
use futures::future::BoxFuture;
use ring::rand::SystemRandom;
use secret_store::provider::memory::MemoryStore;
use secret_store::{ErrorKind, SecretFields, SecretStore as _, WriteOptions};
use test_kit::{CountingStore, FakeClock, Fault, FaultyStore, RecordingEventBus, path};

pub(crate) const ROOT: &str = "root-token-of-the-tests";

pub(crate) struct Opened {
    pub(crate) bridge: Arc<Bridge>,
    pub(crate) clock: FakeClock,
    pub(crate) store: Arc<CountingStore<FaultyStore<MemoryStore>>>,
    pub(crate) upkeep: BoxFuture<'static, ()>,
}

/// With these settings, beside the first token.
pub(crate) async fn opened(settings: serde_json::Value) -> Opened {
    opened_with(settings, Arc::new(RecordingEventBus::new())).await
}

pub(crate) async fn opened_with(mut settings: serde_json::Value, bus: Arc<dyn EventBus>) -> Opened {
    let clock = FakeClock::new();
    let store = MemoryStore::new(Arc::new(clock.clone()));
    let token = SecretFields::plain(ROOT);
    store.write(&path("BRIDGE_TOKEN"), token, WriteOptions::replace()).await.unwrap();
    let store = Arc::new(CountingStore::new(FaultyStore::new(store)));
    settings["token"] = serde_json::json!({ "source": "BRIDGE_TOKEN" });
    let config: BridgeConfig = serde_json::from_value(settings).unwrap();
    let with = OpenWith {
        instance: "acme".to_owned(),
        store: store.clone(),
        stores: BTreeMap::new(),
        bootstrap: None,
        bus,
        clock: Arc::new(clock.clone()),
        random: Arc::new(SystemRandom::new()),
    };
    let bridge::Opened { bridge, upkeep } = config.open(with).await.unwrap();
    Opened { bridge, clock, store, upkeep }
}

pub(crate) async fn ask(bridge: &Bridge, address: &str, token: &str, method: &str, target: &str) -> Response {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let (target, body) = path.split_once(' ').unwrap_or((path, ""));
    let mut headers = http::HeaderMap::new();
    if !token.is_empty() {
        headers.insert("x-vault-token", token.parse().unwrap());
    }
    let request = Request {
        method: method.parse().unwrap(),
        path: target.into(),
        query: query.into(),
        headers,
        body: body.as_bytes().to_vec().into(),
        peer: Peer::at(address.parse().unwrap()),
    };
    bridge.handle(request).await
}

impl Opened {
    pub(crate) async fn from(&self, address: &str, token: &str, method: &str, target: &str) -> Response {
        ask(&self.bridge, address, token, method, target).await
    }

    /// With the first token; a body follows the path after a space.
    pub(crate) async fn send(&self, method: &str, target: &str) -> (u16, String) {
        let answer = self.from("127.0.0.1", ROOT, method, target).await;
        (answer.status.as_u16(), text(&answer))
    }

    /// What load balancers see.
    pub(crate) async fn ready(&self) -> (u16, String) {
        let answer = self.from("127.0.0.1", "", "GET", "/readyz").await;
        (answer.status.as_u16(), text(&answer))
    }

    /// The metrics, but for those of the process, those of each sorted: they come in any order.
    pub(crate) async fn metrics(&self) -> String {
        let (status, text) = self.send("GET", "/metrics").await;
        assert_eq!(status, 200, "{text}");
        let (mut sorted, mut samples) = (String::new(), Vec::new());
        for line in text.lines().filter(|line| !line.contains("process_")).chain(["# "]) {
            if line.starts_with('#') {
                samples.sort_unstable();
                sorted.extend(samples.drain(..).map(|sample| format!("{sample}\n")));
                sorted.push_str(line);
                sorted.push('\n');
            } else {
                samples.push(line);
            }
        }
        sorted.trim_end_matches("# \n").to_owned()
    }

    /// The lines of this metric.
    pub(crate) async fn metric(&self, name: &str) -> Vec<String> {
        let metrics = self.metrics().await;
        metrics.lines().filter(|line| line.starts_with(name)).map(str::to_owned).collect()
    }

    pub(crate) async fn put(&self, at: &str, value: &str) {
        let target = format!(r#"/v1/secret/data/{at} {{"data":{{"password":"{value}"}}}}"#);
        let (status, text) = self.send("PUT", &target).await;
        assert_eq!(status, 200, "{text}");
    }

    pub(crate) fn fail(&self, kind: ErrorKind) {
        self.store.inner().inject(Fault::failing(kind));
    }

    pub(crate) fn mend(&self) {
        self.store.inner().mend();
    }
}

pub(crate) fn text(answer: &Response) -> String {
    str::from_utf8(&answer.body).unwrap().to_owned()
}
