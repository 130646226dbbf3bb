//! What Prometheus is told.

use std::sync::Arc;
use std::time::Duration;

use bridge::Handler;
use bridge::server::{Limits, Server, Transport};
use secret_store::ErrorKind;
use serde_json::json;
use test_kit::{Canary, FailingEventBus};
use tokio::net::TcpStream;

use crate::opened::{Opened, ROOT, opened, opened_with, text};

/// A bit of everything.
async fn used(opened: &Opened) {
    opened.put("app/db", "v").await;
    for target in [
        "/v1/secret/data/app/db",
        "/v1/secret/data/app/db",
        "/v1/secret/data/none",
        "/v1/nope/x",
        "/v1/secret/data/%zz",
        "/v1/sys/mounts",
    ] {
        opened.send("GET", target).await;
    }
    opened.send("LIST", "/v1/secret/metadata").await;
    opened.send("DELETE", "/v1/secret/data/app/db").await;
    opened.send("BREW", "/v1/secret/data/app/db").await;
    for token in ["", "wrong"] {
        opened.from("127.0.0.1", token, "GET", "/v1/secret/data/app/db").await;
    }
    let made = opened.send("POST", "/v1/auth/token/create {}").await.1;
    let made: serde_json::Value = serde_json::from_str(&made).unwrap();
    let token = made["auth"]["client_token"].as_str().unwrap();
    opened.from("127.0.0.1", token, "POST", "/v1/auth/token/renew-self").await;
    opened.from("127.0.0.1", token, "POST", "/v1/auth/token/revoke-self").await;
}

#[tokio::test]
async fn all_that_is_counted_is_told_in_prometheus_words() {
    let opened = opened(json!({})).await;
    used(&opened).await;
    opened.clock.advance(Duration::from_secs(30));
    opened.fail(ErrorKind::Unavailable);
    opened.send("GET", "/v1/secret/data/none").await;
    let metrics = opened.metrics().await.replace(env!("CARGO_PKG_VERSION"), "VERSION");
    // No time passes, so that all buckets are alike.
    let lines = metrics.lines().filter(|line| !line.contains("le=\"") || line.contains("+Inf"));
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"));
}

#[tokio::test]
async fn the_process_is_told_of_under_the_usual_names() {
    let opened = opened(json!({})).await;
    let (_, text) = opened.send("GET", "/metrics").await;
    let value = |name: &str| -> f64 {
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("{name} is missing: {text}")).parse().unwrap()
    };
    assert!(value("process_start_time_seconds") > 1.7e9);
    assert!(value("process_cpu_seconds_total") > 0.0);
    if cfg!(target_os = "linux") {
        let (memory, mapped) =
            (value("process_resident_memory_bytes"), value("process_virtual_memory_bytes"));
        assert!(memory > 1e5 && mapped >= memory);
        assert!(value("process_open_fds") >= 3.0 && value("process_threads") >= 1.0);
    }
}

#[tokio::test]
async fn who_may_see_the_metrics_is_a_setting() {
    for (access, nobody, wrong, root) in
        [("open", 200, 200, 200), ("token", 403, 403, 200), ("off", 403, 403, 403)]
    {
        let opened = opened(json!({ "metrics": { "access": access } })).await;
        for (token, status) in [("", nobody), ("wrong", wrong), (ROOT, root)] {
            let answer = opened.from("127.0.0.1", token, "GET", "/metrics").await;
            assert_eq!(answer.status, status, "{access} with {token:?}");
        }
        let answer = opened.from("127.0.0.1", ROOT, "GET", "/v1/sys/metrics?format=prometheus").await;
        assert_eq!((answer.status.as_u16(), opened.send("GET", "/v1/sys/metrics").await.0), (200, 400));
        assert_eq!(answer.headers["content-type"], "text/plain; version=0.0.4; charset=utf-8");
        assert_eq!(
            opened.from("127.0.0.1", "", "GET", "/v1/sys/metrics?format=prometheus").await.status,
            403
        );
    }
}

