//! The API, answered as OpenBao answers it: what is sent and what comes back, without a socket.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use bridge::policy::RuleConfig;
use bridge::token::{BootstrapConfig, SigningKeys, Tokens, TokensConfig};
use bridge::{Bridge, Builder, Handler as _, KvVersion, Peer, Request};
use events::Clock;
use ring::rand::SystemRandom;
use secret_store::provider::memory::MemoryStore;
use secret_store::{SecretStore, SecretStoreExt as _};
use test_kit::{Canary, FakeClock, InMemorySecretStore, RecordingEventBus, path};

pub(crate) const ROOT: &str = "root-token-of-the-tests";

pub(crate) struct Api {
    pub(crate) bridge: Bridge,
    bus: RecordingEventBus,
}

pub(crate) async fn api_over(version: KvVersion, store: Arc<dyn SecretStore>) -> Api {
    let clock: Arc<dyn Clock> = Arc::new(FakeClock::new());
    let system: Arc<dyn SecretStore> = Arc::new(InMemorySecretStore::new().with("BRIDGE_TOKEN", ROOT));
    let random = Arc::new(SystemRandom::new());
    let keys = SigningKeys::open(&*system, &path("key"), &*random).await.unwrap();
    let bootstrap = BootstrapConfig::new(path("BRIDGE_TOKEN"), "value", vec!["root".to_owned()]);
    let config = TokensConfig::default();
    let tokens =
        Tokens::open(system, path("tokens"), keys, Some(bootstrap), config, Arc::clone(&clock), random).await;
    let rule = |path: &str, capabilities: &str| -> RuleConfig {
        serde_json::from_str(&format!(r#"{{"path":"{path}","capabilities":[{capabilities}]}}"#)).unwrap()
    };
    let policies = BTreeMap::from([
        ("reader".to_owned(), vec![rule("secret/data/app/*", r#""read""#)]),
        ("maker".to_owned(), vec![rule("secret/data/app/*", r#""create""#)]),
    ]);
    let bus = RecordingEventBus::new();
    let bridge = Builder::new("acme").mount("secret", version, store).policies(policies);
    let bridge = bridge.build(Arc::new(tokens.unwrap()), Arc::new(bus.clone()), clock).unwrap();
    Api { bridge, bus }
}

async fn api() -> Api {
    api_over(KvVersion::V2, Arc::new(MemoryStore::new(Arc::new(FakeClock::new())))).await
}

impl Api {
    async fn send(&self, token: &str, method: &str, target: &str, body: &str) -> (u16, String) {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut headers = http::HeaderMap::new();
        if !token.is_empty() {
            headers.insert("x-vault-token", token.parse().unwrap());
        }
        if method == "PATCH" {
            headers.insert("content-type", "application/merge-patch+json".parse().unwrap());
        }
        let request = Request {
            method: method.parse().unwrap(),
            path: path.into(),
            query: query.into(),
            headers,
            body: body.as_bytes().to_vec().into(),
            peer: Peer::at([127, 0, 0, 1].into()),
        };
        let response = self.bridge.handle(request).await;
        (response.status.as_u16(), str::from_utf8(&response.body).unwrap().to_owned())
    }

    /// Each request as root, with its answer; what is another each time is left out.
    async fn told(&self, requests: &[&str]) -> String {
        let mut told = String::new();
        for request in requests {
            let mut parts = request.splitn(3, ' ');
            let (method, target) = (parts.next().unwrap(), parts.next().unwrap());
            let (status, body) = self.send(ROOT, method, target, parts.next().unwrap_or_default()).await;
            let _ = writeln!(told, "{request}\n  {status} {}", without_ids(&body));
        }
        told
    }

    async fn json(&self, method: &str, target: &str, body: &str) -> serde_json::Value {
        serde_json::from_str(&self.send(ROOT, method, target, body).await.1).unwrap()
    }

    async fn token_for(&self, policy: &str) -> String {
        let body = format!(r#"{{"policies":["{policy}"]}}"#);
        let made = self.json("POST", "/v1/auth/token/create", &body).await;
        made["auth"]["client_token"].as_str().unwrap().to_owned()
    }
}

fn without_ids(body: &str) -> String {
    let Some((before, rest)) = body.split_once(r#""request_id":""#) else { return body.to_owned() };
    format!(r#"{before}"request_id":"…{}"#, &rest[36..])
}

#[tokio::test]
async fn version_2_answers_as_openbao_does() {
    let api = api().await;
    let told = api.told(&[
        "GET /v1/secret/data/nope",
        r#"POST /v1/secret/data/a {"data":{"x":1,"y":"s"}}"#,
        "GET /v1/secret/data/a",
        r#"PUT /v1/secret/data/a {"data":{"x":2},"options":{"cas":0}}"#,
        r#"PUT /v1/secret/data/a {"data":{"x":2},"options":{"cas":"1"}}"#,
        "PUT /v1/secret/data/a {}",
        "PUT /v1/secret/data/a null",
        "PUT /v1/secret/data/a",
        r#"PUT /v1/secret/data/a {"data":"str"}"#,
        r#"PUT /v1/secret/data/a {"data":[1]}"#,
        "PUT /v1/secret/data/a {bad",
        "PUT /v1/secret/data/a []",
        r#"PATCH /v1/secret/data/a {"data":{"x":null,"z":{"deep":3}}}"#,
        r#"PATCH /v1/secret/data/a {"data":{"x":1},"options":{"cas":9}}"#,
        r#"PATCH /v1/secret/data/none {"data":{"x":1}}"#,
        "PATCH /v1/secret/data/a {}",
        "GET /v1/secret/data/a?version=1",
        "GET /v1/secret/data/a?version=99",
        "GET /v1/secret/data/a?version=x",
        "GET /v1/secret/data/a?version=-1",
        "GET /v1/secret/data/",
        "GET /v1/secret/a",
        "PUT /v1/secret/data/a/ {\"data\":{\"x\":1}}",
        r#"PUT /v1/secret/data/app/db {"data":{"k":"v"}}"#,
        "LIST /v1/secret/metadata",
        "GET /v1/secret/metadata/?list=1",
        "LIST /v1/secret/metadata/app/",
        "LIST /v1/secret/metadata/nope",
        "LIST /v1/secret/data/a",
        "GET /v1/secret/metadata/a",
        "GET /v1/secret/metadata/nope",
        "GET /v1/secret/config",
        "PUT /v1/secret/config {\"max_versions\":5}",
        "GET /v1/secret/subkeys/a",
        "GET /v1/secret/subkeys/a?depth=1",
        "DELETE /v1/secret/data/a",
        "GET /v1/secret/data/a",
        "GET /v1/secret/subkeys/a",
        r#"PUT /v1/secret/undelete/a {"versions":["3"]}"#,
        "GET /v1/secret/data/a",
        "PUT /v1/secret/destroy/a {\"versions\":[3]}",
        "GET /v1/secret/data/a",
        r#"PUT /v1/secret/delete/a {"versions":"1,2"}"#,
        "PUT /v1/secret/delete/a {}",
        "PUT /v1/secret/delete/a {\"versions\":[]}",
        "PUT /v1/secret/delete/nope {\"versions\":[1]}",
        "DELETE /v1/secret/data/nope",
        "DELETE /v1/secret/metadata/nope",
        r#"POST /v1/secret/metadata/new {"custom_metadata":{"a":"b"}}"#,
        "GET /v1/secret/metadata/new",
        "GET /v1/secret/data/new",
        r#"PATCH /v1/secret/metadata/new {"custom_metadata":{"a":null,"c":"d"}}"#,
        r#"PATCH /v1/secret/metadata/zip {"custom_metadata":{"c":"d"}}"#,
        r#"PUT /v1/secret/data/new {"data":{"k":"v"},"options":{"cas":0}}"#,
        r#"PUT /v1/secret/data/new {"data":{"k":"v"},"options":{"cas":-1}}"#,
        r#"PUT /v1/secret/data/new {"data":{"k":"v"},"options":{"cas":"x"}}"#,
        r#"POST /v1/secret/metadata/new {"custom_metadata":{"":"x"}}"#,
        r#"POST /v1/secret/metadata/new {"custom_metadata":"x"}"#,
        r#"POST /v1/secret/metadata/new {"max_versions":"x"}"#,
        r#"POST /v1/secret/metadata/new {"delete_version_after":"1h"}"#,
        "DELETE /v1/secret/metadata/new",
        "GET /v1/secret/metadata/new",
        "GET /v1/secret/undelete/a",
        r#"PUT /v1/secret/data/gone {"data":{"k":"v"}}"#,
        "DELETE /v1/secret/data/gone",
        r#"PUT /v1/secret/data/gone {"data":{"k":"v"},"options":{"cas":0}}"#,
        r#"PUT /v1/secret/data/gone {"data":{"k":"v"},"options":{"cas":1}}"#,
        r#"PUT /v1/secret/data/gone [{"k":"v"}]"#,
        "HEAD /v1/secret/data/a",
        "FOO /v1/secret/data/a",
    ]);
    insta::assert_snapshot!(told.await);
}

#[tokio::test]
async fn what_is_no_path_of_a_secret_is_not_told_as_a_secret_that_is_not_there() {
    let api = api().await;
    for target in [
        "/v1/secret",
        "/v1/secret/",
        "/v1/secret/?list=true",
        // As a client asks that takes the engine for one of version 1.
        "/v1/secret/app/db",
        "/v1/secret/app?list=true",
        "/v1/sys/data/app/db",
        "/v1/sys/metadata/app?list=true",
        "/v1/auth/data/app/db",
        "/v1/nope/data/app/db",
    ] {
        let (status, body) = api.send(ROOT, "GET", target, "").await;
        assert!(matches!(status, 400 | 403), "{target}: {status} {body}");
    }
}

#[tokio::test]
async fn version_1_answers_as_openbao_does() {
    let api = api_over(KvVersion::V1, Arc::new(InMemorySecretStore::new())).await;
    insta::assert_snapshot!(
        api.told(&[
            "GET /v1/secret/nope",
            r#"PUT /v1/secret/a {"x":1,"y":"z"}"#,
            "GET /v1/secret/a",
            "GET /v1/secret/a/",
            "LIST /v1/secret",
            "GET /v1/secret/?list=true",
            "LIST /v1/secret/a",
            "PUT /v1/secret/b",
            "PUT /v1/secret/b {}",
            r#"PATCH /v1/secret/a {"x":2}"#,
            "DELETE /v1/secret/a",
            "DELETE /v1/secret/nope",
            r#"PUT /v1/secret/ {"a":"b"}"#,
            "GET /v1/sys/internal/ui/mounts/secret/a",
        ])
        .await
    );
}

#[tokio::test]
async fn the_server_answers_as_openbao_does() {
    insta::assert_snapshot!(
        api()
            .await
            .told(&[
                "GET /v1/sys/internal/ui/mounts/secret/a/b",
                "GET /v1/sys/internal/ui/mounts/nope",
                "GET /v1/sys/internal/ui/mounts",
                "GET /v1/sys/mounts",
                "GET /v1/sys/mounts/secret",
                "GET /v1/sys/mounts/nope",
                "GET /v1/sys/health",
                "GET /v1/sys/health?activecode=299",
                "DELETE /v1/sys/health",
                "GET /v1/sys/seal-status",
                "GET /v1/sys/leader",
                "GET /v1/sys/init",
                "GET /v1/sys/nope",
                r#"POST /v1/sys/capabilities-self {"paths":["secret/data/a","nope"]}"#,
                r#"POST /v1/sys/capabilities-self {"path":"secret/data/a"}"#,
                "GET /v1/nope/x",
                "GET /v1/",
                "GET /v2/x",
                "GET /v1/secret/data/../data/a",
                "GET /v1/secret//data/a",
                "GET /v1/secret/data/a%zz",
                "GET /healthz",
                "GET /readyz",
            ])
            .await
    );
}

#[tokio::test]
async fn tokens_are_looked_up_renewed_and_revoked() {
    let api = api().await;
    let made = api
        .json("POST", "/v1/auth/token/create", r#"{"policies":["reader"],"ttl":"1h","meta":{"a":"b"}}"#)
        .await;
    let (token, accessor) =
        (made["auth"]["client_token"].as_str().unwrap(), made["auth"]["accessor"].as_str().unwrap());
    assert_eq!(
        (&made["auth"]["policies"], &made["auth"]["lease_duration"]),
        (&serde_json::json!(["default", "reader"]), &3600.into())
    );
    let by = async |path: &str, key: &str, value: &str| {
        api.json("POST", &format!("/v1/auth/token/{path}"), &format!(r#"{{"{key}":"{value}"}}"#)).await
    };
    let (looked_up, by_accessor) =
        (by("lookup", "token", token).await, by("lookup-accessor", "accessor", accessor).await);
    assert_eq!((&looked_up["data"]["id"], &by_accessor["data"]["id"]), (&token.into(), &"".into()));
    assert_eq!((&looked_up["data"]["ttl"], &looked_up["data"]["type"]), (&3600.into(), &"service".into()));
    assert_eq!(looked_up["data"]["meta"]["a"], "b");
    let renewed = by("renew", "token", token).await;
    assert_eq!(renewed["auth"]["client_token"], token);
    let own = api.send(token, "GET", "/v1/auth/token/lookup-self", "").await;
    assert_eq!(own.0, 200);
    assert_eq!(api.send(token, "POST", "/v1/auth/token/lookup", "{}").await.0, 403);
    assert_eq!(
        by("revoke-accessor", "accessor", "bad").await["warnings"][0],
        "No token found with this accessor"
    );
    assert_eq!(api.send(token, "PUT", "/v1/auth/token/revoke-self", "").await, (204, String::new()));
    assert_eq!(
        api.send(token, "GET", "/v1/auth/token/lookup-self", "").await,
        (403, r#"{"errors":["permission denied"]}"#.to_owned())
    );
    assert_eq!(by("lookup", "token", token).await["errors"][0], "bad token");
    assert_eq!(
        api.send(ROOT, "PUT", "/v1/auth/token/revoke", &format!(r#"{{"token":"{token}"}}"#)).await.0,
        204
    );
    let own = api.json("GET", "/v1/auth/token/lookup-self", "").await;
    assert_eq!((&own["data"]["expire_time"], &own["data"]["ttl"]), (&serde_json::Value::Null, &0.into()));
    assert_eq!(api.json("GET", "/v1/auth/token/lookup", "").await["data"], own["data"]);
}

#[tokio::test]
async fn a_token_may_do_what_its_policies_say_and_nothing_else() {
    let api = api().await;
    api.send(ROOT, "PUT", "/v1/secret/data/app/db", r#"{"data":{"k":"v"}}"#).await;
    api.send(ROOT, "PUT", "/v1/secret/data/other", r#"{"data":{"k":"v"}}"#).await;
    let (reader, maker) = (api.token_for("reader").await, api.token_for("maker").await);
    let write = r#"{"data":{"k":"w"}}"#;
    for (token, method, target, body, status) in [
        (&*reader, "GET", "/v1/secret/data/app/db", "", 200),
        (&reader, "GET", "/v1/secret/data/app%2Fdb", "", 200),
        (&reader, "GET", "/v1/secret/data/app/none", "", 404),
        (&reader, "GET", "/v1/secret/data/other", "", 403),
        (&reader, "GET", "/v1/secret/data/none", "", 403),
        (&reader, "PUT", "/v1/secret/data/app/db", write, 403),
        (&reader, "DELETE", "/v1/secret/data/app/db", "", 403),
        (&reader, "LIST", "/v1/secret/metadata", "", 403),
        (&reader, "GET", "/v1/sys/internal/ui/mounts/secret/app", "", 200),
        (&reader, "GET", "/v1/sys/mounts", "", 403),
        (&reader, "POST", "/v1/auth/token/create", "{}", 403),
        (&maker, "PUT", "/v1/secret/data/app/db", write, 403),
        (&maker, "PUT", "/v1/secret/data/app/new", write, 200),
        (&maker, "PUT", "/v1/secret/data/app/new", write, 403),
        (&maker, "GET", "/v1/secret/data/app/new", "", 403),
        ("", "GET", "/v1/secret/data/app/db", "", 403),
        ("", "GET", "/v1/nope", "", 403),
        ("wrong", "GET", "/v1/secret/data/app/db", "", 403),
        ("", "GET", "/v1/sys/health", "", 200),
        ("", "GET", "/v1/sys/internal/ui/mounts", "", 200),
        ("", "GET", "/v1/sys/internal/ui/mounts/secret", "", 403),
    ] {
        let answer = api.send(token, method, target, body).await;
        assert_eq!(answer.0, status, "{method} {target}: {}", answer.1);
    }
}

#[tokio::test]
async fn what_a_program_sends_without_being_told_to_makes_a_usual_token() {
    let body = r#"{"id":"","policies":["default"],"meta":{},"lease":"","ttl":"1h","explicit_max_ttl":"0s","period":"0s",
        "no_parent":false,"no_default_policy":false,"display_name":"lab","num_uses":0,"renewable":true,"type":"service",
        "entity_alias":""}"#;
    let (status, answer) = api().await.send(ROOT, "POST", "/v1/auth/token/create", body).await;
    assert_eq!(status, 200, "{answer}");
    let (status, answer) =
        api().await.send(ROOT, "POST", "/v1/auth/token/create", r#"{"period":"1s"}"#).await;
    assert_eq!((status, answer.contains("period")), (400, true), "{answer}");
}

#[tokio::test]
async fn what_another_token_may_do_is_told_to_who_may_ask() {
    let api = api().await;
    let made = api.json("POST", "/v1/auth/token/create", r#"{"policies":["reader"]}"#).await;
    let reader = made["auth"]["client_token"].as_str().unwrap();
    let named = |key: &str, name: &str| {
        format!(r#"{{"{key}":"{name}","paths":["secret/data/app/db","secret/data/other"]}}"#)
    };
    let by_token = named("token", reader);
    let by_accessor = named("accessor", made["auth"]["accessor"].as_str().unwrap());
    for (path, body) in [("capabilities", &by_token), ("capabilities-accessor", &by_accessor)] {
        let path = format!("/v1/sys/{path}");
        let told = api.json("POST", &path, body).await;
        assert_eq!(told["data"]["secret/data/app/db"], serde_json::json!(["read"]), "{told}");
        assert_eq!(told["data"]["secret/data/other"], serde_json::json!(["deny"]), "{told}");
        let (status, refusal) = api.send(reader, "POST", &path, body).await;
        assert!(status == 403 && refusal.contains("permission denied"), "{path}: {refusal}");
        assert_eq!(api.send(ROOT, "GET", &path, "").await.0, 405);
    }
    for (path, body, reason) in [
        ("capabilities", named("token", "wrong"), "invalid token"),
        ("capabilities", named("accessor", "wrong"), "missing token"),
        ("capabilities-accessor", named("accessor", "wrong"), "invalid accessor"),
        ("capabilities-accessor", named("token", reader), "missing accessor"),
        ("capabilities", format!(r#"{{"token":"{reader}"}}"#), "paths must be supplied"),
    ] {
        let (status, refusal) = api.send(ROOT, "POST", &format!("/v1/sys/{path}"), &body).await;
        assert!(status == 400 && refusal.contains(reason), "{path}: {status} {refusal}");
    }
}

#[tokio::test]
async fn every_request_is_noted_and_no_value_is() {
    let (api, canary) = (api().await, Canary::random());
    let body = format!(r#"{{"data":{{"password":"{}"}}}}"#, canary.text());
    api.send(ROOT, "PUT", "/v1/secret/data/a", &body).await;
    let read = api.send(ROOT, "GET", "/v1/secret/data/a", "").await;
    assert!(read.1.contains(canary.text()));
    api.send("wrong", "GET", "/v1/secret/data/a", "").await;
    api.send(ROOT, "GET", "/v1/secret/data/none", "").await;
    api.send(ROOT, "PUT", "/v1/secret/data/a", &format!("{{\"data\":\"{}\"", canary.text())).await;
    let noted = api.bus.events().iter().fold(String::new(), |noted, event| noted + &format!("{event:?}\n"));
    canary.assert_absent("the audit log", &noted);
    assert!(!noted.contains(ROOT) && !noted.contains("wrong"), "{noted}");
    let outcomes: Vec<_> = api
        .bus
        .events()
        .iter()
        .map(|event| {
            let text = serde_json::to_value(event).unwrap();
            format!(
                "{} {} {} {} {}",
                text["method"], text["path"], text["fields"], text["status"], text["outcome"]
            )
        })
        .collect();
    insta::assert_snapshot!(outcomes.join("\n"));
}

#[tokio::test]
async fn a_store_that_is_down_is_not_a_secret_that_is_missing() {
    use secret_store::ErrorKind;
    use test_kit::{Fault, FaultyStore};
    let faulty = Arc::new(FaultyStore::new(MemoryStore::new(Arc::new(FakeClock::new()))));
    let api = api_over(KvVersion::V2, Arc::clone(&faulty) as Arc<dyn SecretStore>).await;
    for (kind, status) in [
        (ErrorKind::Unavailable, 503),
        (ErrorKind::RateLimited, 429),
        (ErrorKind::PermissionDenied, 403),
        (ErrorKind::Unauthenticated, 502),
        (ErrorKind::Corrupt, 502),
        (ErrorKind::Unsupported, 405),
        (ErrorKind::Invalid, 400),
    ] {
        faulty.inject(Fault::failing(kind));
        for (method, target, body) in [
            ("GET", "/v1/secret/data/a", ""),
            ("GET", "/v1/secret/metadata/a", ""),
            ("GET", "/v1/secret/subkeys/a", ""),
            ("LIST", "/v1/secret/metadata", ""),
            ("PUT", "/v1/secret/data/a", r#"{"data":{"k":"v"}}"#),
            ("PATCH", "/v1/secret/data/a", r#"{"data":{"k":"v"}}"#),
            ("DELETE", "/v1/secret/data/a", ""),
            ("DELETE", "/v1/secret/metadata/a", ""),
        ] {
            let answer = api.send(ROOT, method, target, body).await;
            assert_eq!(answer.0, status, "{method} {target}: {}", answer.1);
            assert!(answer.1.starts_with(r#"{"errors":[""#), "{}", answer.1);
        }
        faulty.mend();
    }
}

#[tokio::test]
async fn files_get_versions_as_the_engine_gives_them() {
    let clock: Arc<dyn Clock> = Arc::new(FakeClock::new());
    let store = InMemorySecretStore::new().numbered(path("system/records"), clock);
    let api = api_over(KvVersion::V2, Arc::new(store)).await;
    let told = api.told(&[
        r#"PUT /v1/secret/data/a {"data":{"k":"v"}}"#,
        r#"PUT /v1/secret/data/a {"data":{"k":"w"},"options":{"cas":1}}"#,
        r#"PUT /v1/secret/data/a {"data":{"k":"w"},"options":{"cas":1}}"#,
        "GET /v1/secret/data/a",
        "GET /v1/secret/data/a?version=1",
        "GET /v1/secret/config",
        r#"POST /v1/secret/metadata/a {"custom_metadata":{"managed-by":"external-secrets"}}"#,
        r#"POST /v1/secret/metadata/a {"max_versions":5}"#,
        "DELETE /v1/secret/data/a",
        "GET /v1/secret/data/a",
        "GET /v1/secret/metadata/a",
        "GET /v1/secret/data/system/records/a/_record",
        r#"PUT /v1/secret/data/a {"data":{"k":"x"}}"#,
    ]);
    insta::assert_snapshot!(told.await);
}

#[tokio::test]
async fn what_a_real_server_refuses_is_refused_in_its_words() {
    let told = api().await;
    let told = told.told(&[
        r#"PUT /v1/secret/data/a {"data":{"x":1}}"#,
        r#"PUT /v1/secret/data/a {"data":{"x":2},"options":{"cas":null}}"#,
        r#"PUT /v1/secret/data/a {"data":{"x":2},"options":5}"#,
        "PATCH /v1/secret/metadata/none {}",
        r#"PUT /v1/secret/metadata/n {"custom_metadata":{"k":null}}"#,
        r#"PUT /v1/secret/metadata/n {"custom_metadata":{"k":true}}"#,
        "GET /v1/secret/metadata/n",
        "PUT /v1/secret/destroy/a {}",
        r#"POST /v1/auth/token/create {"policies":["reader"],"num_uses":1,"period":"1h","type":"service"}"#,
        r#"POST /v1/auth/token/revoke-orphan {"token":"none"}"#,
        "POST /v1/auth/token/revoke-accessor {}",
        r#"POST /v1/sys/capabilities-self {"paths":[""]}"#,
        "GET /v1/sys/health?sealedcode=x",
        "get /v1/secret/data/a",
        r#"PUT /v1/secret/data/e {"data":{"o":{},"n":{"m":1}}}"#,
        "GET /v1/secret/subkeys/e",
        "GET /v1/secret/subkeys/e?depth=-1",
        r#"PATCH /v1/secret/data/e {"data":{"o":null,"n":null}}"#,
        "DELETE /v1/secret/data/e",
        r#"PATCH /v1/secret/data/e {"data":{"n":1}}"#,
        r#"PATCH /v1/secret/data/e {"data":{"n":1},"options":{"cas":2}}"#,
        r#"PUT /v1/secret/data/f {"data":{"n":1}}"#,
        r#"PUT /v1/secret/metadata/f {"cas_required":true,"max_versions":5,"custom_metadata":{"k":"v"}}"#,
        r#"PATCH /v1/secret/data/f {"data":{"n":2}}"#,
        r#"PATCH /v1/secret/metadata/f {"custom_metadata":null,"max_versions":null}"#,
        "GET /v1/secret/metadata/f",
        "GET /v1/auth/token/lookup?token=another",
    ]);
    insta::assert_snapshot!(told.await);
}

#[tokio::test]
async fn a_token_of_no_named_policy_does_not_get_those_of_its_maker() {
    let made = api().await.json("POST", "/v1/auth/token/create", r#"{"policies":[""]}"#).await;
    assert_eq!(made["auth"]["policies"], serde_json::json!(["default"]));
}

#[tokio::test]
async fn who_may_only_make_secrets_does_not_write_where_there_are_notes() {
    let api = api().await;
    let maker = api.token_for("maker").await;
    let body = r#"{"data":{"x":1}}"#;
    api.send(ROOT, "PUT", "/v1/secret/metadata/app/noted", r#"{"custom_metadata":{"k":"v"}}"#).await;
    assert_eq!(api.send(&maker, "PUT", "/v1/secret/data/app/noted", body).await.0, 403);
    assert_eq!(api.send(&maker, "PUT", "/v1/secret/data/app/new", body).await.0, 200);
}
