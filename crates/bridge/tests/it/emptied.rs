//! A store that was emptied, or that another has taken the place of, is away: nothing in it counts as deleted.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bridge::config::BridgeConfig;
use bridge::{OpenError, OpenWith, Opened};
use insta::assert_snapshot;
use ring::rand::SystemRandom;
use secret_store::{ErrorKind, ReadOptions, SecretFields, SecretStore, WriteOptions};
use serde_json::{Value, json};
use test_kit::{FakeClock, InMemorySecretStore, RecordingEventBus, path};

use crate::opened::{ROOT, ask, opened};

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

/// A bridge with a mount over `legacy`, with these settings beside.
async fn with_a_store_of_its_own(
    legacy: &Arc<InMemorySecretStore>,
    settings: Value,
) -> Result<Opened, OpenError> {
    let mut mount = json!({ "version": 1, "store": { "provider": "file", "path": "legacy" } });
    mount.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
    let config = json!({ "token": { "source": "BRIDGE_TOKEN" }, "cache": { "ttl": "0s" }, "mounts": { "legacy": mount } });
    let config: BridgeConfig = serde_json::from_value(config).unwrap();
    let with = OpenWith {
        instance: "acme".to_owned(),
        store: Arc::new(InMemorySecretStore::new().with("BRIDGE_TOKEN", ROOT)),
        stores: BTreeMap::from([("legacy".to_owned(), Arc::clone(legacy) as Arc<dyn SecretStore>)]),
        bootstrap: None,
        bus: Arc::new(RecordingEventBus::new()),
        clock: Arc::new(FakeClock::new()),
        random: Arc::new(SystemRandom::new()),
    };
    config.open(with).await
}

#[tokio::test]
async fn a_mount_s_own_store_without_its_anchor_has_not_said_that_a_secret_is_gone() {
    let (gone, away) = (404, 503);
    for (settings, emptied) in [
        (json!({ "scope": "apps" }), gone),
        (json!({ "scope": "apps", "anchor": "infra/always-there" }), away),
    ] {
        let legacy = Arc::new(InMemorySecretStore::new());
        let bridge = with_a_store_of_its_own(&legacy, settings.clone()).await.unwrap().bridge;
        let status =
            async |target: &str| ask(&bridge, "127.0.0.1", ROOT, "GET", target).await.status.as_u16();
        assert_eq!(status("/v1/legacy/db").await, emptied, "{settings}");

        for there in ["infra/always-there", "apps/db"] {
            legacy.put(there, SecretFields::plain("v"));
        }
        assert_eq!(status("/v1/legacy/db").await, 200, "{settings}");
        assert_eq!(status("/v1/legacy/other").await, gone, "{settings}");

        for there in ["infra/always-there", "apps/db"] {
            legacy.delete(&path(there)).await.unwrap();
        }
        assert_eq!(status("/v1/legacy/db").await, emptied, "{settings}");
        assert_eq!(status("/v1/legacy/?list=true").await, emptied, "{settings}");
    }
}

#[tokio::test]
async fn the_instance_s_store_is_given_no_other_anchor() {
    let opened = with_a_store_of_its_own(&Arc::default(), json!({ "store": null, "anchor": "a" })).await;
    let Err(OpenError::Config(problems)) = opened else { panic!("{opened:?}") };
    assert_eq!(problems.len(), 1);
    assert_snapshot!(problems[0].to_string(), @"mounts.legacy.anchor: the instance's store is known by what the bridge keeps there itself");
}
