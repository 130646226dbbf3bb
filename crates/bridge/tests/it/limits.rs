//! Who asks too often, too long or too deep is told so.

use std::time::Duration;

use bridge::config::BridgeConfig;
use serde_json::json;

use crate::opened::{ROOT, opened, text};

#[tokio::test]
async fn an_address_that_asks_too_often_is_told_when_to_come_again_and_others_are_not() {
    let opened = opened(json!({ "limits": { "per_address": { "rate": 2, "burst": 3 } } })).await;
    let ask = async |address: &str| opened.from(address, ROOT, "GET", "/v1/sys/mounts").await;
    for _ in 0..3 {
        assert_eq!(ask("192.0.2.1").await.status, 200);
    }
    let refused = ask("192.0.2.1").await;
    assert_eq!((refused.status.as_u16(), refused.headers["retry-after"].as_bytes()), (429, "1".as_bytes()));
    insta::assert_snapshot!(text(&refused), @r#"{"errors":["request path \"rate limit\": rate limit quota exceeded"]}"#);
    assert_eq!(ask("192.0.2.2").await.status, 200);
    opened.clock.advance(Duration::from_millis(500));
    assert_eq!(ask("192.0.2.1").await.status, 200);
    assert_eq!(ask("192.0.2.1").await.status, 429);
    for (path, status) in [("/healthz", 200), ("/readyz", 200), ("/metrics", 429)] {
        assert_eq!(opened.from("192.0.2.1", ROOT, "GET", path).await.status, status, "{path}");
    }
    assert_eq!(
        opened.metric("secretbridge_rate_limited_total").await,
        [
            r#"secretbridge_rate_limited_total{limit="address"} 3"#,
            r#"secretbridge_rate_limited_total{limit="token"} 0"#
        ]
    );
}

#[tokio::test]
async fn a_token_that_is_used_too_often_is_told_so_wherever_it_is_used() {
    let opened = opened(json!({ "limits": { "per_token": { "rate": 1, "burst": 2 } } })).await;
    let ask = async |address: &str, token: &str| {
        opened.from(address, token, "GET", "/v1/auth/token/lookup-self").await.status.as_u16()
    };
    assert_eq!((ask("192.0.2.1", ROOT).await, ask("192.0.2.2", ROOT).await), (200, 200));
    assert_eq!(ask("192.0.2.3", ROOT).await, 429);
    opened.clock.advance(Duration::from_secs(1));
    let made = opened.send("POST", "/v1/auth/token/create {}").await.1;
    let made: serde_json::Value = serde_json::from_str(&made).unwrap();
    let other = made["auth"]["client_token"].as_str().unwrap();
    assert_eq!((ask("192.0.2.1", ROOT).await, ask("192.0.2.1", other).await), (429, 200));
    assert_eq!(ask("192.0.2.1", "wrong").await, 403, "who is nobody is not counted");
}

/// As when an operator starts, or its cache is empty: everything at once, from one address, with one token.
#[tokio::test]
async fn a_refresh_of_thousands_passes_unless_told_otherwise() {
    let opened = opened(json!({})).await;
    for _ in 0..10_000 {
        let answer = opened.from("10.0.0.1", ROOT, "GET", "/v1/auth/token/lookup-self").await;
        assert_eq!(answer.status, 200);
    }
}

#[tokio::test]
async fn a_path_that_is_too_long_or_too_deep_makes_no_sense() {
    let opened = opened(json!({ "limits": { "path_bytes": 40, "path_depth": 5 } })).await;
    for (path, status) in [
        ("/v1/secret/data/a/b/c".to_owned(), 404),
        ("/v1/secret/data/a/b/c/d".to_owned(), 400),
        ("/v1/secret/data/a%2Fb%2Fc%2Fd".to_owned(), 400),
        (format!("/v1/secret/data/{}", "a".repeat(28)), 404),
        (format!("/v1/secret/data/{}", "a".repeat(29)), 400),
        (format!("/v1/secret/data/{}", "%61".repeat(28)), 404),
        (format!("/v1/secret/data/{}", "%61".repeat(5000)), 400),
    ] {
        let (answered, text) = opened.send("GET", &path).await;
        assert_eq!(answered, status, "{path}: {text}");
    }
    insta::assert_snapshot!(opened.send("GET", "/v1/a/a/a/a/a/a").await.1, @r#"{"errors":["the path has more than 5 segments"]}"#);
    let long = format!("/v1/{}", "a".repeat(41));
    insta::assert_snapshot!(opened.send("GET", &long).await.1, @r#"{"errors":["the path is longer than 40 bytes"]}"#);
}

#[test]
fn limits_are_read_from_settings() {
    let limits = |text: &str| {
        let config = serde_json::from_str::<BridgeConfig>(&format!(r#"{{"limits":{text}}}"#));
        config.map(|config| config.limits).map_err(|error| error.to_string())
    };
    let shown = |text: &str| serde_json::to_string(&limits(text).unwrap().per_address).unwrap();
    assert_eq!(shown("{}"), r#"{"rate":10000,"burst":50000}"#);
    assert_eq!(shown(r#"{"per_address":"off"}"#), r#""off""#);
    assert_eq!(shown(r#"{"per_address":false}"#), r#""off""#);
    let server = limits(r#"{"body_bytes":10,"connections":7,"request_time":"2s"}"#).unwrap().server();
    assert_eq!((server.body_bytes, server.connections, server.requests), (10, 7, 512));
    assert_eq!(server.request_time, Duration::from_secs(2));
    let wrong = [
        r#"{"per_address":"on"}"#,
        r#"{"per_address":true}"#,
        r#"{"per_address":{"rate":1}}"#,
        r#"{"per_address":{"rate":1,"burst":1,"size":1}}"#,
    ];
    let told: Vec<_> = wrong.iter().map(|text| limits(text).unwrap_err()).collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn limits_that_answer_nothing_are_told_all_at_once() {
    let config: BridgeConfig = serde_json::from_value(json!({
        "limits": {
            "header_bytes": 100, "headers": 0, "path_bytes": 0, "path_depth": 0, "connections": 0, "requests": 0,
            "header_time": "0s", "request_time": "0s",
            "per_address": { "rate": 0, "burst": 1 }, "per_token": { "rate": 1, "burst": 0 },
        },
        "cache": { "stale_while_unavailable": "10m" },
    }))
    .unwrap();
    let told: Vec<_> = config.problems().iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(told.join("\n"));
}