#[tokio::test]
async fn a_token_sees_the_metrics_when_its_policy_says_so() {
    let rules = json!({
        "policies": {
            "prometheus": [{ "path": "sys/metrics", "capabilities": ["read"] }],
            "eso": [{ "path": "secret/data/*", "capabilities": ["read"] }],
        }
    });
    let opened = opened(rules).await;
    for (policy, status) in [("prometheus", 200), ("eso", 403)] {
        let made =
            opened.send("POST", &format!(r#"/v1/auth/token/create {{"policies":["{policy}"]}}"#)).await.1;
        let made: serde_json::Value = serde_json::from_str(&made).unwrap();
        let token = made["auth"]["client_token"].as_str().unwrap();
        for target in ["/metrics", "/v1/sys/metrics?format=prometheus"] {
            assert_eq!(
                opened.from("127.0.0.1", token, "GET", target).await.status,
                status,
                "{policy} {target}"
            );
        }
    }
}

#[tokio::test]
async fn no_value_no_token_and_no_path_is_in_the_metrics() {
    let (opened, canary) = (opened(json!({})).await, Canary::random());
    used(&opened).await;
    let secret = canary.text();
    opened.put("app/db", secret).await;
    opened.send("GET", "/v1/secret/data/app/db").await;
    for target in [
        format!("/v1/secret/data/{secret}"),
        format!("/v1/{secret}/x"),
        format!("/v1/sys/{secret}"),
        format!("/v1/auth/{secret}/login"),
        format!("/{secret}"),
    ] {
        opened.send("GET", &target).await;
    }
    opened.send(secret, "/v1/secret/data/app/db").await;
    opened.from("127.0.0.1", secret, "GET", "/v1/secret/data/app/db").await;
    opened.fail(ErrorKind::Unavailable);
    opened.send("GET", "/v1/secret/data/other").await;
    opened.mend();
    let (_, shown) = opened.send("GET", "/metrics").await;
    canary.assert_absent("the metrics", &shown);
    for word in [ROOT, "app/db", "127.0.0.1", "wrong", "nope", "BRIDGE_TOKEN", "secretbridge-system"] {
        assert!(!shown.contains(word), "{word} is in the metrics");
    }
    canary.assert_absent_in_debug(&opened.bridge);
}

#[tokio::test]
async fn whatever_is_asked_there_are_no_more_series() {
    let opened = opened(json!({})).await;
    let ask = async |name: String| {
        for target in [format!("/v1/secret/data/{name}"), format!("/v1/{name}/x"), format!("/v1/sys/{name}")]
        {
            opened.send("GET", &target).await;
            opened.send(&format!("X{name}"), &target).await;
        }
    };
    ask("first".to_owned()).await;
    let before = opened.metrics().await.lines().count();
    for number in 0..100 {
        ask(format!("n{number}")).await;
    }
    assert_eq!(opened.metrics().await.lines().count(), before);
}

#[tokio::test]
async fn a_request_that_nobody_waits_for_is_not_in_flight_for_ever() {
    let opened = opened(json!({})).await;
    let gate = test_kit::Gate::shut();
    opened.store.inner().inject(test_kit::Fault::held_by(&gate).at("slow").times(1));
    {
        let mut waiting = Box::pin(opened.send("GET", "/v1/secret/data/slow"));
        assert!(futures::poll!(&mut waiting).is_pending());
        assert_eq!(
            opened.metric("secretbridge_requests_in_flight").await,
            ["secretbridge_requests_in_flight 1"]
        );
    }
    assert_eq!(opened.metric("secretbridge_requests_in_flight").await, ["secretbridge_requests_in_flight 0"]);
    let abandoned = opened.metric("secretbridge_requests_abandoned_total").await;
    assert_eq!(abandoned, ["secretbridge_requests_abandoned_total 1"]);
}

#[tokio::test]
async fn what_could_not_be_audited_is_counted() {
    for (fails_closed, status, unaudited) in [(true, 503, 0), (false, 200, 2)] {
        let settings = json!({ "audit": { "fail_closed": fails_closed }, "metrics": { "access": "open" } });
        let opened = opened_with(settings, Arc::new(FailingEventBus::new())).await;
        for _ in 0..2 {
            let answer = opened.from("127.0.0.1", ROOT, "GET", "/v1/sys/mounts").await;
            assert_eq!(answer.status, status, "{}", text(&answer));
        }
        assert_eq!(
            opened.metric("secretbridge_audit_failures_total").await,
            ["secretbridge_audit_failures_total 2"]
        );
        let counted = opened.metric("secretbridge_unaudited_answers_total").await;
        assert_eq!(counted, [format!("secretbridge_unaudited_answers_total {unaudited}")]);
    }
}

#[tokio::test]
async fn connections_are_counted_while_they_are_open() {
    let opened = opened(json!({})).await;
    let handler: Arc<dyn Handler> = Arc::<bridge::Bridge>::clone(&opened.bridge);
    let address = "127.0.0.1:0".parse().unwrap();
    let server = Server::bind(address, Transport::Loopback, handler, Limits::default()).await.unwrap();
    let address = server.local_addr().unwrap();
    let running = tokio::spawn(server.run(std::future::pending()));
    let counted = async |open: usize, all: usize| {
        let expected = [
            format!("secretbridge_connections_open {open}"),
            format!("secretbridge_connections_total {all}"),
        ];
        let shown = async || {
            let mut shown = opened.metric("secretbridge_connections").await;
            shown.sort();
            shown
        };
        // The server takes note of it in its own time.
        while shown().await != expected {
            tokio::task::yield_now().await;
        }
    };
    let first = TcpStream::connect(address).await.unwrap();
    let second = TcpStream::connect(address).await.unwrap();
    counted(2, 2).await;
    drop(first);
    counted(1, 2).await;
    drop(second);
    counted(0, 2).await;
    running.abort();
}
