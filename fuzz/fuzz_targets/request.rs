//! Whole requests to a bridge over a store in memory: a line `METHOD TARGET`, then the body. A line that begins with `!` is sent
//! without a token, and is told nothing but what the server says to anybody.
#![no_main]

use std::cell::RefCell;
use std::sync::Arc;

use bridge::token::{BootstrapConfig, SigningKeys, Tokens, TokensConfig};
use bridge::{Bridge, Builder, Handler as _, KvVersion, Peer, Request};
use events::{Clock, Silent, SystemClock};
use futures::executor::block_on;
use ring::rand::SystemRandom;
use secret_store::provider::memory::MemoryStore;
use secret_store::{SecretFields, SecretPath, SecretStore, WriteOptions};
use serde_json::value::RawValue;

const TOKEN: &str = "the-token-of-the-fuzzer";

/// What is said without a token, and has no secret in it.
const FOR_ANYBODY: [&str; 8] = [
    "/healthz",
    "/readyz",
    "sys/health",
    "sys/seal-status",
    "sys/leader",
    "sys/init",
    "sys/internal/ui/mounts",
    "sys/internal/ui/mounts/",
];

/// After so many requests a new bridge is asked, with nothing in it, so that a long run needs no more memory than a short one.
const LIFE: u32 = 1000;

thread_local! {
    static BRIDGE: RefCell<(u32, Bridge)> = RefCell::new((0, block_on(bridge())));
}

/// A bridge that was not asked too often yet.
fn with_bridge<T>(ask: impl FnOnce(&Bridge) -> T) -> T {
    BRIDGE.with_borrow_mut(|(asked, there)| {
        *asked += 1;
        if *asked == LIFE {
            (*asked, *there) = (0, block_on(bridge()));
        }
        ask(there)
    })
}

async fn bridge() -> Bridge {
    let path = |text| SecretPath::new(text).expect("it is written out");
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let system: Arc<dyn SecretStore> = Arc::new(MemoryStore::new(Arc::clone(&clock)));
    let (at, first) = (path("BRIDGE_TOKEN"), SecretFields::plain(TOKEN));
    system.write(&at, first, WriteOptions::replace()).await.expect("memory can be written");
    let random = Arc::new(SystemRandom::new());
    let keys = SigningKeys::open(&*system, &path("key"), &*random).await.expect("the store is there");
    let first = BootstrapConfig::new(path("BRIDGE_TOKEN"), "value", vec!["root".to_owned()]);
    let config = TokensConfig::default();
    let tokens = Tokens::open(system, path("tokens"), keys, Some(first), config, Arc::clone(&clock), random);
    let tokens = Arc::new(tokens.await.expect("the store is there"));
    let memory: Arc<dyn SecretStore> = Arc::new(MemoryStore::new(Arc::clone(&clock)));
    let fields: Arc<dyn SecretStore> = Arc::new(MemoryStore::new(Arc::clone(&clock)));
    let builder =
        Builder::new("fuzz").mount("secret", KvVersion::V2, memory).mount("kv", KvVersion::V1, fields);
    builder.build(tokens, Arc::new(Silent), clock).expect("the mounts make sense")
}

libfuzzer_sys::fuzz_target!(|text: &str| {
    let (line, body) = text.split_once('\n').unwrap_or((text, ""));
    let is_stranger = line.starts_with('!');
    let Some((method, target)) = line.trim_start_matches('!').split_once(' ') else { return };
    let Ok(method) = method.parse::<http::Method>() else { return };
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut headers = http::HeaderMap::new();
    if !is_stranger {
        headers.insert("x-vault-token", http::HeaderValue::from_static(TOKEN));
    }
    if method == "PATCH" {
        headers.insert("content-type", http::HeaderValue::from_static("application/merge-patch+json"));
    }
    let peer = Peer::at([127, 0, 0, 1].into());
    let request = Request {
        method,
        path: path.into(),
        query: query.into(),
        headers,
        body: body.as_bytes().to_vec().into(),
        peer,
    };
    let response = with_bridge(|bridge| block_on(bridge.handle(request)));
    assert!(response.status != 500, "a mistake of ours");
    if is_stranger && response.status.is_success() {
        let decoded = path.strip_prefix("/v1/").and_then(bridge::fuzzing::path);
        let asked = decoded.as_deref().unwrap_or(path);
        assert!(FOR_ANYBODY.contains(&asked), "told a stranger: {asked}");
    }
    if !response.body.is_empty() && path.starts_with("/v1/") {
        if let Err(error) = serde_json::from_slice::<serde_json::Value>(&response.body) {
            // Numbers keep the text that they were written with, which no float may hold, and there is no limit of depth: JSON all the same.
            let is_a_limit_of_the_reader = ["number out of range", "recursion limit exceeded"]
                .iter()
                .any(|limit| error.to_string().starts_with(limit));
            let is_json = serde_json::from_slice::<&RawValue>(&response.body).is_ok();
            assert!(is_a_limit_of_the_reader && is_json, "every answer is JSON: {error}");
        }
    }
});
