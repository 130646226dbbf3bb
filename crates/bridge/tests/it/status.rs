//! What the bridge tells of itself and of what it was asked: to whom, and what never.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bridge::config::BridgeConfig;
use bridge::{Bridge, Handler as _, OpenWith, Peer, Request, Response};
use events::{Event, EventBus, PublishError};
use futures::future::BoxFuture;
use ring::rand::SystemRandom;
use secret_store::provider::memory::MemoryStore;
use secret_store::{ErrorKind, SecretFields, SecretStore as _, SecretValue, WriteOptions};
use serde_json::Value;
use test_kit::{Canary, FakeClock, Fault, FaultyStore, path};

pub(crate) const ROOT: &str = "root-token-of-the-tests";
pub(crate) const STATUS: &str = "/v1/sys/internal/secretbridge/status";

const POLICIES: &str = r#""watcher": [{"path": "sys/internal/secretbridge/status", "capabilities": ["read"]}],
    "shop": [{"path": "secret/data/shop/*", "capabilities": ["read"]}],
    "folders": [{"path": "secret/metadata/shop/*", "capabilities": ["list"]}],
    "writer": [{"path": "secret/data/*", "capabilities": ["create", "update"]}]"#;

/// A bus that refuses when it is told to.
#[derive(Debug, Default)]
struct Refusing(std::sync::atomic::AtomicBool);

#[async_trait::async_trait]
impl EventBus for Refusing {
    async fn publish(&self, _: &Event) -> Result<(), PublishError> {
        if self.0.load(std::sync::atomic::Ordering::Relaxed) {
            return Err(PublishError { failures: Vec::new(), taken: 0 });
        }
        Ok(())
    }
}

/// A bridge over a store that can be broken, at a time that can be moved.
pub(crate) struct Watched {
    pub(crate) bridge: Arc<Bridge>,
    pub(crate) clock: FakeClock,
    pub(crate) store: Arc<FaultyStore<MemoryStore>>,
    bus: Arc<Refusing>,
    upkeep: Option<BoxFuture<'static, ()>>,
}

