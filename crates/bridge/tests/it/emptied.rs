//! A store that was emptied, or that another has taken the place of, is away: nothing in it counts as deleted.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bridge::config::BridgeConfig;
use bridge::{OpenError, OpenWith};
use ring::rand::SystemRandom;
use secret_store::{ErrorKind, ReadOptions, SecretFields, SecretStore as _, WriteOptions};
use serde_json::json;
use test_kit::{FakeClock, InMemorySecretStore, RecordingEventBus, path};

use crate::opened::opened;

#[tokio::test]
async fn a_store_without_a_first_token_is_refused_and_nothing_is_written_to_it() {
    let store = Arc::new(InMemorySecretStore::new());
    let open = || async {
        let config: BridgeConfig =
            serde_json::from_value(json!({ "token": { "source": "BRIDGE_TOKEN" } })).unwrap();
        let with = OpenWith {
            instance: "acme".to_owned(),
            store: store.clone(),
            stores: BTreeMap::new(),
            bootstrap: None,
            bus: Arc::new(RecordingEventBus::new()),
            clock: Arc::new(FakeClock::new()),
            random: Arc::new(SystemRandom::new()),
        };
        config.open(with).await
    };
    let refused = || async {
        match open().await {
            Err(OpenError::Tokens(error)) => error.kind(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(refused().await, ErrorKind::NotFound);
    assert_eq!(store.list(None).await.unwrap(), []);
    store.put("BRIDGE_TOKEN", SecretFields::plain("short"));
    assert_eq!(refused().await, ErrorKind::Invalid);
    assert_eq!(store.list(None).await.unwrap(), [path("BRIDGE_TOKEN")]);

    store.put("BRIDGE_TOKEN", SecretFields::plain("hvs.long-enough-for-a-token"));
    open().await.unwrap();
    let key = path("secretbridge-system/signing-key");
    assert!(store.list(None).await.unwrap().contains(&key));
}

#[tokio::test]
async fn a_store_without_the_key_of_the_bridge_has_not_said_that_a_secret_is_gone() {
    let opened =
        opened(json!({ "cache": { "ttl": "1s" }, "mounts": { "secret": {}, "kv": { "version": 1 } } })).await;
    opened.put("app/db", "v").await;
    assert_eq!(opened.send("GET", "/v1/secret/data/other").await.0, 404);

    let store = opened.store.inner().inner();
    let key = store.read(&path("secretbridge-system/signing-key"), ReadOptions::current()).await.unwrap();
    for secret in store.list(None).await.unwrap() {
        store.delete(&secret).await.unwrap();
    }
    opened.clock.advance(Duration::from_secs(2));
    let asked = [
        "secret/data/app/db",
        "secret/data/other",
        "kv/app/db",
        "secret/metadata/app?list=true",
        "kv/app?list=true",
    ];
    for target in asked {
        let (status, text) = opened.send("GET", &format!("/v1/{target}")).await;
        assert_eq!((status, text.contains("not available")), (503, true), "{target}: {text}");
    }

    store
        .write(&path("secretbridge-system/signing-key"), (*key.fields).clone(), WriteOptions::replace())
        .await
        .unwrap();
    for target in asked {
        assert_eq!(opened.send("GET", &format!("/v1/{target}")).await.0, 404, "{target}");
    }
}
