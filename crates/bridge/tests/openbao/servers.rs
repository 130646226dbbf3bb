//! The two that are asked.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use bridge::OpenWith;
use bridge::config::BridgeConfig;
use bridge::server::{Limits, Server, Transport};
use bridge::token::BootstrapConfig;
use events::{Clock, Silent, SystemClock};
use ring::rand::SystemRandom;
use secret_store::provider::file::FileStore;
use secret_store::provider::memory::MemoryStore;
use secret_store::{SecretFields, SecretStore, WriteOptions};
use serde::Deserialize;
use serde_json::json;
use tempfile::TempDir;
use test_kit::openbao::OpenBao;
use test_kit::path;

use crate::known::Known;
use crate::request::Request;

pub(crate) const ROOT: &str = "root-token-of-the-tests";

/// What tokens of each name may do, at both.
const POLICIES: &str = r#"{
    "reader": [{ "path": "secret/data/*", "capabilities": ["read"] }],
    "maker": [{ "path": "secret/data/*", "capabilities": ["create"] }],
    "editor": [
        { "path": "secret/data/+/a", "capabilities": ["create", "update", "read", "patch", "delete"] },
        { "path": "secret/metadata/*", "capabilities": ["list", "read"] },
        { "path": "secret/metadata/+/deep/*", "capabilities": ["deny"] },
        { "path": "secret/data/+/b", "capabilities": ["deny"] },
        { "path": "kv/*", "capabilities": ["read", "list", "update"] },
        { "path": "kv/+/deep/", "capabilities": ["read"] }
    ]
}"#;

/// What is behind the bridge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Behind {
    /// A store with versions.
    Memory,
    /// Files, of which one version is kept.
    Files,
}

/// A server that is asked, and the tokens that it has issued.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) address: SocketAddr,
    pub(crate) known: Known,
}

/// Both, for as long as this is there.
#[derive(Debug)]
pub(crate) struct Servers {
    pub(crate) openbao: Asked,
    pub(crate) bridge: Asked,
    _openbao: OpenBao,
    _folders: Vec<TempDir>,
}

impl Servers {
    pub(crate) async fn start(behind: Behind) -> Self {
        let openbao = tokio::task::spawn_blocking(move || openbao(behind)).await.unwrap();
        let address = openbao.address().trim_start_matches("http://").parse().unwrap();
        let (bridge, folders) = bridge(behind).await;
        Self {
            openbao: asked(address, OpenBao::DEV_TOKEN).await,
            bridge: asked(bridge, ROOT).await,
            _openbao: openbao,
            _folders: folders,
        }
    }
}

/// The server with the same mounts and policies.
fn openbao(behind: Behind) -> OpenBao {
    let server = OpenBao::dev();
    server.run(&["secrets", "enable", "-path=kv", "-version=1", "kv"]);
    // For a moment, a new engine answers that it is being upgraded.
    let is_ready = || server.command().args(["read", "secret/config"]).output().unwrap().status.success();
    assert!((0..300).any(|_| is_ready()), "the engine does not come up");
    if behind == Behind::Files {
        server.run(&["write", "secret/config", "max_versions=1"]);
    }
    let policies: BTreeMap<String, Vec<serde_json::Value>> = serde_json::from_str(POLICIES).unwrap();
    for (name, rules) in policies {
        let rules: BTreeMap<_, _> = rules
            .iter()
            .map(|rule| (rule["path"].as_str().unwrap(), json!({ "capabilities": rule["capabilities"] })))
            .collect();
        let _ = server.printed(&["policy", "write", &name, "-"], &json!({ "path": rules }).to_string());
    }
    server
}

async fn bridge(behind: Behind) -> (SocketAddr, Vec<TempDir>) {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let mut folders = Vec::new();
    let mut stores: Vec<Arc<dyn SecretStore>> = Vec::new();
    for _ in 0..2 {
        stores.push(match behind {
            Behind::Memory => Arc::new(MemoryStore::new(Arc::clone(&clock))),
            Behind::Files => {
                let folder = tempfile::tempdir().unwrap();
                let store = FileStore::open(folder.path()).await.unwrap();
                folders.push(folder);
                Arc::new(store)
            }
        });
    }
    let (kv, store) = (stores.pop().unwrap(), stores.pop().unwrap());
    (serve(store, kv).await, folders)
}

/// A bridge over `store`, with `kv` at a mount of version 1.
pub(crate) async fn serve(store: Arc<dyn SecretStore>, kv: Arc<dyn SecretStore>) -> SocketAddr {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let first = SecretFields::plain(ROOT);
    store.write(&path("BRIDGE_TOKEN"), first, WriteOptions::replace()).await.unwrap();
    let policies: serde_json::Value = serde_json::from_str(POLICIES).unwrap();
    let mounts = json!({ "secret": {}, "kv": { "version": 1 } });
    // As long as the dev server's.
    let tokens = json!({ "ttl": "768h", "max_ttl": "768h" });
    let config: BridgeConfig =
        serde_json::from_value(json!({ "policies": policies, "mounts": mounts, "tokens": tokens })).unwrap();
    let with = OpenWith {
        instance: "acme".to_owned(),
        store,
        stores: BTreeMap::from([("kv".to_owned(), kv)]),
        bootstrap: Some(BootstrapConfig::new(path("BRIDGE_TOKEN"), "value", vec!["root".to_owned()])),
        bus: Arc::new(Silent),
        clock,
        random: Arc::new(SystemRandom::new()),
    };
    let opened = config.open(with).await.unwrap();
    tokio::spawn(opened.upkeep);
    let listen = "127.0.0.1:0".parse().unwrap();
    let server = Server::bind(listen, Transport::Loopback, opened.bridge, Limits::default()).await.unwrap();
    let address = server.local_addr().unwrap();
    tokio::spawn(server.run(std::future::pending()));
    address
}

/// With a token for each policy, under its name, beside the first one.
async fn asked(address: SocketAddr, root: &str) -> Asked {
    let mut known = Known::new();
    known.learn("root", root, "not known yet");
    let own = Request::new("GET", "/v1/auth/token/lookup-self", "").send(address, &known).await;
    let own: serde_json::Value = serde_json::from_str(&own.body).unwrap();
    known = Known::new();
    known.learn("root", root, own["data"]["accessor"].as_str().unwrap());
    for name in ["reader", "maker", "editor"] {
        let body = json!({ "policies": [name], "ttl": "2h" }).to_string();
        let made = Request::new("POST", "/v1/auth/token/create", body).send(address, &known).await;
        known.learn_from(name, &made.body);
    }
    Asked { address, known }
}
