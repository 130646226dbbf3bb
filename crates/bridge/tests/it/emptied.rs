//! A store that was emptied, or that another has taken the place of, is away: nothing in it counts as deleted.

use std::time::Duration;

use secret_store::{ReadOptions, SecretStore as _, WriteOptions};
use serde_json::json;
use test_kit::path;

use crate::opened::opened;

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
