//! While the store is away, what was read before is answered, where that is wanted; and it says so.

use std::time::Duration;

use bridge::Response;
use secret_store::ErrorKind;
use serde_json::{Value, json};
use test_kit::{Canary, Fault};

use crate::opened::{Opened, ROOT, opened, text};

async fn patient() -> Opened {
    let settings = json!({ "cache": { "ttl": "30s", "stale_while_unavailable": "5m" } });
    let opened = opened(settings).await;
    opened.put("app/db", "v").await;
    opened
}

async fn read(opened: &Opened, target: &str) -> Response {
    opened.from("127.0.0.1", ROOT, "GET", target).await
}

fn stale(answer: &Response) -> Option<&str> {
    answer.headers.get("x-secretbridge-stale").map(|seconds| seconds.to_str().unwrap())
}

#[tokio::test]
async fn a_value_that_was_read_is_answered_while_the_store_is_away_with_a_warning_and_a_header() {
    let opened = patient().await;
    let fresh = read(&opened, "/v1/secret/data/app/db").await;
    assert_eq!((fresh.status.as_u16(), stale(&fresh)), (200, None));
    opened.clock.advance(Duration::from_secs(75));
    opened.fail(ErrorKind::Unavailable);
    for target in ["/v1/secret/data/app/db", "/v1/secret/subkeys/app/db"] {
        let old = read(&opened, target).await;
        assert_eq!((old.status.as_u16(), stale(&old)), (200, Some("45")), "{target}");
    }
    let old: Value = serde_json::from_str(&text(&read(&opened, "/v1/secret/data/app/db").await)).unwrap();
    assert_eq!(old["data"]["data"]["password"], "v");
    insta::assert_snapshot!(old["warnings"][0].as_str().unwrap());
    assert_eq!(read(&opened, "/v1/secret/data/other").await.status, 503, "nothing is known of it");
    opened.mend();
    opened.clock.advance(Duration::from_secs(5));
    let fresh = read(&opened, "/v1/secret/data/app/db").await;
    assert_eq!((fresh.status.as_u16(), stale(&fresh)), (200, None));
    assert!(!text(&fresh).contains("warnings\":["), "{}", text(&fresh));
}

#[tokio::test]
async fn a_mount_of_version_1_answers_so_as_well() {
    let settings = json!({
        "cache": { "ttl": "30s", "stale_while_unavailable": "5m" }, "mounts": { "kv": { "version": 1 } }
    });
    let opened = opened(settings).await;
    assert_eq!(opened.send("PUT", r#"/v1/kv/a {"k":"v"}"#).await.0, 204);
    assert_eq!(opened.send("GET", "/v1/kv/a").await.0, 200);
    opened.clock.advance(Duration::from_secs(31));
    opened.fail(ErrorKind::RateLimited);
    let old = read(&opened, "/v1/kv/a").await;
    assert_eq!((old.status.as_u16(), stale(&old)), (200, Some("1")));
}

#[tokio::test]
async fn without_the_setting_and_after_its_time_it_is_unavailable_and_never_missing() {
    let opened = patient().await;
    read(&opened, "/v1/secret/data/app/db").await;
    opened.fail(ErrorKind::Unavailable);
    opened.clock.advance(Duration::from_mins(5) + Duration::from_secs(31));
    assert_eq!(read(&opened, "/v1/secret/data/app/db").await.status, 503);

    let opened = crate::opened::opened(json!({})).await;
    opened.put("app/db", "v").await;
    read(&opened, "/v1/secret/data/app/db").await;
    opened.fail(ErrorKind::Unavailable);
    opened.clock.advance(Duration::from_secs(30));
    assert_eq!(read(&opened, "/v1/secret/data/app/db").await.status, 503);
}

#[tokio::test]
async fn what_the_store_has_said_is_not_answered_from_before() {
    for (kind, status) in [
        (ErrorKind::NotFound, 404),
        (ErrorKind::PermissionDenied, 403),
        (ErrorKind::Unauthenticated, 502),
        (ErrorKind::Corrupt, 502),
    ] {
        let opened = patient().await;
        read(&opened, "/v1/secret/data/app/db").await;
        opened.clock.advance(Duration::from_secs(30));
        // Of this secret, not of the store.
        opened.store.inner().inject(Fault::failing(kind).at("app/db"));
        assert_eq!(read(&opened, "/v1/secret/data/app/db").await.status, status);
        opened.mend();
        opened.fail(ErrorKind::Unavailable);
        assert_eq!(read(&opened, "/v1/secret/data/app/db").await.status, 503, "after {kind}");
    }
}

#[tokio::test]
async fn it_is_seen_in_the_metrics_and_no_value_is() {
    let (opened, canary) = (patient().await, Canary::random());
    opened.put("app/db", canary.text()).await;
    read(&opened, "/v1/secret/data/app/db").await;
    opened.clock.advance(Duration::from_secs(31));
    opened.fail(ErrorKind::Unavailable);
    for _ in 0..3 {
        assert!(stale(&read(&opened, "/v1/secret/data/app/db").await).is_some());
    }
    opened.clock.advance(Duration::from_secs(2));
    let metrics = opened.metrics().await;
    canary.assert_absent("the metrics", &metrics);
    for line in [
        r#"secretbridge_cache_stale_answers_total{store=""} 3"#,
        r#"secretbridge_store_away_seconds{store=""} 2.0"#,
        r#"secretbridge_store_operations_total{store="",operation="read",outcome="unavailable"} 1"#,
    ] {
        assert!(metrics.contains(line), "{line} in {metrics}");
    }
}