pub(crate) async fn watched(settings: &str) -> Watched {
    let clock = FakeClock::new();
    let memory = MemoryStore::new(Arc::new(clock.clone()));
    let fields = SecretFields::plain(SecretValue::new(ROOT.as_bytes()));
    memory.write(&path("BRIDGE_TOKEN"), fields, WriteOptions::replace()).await.unwrap();
    let store = Arc::new(FaultyStore::new(memory));
    let settings =
        format!(r#"{{"token": {{"source": "BRIDGE_TOKEN"}}, "policies": {{{POLICIES}}} {settings}}}"#);
    let config: BridgeConfig = serde_json::from_str(&settings).unwrap();
    let bus = Arc::new(Refusing::default());
    let with = OpenWith {
        instance: "acme".to_owned(),
        store: Arc::<FaultyStore<MemoryStore>>::clone(&store),
        stores: BTreeMap::new(),
        bootstrap: None,
        bus: Arc::<Refusing>::clone(&bus),
        clock: Arc::new(clock.clone()),
        random: Arc::new(SystemRandom::new()),
    };
    let opened = config.open(with).await.unwrap();
    Watched { bridge: opened.bridge, clock, store, bus, upkeep: Some(opened.upkeep) }
}

impl Watched {
    pub(crate) async fn respond(&self, token: &str, method: &str, target: &str, body: &str) -> Response {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut headers = http::HeaderMap::new();
        if !token.is_empty() {
            headers.insert("x-vault-token", token.parse().unwrap());
        }
        let request = Request {
            method: method.parse().unwrap(),
            path: path.into(),
            query: query.into(),
            headers,
            body: body.as_bytes().to_vec().into(),
            peer: Peer::at([192, 0, 2, 7].into()),
        };
        self.bridge.handle(request).await
    }

    /// The status of an answer.
    pub(crate) async fn send(&self, token: &str, method: &str, target: &str, body: &str) -> u16 {
        self.respond(token, method, target, body).await.status.as_u16()
    }

    pub(crate) async fn get(&self, path: &str) -> u16 {
        self.send(ROOT, "GET", &format!("/v1/secret/data/{path}"), "").await
    }

    pub(crate) async fn put(&self, path: &str) {
        let target = format!("/v1/secret/data/{path}");
        assert_eq!(self.send(ROOT, "PUT", &target, r#"{"data":{"k":"v"}}"#).await, 200);
    }

    /// What the holder of this token is told.
    pub(crate) async fn status_for(&self, token: &str, query: &str) -> Value {
        let answer = self.respond(token, "GET", &format!("{STATUS}?{query}"), "").await;
        assert_eq!(answer.status, 200, "{}", str::from_utf8(&answer.body).unwrap());
        serde_json::from_slice::<Value>(&answer.body).unwrap()["data"].take()
    }

    pub(crate) async fn status(&self) -> Value {
        self.status_for(ROOT, "").await
    }

    pub(crate) async fn token_for(&self, policies: &str) -> String {
        let body = format!(r#"{{"policies":[{policies}]}}"#);
        let made = self.respond(ROOT, "POST", "/v1/auth/token/create", &body).await;
        let made: Value = serde_json::from_slice(&made.body).unwrap();
        made["auth"]["client_token"].as_str().unwrap().to_owned()
    }

    pub(crate) fn wait(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }
}

/// What was told, without what is another each time.
fn shown(mut told: Value) -> String {
    fn redact(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    match value {
                        Value::String(text) if matches!(&**name, "actor" | "request_id" | "version") => {
                            *text = format!("<{name}>");
                        }
                        value => redact(value),
                    }
                }
            }
            Value::Array(values) => values.iter_mut().for_each(redact),
            _ => {}
        }
    }
    redact(&mut told);
    serde_json::to_string_pretty(&told).unwrap()
}

pub(crate) fn paths(told: &Value) -> Vec<&str> {
    told["paths"]["rows"].as_array().unwrap().iter().map(|row| row["path"].as_str().unwrap()).collect()
}

fn errors(told: &Value) -> Vec<String> {
    let errors = told["errors"].as_array().unwrap().iter();
    errors.map(|e| format!("{} {} {}", e["status"], e["category"].as_str().unwrap(), e["path"])).collect()
}

#[tokio::test]
async fn it_tells_who_read_what_when_and_what_went_wrong() {
    let watched = watched(r#", "cache": {"ttl": "10s"}"#).await;
    watched.put("shop/db").await;
    for _ in 0..4 {
        watched.wait(60);
        watched.get("shop/db").await;
    }
    watched.store.inject(Fault::failing(ErrorKind::Unavailable).at("shop/broken"));
    watched.get("shop/broken").await;
    watched.wait(1);
    watched.get("shop/broken").await;
    watched.get("none").await;
    watched.send("wrong", "GET", "/v1/secret/data/shop/db", "").await;
    watched.send(ROOT, "LIST", "/v1/secret/metadata/shop/", "").await;
    watched.wait(30);
    insta::assert_snapshot!(shown(watched.status().await));
}

#[tokio::test]
async fn a_fresh_bridge_has_nothing_to_tell() {
    insta::assert_snapshot!(shown(watched("").await.status().await));
}

#[tokio::test]
async fn only_who_may_read_the_status_is_told() {
    let watched = watched("").await;
    let (seeing, shop) = (watched.token_for(r#""watcher""#).await, watched.token_for(r#""shop""#).await);
    for (token, method, status) in [
        (ROOT, "GET", 200),
        (&*seeing, "GET", 200),
        (&*shop, "GET", 403),
        ("wrong", "GET", 403),
        ("", "GET", 403),
        (ROOT, "PUT", 405),
        (ROOT, "LIST", 405),
        (ROOT, "DELETE", 405),
        (&*shop, "DELETE", 405),
    ] {
        assert_eq!(watched.send(token, method, STATUS, "").await, status, "{method}");
    }
    assert_eq!(watched.send(ROOT, "GET", &format!("{STATUS}?limit=x"), "").await, 400);
    assert_eq!(watched.send(ROOT, "GET", &format!("{STATUS}?limit=-1"), "").await, 400);
}

#[tokio::test]
async fn nobody_is_told_of_a_path_that_he_may_neither_read_nor_list() {
    let watched = watched(r#", "mounts": {"secret": {}, "other": {"scope": "elsewhere"}}"#).await;
    for path in ["shop/db", "bank/vault"] {
        watched.put(path).await;
        watched.get(path).await;
        watched.get(&format!("{path}-none")).await;
        watched
            .send(ROOT, "LIST", &format!("/v1/secret/metadata/{}", path.split_once('/').unwrap().0), "")
            .await;
        watched.send("wrong", "GET", &format!("/v1/secret/data/{path}"), "").await;
    }
    watched.send(ROOT, "GET", "/v1/other/data/a", "").await;
    let told = async |policies: &str| watched.status_for(&watched.token_for(policies).await, "").await;

    let blind = told(r#""watcher""#).await;
    assert!(paths(&blind).is_empty() && errors(&blind).is_empty(), "{blind}");
    assert_eq!(blind["mounts"], serde_json::json!([]));

    let shop = told(r#""watcher", "shop""#).await;
    assert_eq!(paths(&shop), ["secret/data/shop/db", "secret/data/shop/db-none"]);
    assert_eq!(
        errors(&shop),
        [r#"403 unauthenticated "secret/data/shop/db""#, r#"404 not-found "secret/data/shop/db-none""#,]
    );
    assert_eq!(shop["paths"]["total"], 2);
    let mounts: Vec<_> = shop["mounts"].as_array().unwrap().iter().map(|mount| &mount["path"]).collect();
    assert_eq!(mounts, ["secret/"]);
    assert_eq!(shop["mounts"][0]["paths"], 2);
    assert!(!shop.to_string().contains("bank"), "{shop}");

    let folders = told(r#""watcher", "folders""#).await;
    assert_eq!(paths(&folders), ["secret/metadata/shop"]);
    let writer = told(r#""watcher", "writer""#).await;
    assert!(paths(&writer).is_empty(), "to write is not to see: {writer}");
}

#[tokio::test]
async fn no_value_and_no_token_is_told_and_a_name_is_what_it_is() {
    let (watched, canary) = (watched("").await, Canary::random());
    let hostile = "%3Cimg%20src=x%20onerror=%22window.pwned=1%22%3E";
    let body = format!(r#"{{"data":{{"password":"{0}","{0}":"x"}}}}"#, canary.text());
    for path in ["a", hostile] {
        let target = format!("/v1/secret/data/{path}");
        assert_eq!(watched.send(ROOT, "PUT", &target, &body).await, 200);
        assert_eq!(watched.send(ROOT, "GET", &target, "").await, 200);
        watched.send(canary.text(), "GET", &target, "").await;
        watched.send(ROOT, "PUT", &target, &format!("{{\"data\":\"{}\"", canary.text())).await;
    }
    let answer = watched.respond(ROOT, "GET", STATUS, "").await;
    canary.assert_absent("the status", &answer.body);
    assert_eq!(answer.headers["content-type"], "application/json");
    assert_eq!(answer.headers["cache-control"], "no-store");
    let text = str::from_utf8(&answer.body).unwrap();
    assert!(!text.contains(ROOT), "{text}");
    let told = watched.status().await;
    assert!(paths(&told).contains(&r#"secret/data/<img src=x onerror="window.pwned=1">"#), "{told}");
    canary.assert_absent_in_debug(&*watched.bridge);
}

#[tokio::test]
async fn a_store_that_is_gone_is_said_with_since_when() {
    let mut watched = watched("").await;
    let upkeep = tokio::spawn(watched.upkeep.take().unwrap());
    assert_eq!(watched.status().await["store"]["trouble"], Value::Null);
    watched.store.inject(Fault::failing(ErrorKind::Unavailable));
    let mut told = Value::Null;
    for _ in 0..1000 {
        watched.wait(1);
        tokio::task::yield_now().await;
        told = watched.status().await;
        if told["store"]["trouble"] != Value::Null {
            break;
        }
    }
    assert_eq!(told["store"]["trouble"], "unavailable");
    assert!(told["store"]["last_answer"].as_str() < told["server"]["now"].as_str(), "{told}");
    assert_eq!(told["server"]["condition"], "ready", "tokens are believed for a while");
    watched.wait(301);
    assert_eq!(watched.send(ROOT, "GET", STATUS, "").await, 503, "and then nobody is told anything");
    upkeep.abort();
}

#[tokio::test]
async fn a_bridge_that_is_about_to_end_says_so() {
    let watched = watched("").await;
    watched.bridge.drain();
    assert_eq!(watched.status().await["server"]["condition"], "draining");
}

#[tokio::test]
async fn a_request_that_could_not_be_audited_is_an_error_and_no_read() {
    let watched = watched("").await;
    watched.put("a").await;
    watched.bus.0.store(true, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(watched.get("a").await, 503);
    watched.bus.0.store(false, std::sync::atomic::Ordering::Relaxed);
    let told = watched.status().await;
    assert_eq!(told["paths"]["rows"][0]["read"], Value::Null);
    assert_eq!(errors(&told), [r#"503 unaudited "secret/data/a""#]);
}
