//! Tokens that run out: renewed while that is possible, and had anew when it is not.

use std::time::Duration;

use secret_store::SecretStore as _;
use serde_json::json;
use test_kit::openbao::{AuditedRequest, OpenBao};
use test_kit::{block_on, path};

use crate::shared::{get, open};

/// A server with a user `ada` whose tokens are good for this long, and renewable up to a longest life; and a secret.
fn server(ttl: &str, longest: &str) -> OpenBao {
    let server = OpenBao::secured_and_unsealed();
    server.mount_kv_at("", "secret", 2);
    server.run(&["kv", "put", "-mount=secret", "a", "k=v"]);
    let policy = server.policy(r#"path "secret/data/*" { capabilities = ["read"] }"#);
    let policies = format!("token_policies={policy}");
    let (ttl, longest) = (format!("token_ttl={ttl}"), format!("token_max_ttl={longest}"));
    server.run(&["auth", "enable", "userpass"]);
    server.run(&["write", "auth/userpass/users/ada", "password=battery", &policies, &ttl, &longest]);
    std::fs::write(server.folder().join("password"), "battery").unwrap();
    server
}

fn settings() -> serde_json::Value {
    let auth = json!({ "method": "userpass", "username": "ada", "password": { "file": "password" } });
    json!({ "mount": "secret", "kv_version": 2, "auth": auth })
}

fn count(requests: &[AuditedRequest], path: &str) -> usize {
    requests.iter().filter(|request| request.path == path).count()
}

const LOGIN: &str = "auth/userpass/login/ada";
const RENEWAL: &str = "auth/token/renew-self";

#[test]
fn a_token_is_renewed_and_outlives_its_term() {
    let server = server("3s", "10m");
    block_on(async {
        let store = open(&server, settings()).await;
        for _ in 0..16 {
            assert_eq!(get(&store, "a", "k").await.unwrap(), "v");
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    });
    let requests = server.requests();
    assert_eq!(count(&requests, LOGIN), 1, "{requests:?}");
    assert!(count(&requests, RENEWAL) >= 1, "{requests:?}");
}

#[test]
fn a_token_at_the_end_of_its_life_is_followed_by_another() {
    let server = server("2s", "2s");
    block_on(async {
        let store = open(&server, settings()).await;
        for _ in 0..10 {
            assert_eq!(get(&store, "a", "k").await.unwrap(), "v");
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    });
    assert!(count(&server.requests(), LOGIN) >= 2, "{:?}", server.requests());
}

#[test]
fn a_token_that_somebody_revoked_is_followed_by_another() {
    let server = server("10m", "10m");
    block_on(async {
        let store = open(&server, settings()).await;
        assert_eq!(get(&store, "a", "k").await.unwrap(), "v");
        server.run(&["token", "revoke", "-mode=path", "auth/userpass"]);
        assert_eq!(get(&store, "a", "k").await.unwrap(), "v");
    });
    assert_eq!(count(&server.requests(), LOGIN), 2);
}

#[test]
fn many_reads_at_once_log_in_once() {
    let server = server("10m", "10m");
    let paths: Vec<_> = (0..200).map(|number| path(&format!("many/{number}"))).collect();
    block_on(async {
        let store = open(&server, settings()).await;
        for _ in 0..2 {
            for answer in store.read_many(&paths).await {
                let error = answer.unwrap_err();
                assert_eq!(error.kind(), secret_store::ErrorKind::NotFound, "{error}");
            }
        }
        assert_eq!(count(&server.requests(), LOGIN), 1);
        let reads = server.requests().iter().filter(|request| request.path.contains("/many/")).count();
        assert_eq!(reads, 400);

        server.run(&["token", "revoke", "-mode=path", "auth/userpass"]);
        assert_eq!(store.read_many(&paths).await.len(), 200);
        assert_eq!(count(&server.requests(), LOGIN), 2);
    });
}
