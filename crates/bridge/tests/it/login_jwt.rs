//! Logging in with a token that somebody else has signed.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::{Value, json};
use test_kit::Canary;

use crate::login::{Door, memory, problems, settings, shown};

/// When the tests take place: 2026-01-01.
const NOW: i64 = 1_767_225_600;

/// One who signs tokens.
struct Issuer(Ed25519KeyPair);

impl Issuer {
    fn new() -> Self {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        Self(Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap())
    }

    fn jwk(&self, id: &str) -> Value {
        let x = URL_SAFE_NO_PAD.encode(self.0.public_key());
        json!({ "kty": "OKP", "crv": "Ed25519", "kid": id, "x": x })
    }

    fn sign_under(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = self.0.sign(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn sign(&self, claims: &Value) -> String {
        self.sign_under(&json!({ "alg": "EdDSA" }), claims)
    }
}

fn claims(change: &Value) -> Value {
    let mut claims = json!({
        "iss": "https://issuer.example.com", "sub": "me", "aud": "bridge", "iat": NOW, "nbf": NOW, "exp": NOW + 600,
        "env": "prod", "groups": ["a", "b"], "deep": { "er": 7 },
    });
    for (name, value) in change.as_object().unwrap() {
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        } else {
            claims[name] = value.clone();
        }
    }
    claims
}

/// A file with these keys.
fn key_set(folder: &tempfile::TempDir, keys: &[Value]) -> String {
    let path = folder.path().join("keys.json");
    std::fs::write(&path, json!({ "keys": keys }).to_string()).unwrap();
    path.to_str().unwrap().to_owned()
}

async fn door(jwks: &str) -> Door {
    let auth = json!({
        "jwt": {
            "type": "jwt", "jwks": jwks, "bound_issuer": "https://issuer.example.com",
            "roles": {
                "all": {
                    "bound_audiences": ["bridge", "other"], "bound_subject": "m*", "policies": ["eso"],
                    "bound_claims": { "env": ["prod", "stag*"], "groups": "b", "/deep/er": "7" },
                    "claim_mappings": { "env": "environment" },
                },
                "no-audience": { "bound_subject": "me", "policies": ["eso"] },
                "mail": { "bound_audiences": ["bridge"], "user_claim": "email", "policies": ["eso"] },
            },
        },
    });
    Door::open(auth, memory()).await
}

async fn log_in(door: &Door, role: &str, token: &str) -> (u16, String) {
    let answer = door.put("auth/jwt/login", &json!({ "role": role, "jwt": token })).await;
    (answer.status, shown(&answer.body))
}

#[tokio::test]
async fn tokens_are_answered_as_openbao_answers_them() {
    let (folder, issuer) = (tempfile::tempdir().unwrap(), Issuer::new());
    let door = door(&key_set(&folder, &[issuer.jwk("k")])).await;
    let mut told = String::new();
    for body in [
        json!(null),
        json!({}),
        json!({ "role": "all" }),
        json!({ "jwt": "x" }),
        json!({ "role": "all", "jwt": "" }),
    ] {
        let answer = door.put("auth/jwt/login", &body).await;
        let _ = writeln!(told, "{body}\n  {} {}", answer.status, answer.body);
    }
    for token in ["x", "a.b.c"] {
        let (status, body) = log_in(&door, "all", token).await;
        let _ = writeln!(told, "{token}\n  {status} {body}");
    }
    for (role, change) in [
        ("nope", json!({})),
        ("all", json!({})),
        ("ALL", json!({ "aud": ["x", "other"], "env": "staging" })),
        ("all", json!({ "exp": NOW - 70 })),
        ("all", json!({ "exp": (NOW + 100).to_string() })),
        ("all", json!({ "iss": "x" })),
        ("all", json!({ "iss": null })),
        ("all", json!({ "aud": "x" })),
        ("all", json!({ "aud": null })),
        ("all", json!({ "sub": "x" })),
        ("all", json!({ "env": "x" })),
        ("all", json!({ "env": null })),
        ("all", json!({ "groups": ["a"] })),
        ("all", json!({ "deep": { "er": 8 } })),
        ("no-audience", json!({})),
        ("no-audience", json!({ "aud": null })),
        ("mail", json!({})),
        ("mail", json!({ "email": 7 })),
        ("mail", json!({ "email": "me@example.com" })),
    ] {
        let (status, body) = log_in(&door, role, &issuer.sign(&claims(&change))).await;
        let _ = writeln!(told, "{role} {change}\n  {status} {body}");
    }
    insta::assert_snapshot!(told);
    let token = door
        .put("auth/jwt/login", &json!({ "role": "all", "jwt": issuer.sign(&claims(&json!({}))) }))
        .await
        .token();
    let own = door.get("auth/token/lookup-self", &token).await.json();
    assert_eq!(own["data"]["display_name"], "jwt-me");
    assert_eq!(own["data"]["meta"], json!({ "environment": "prod", "role": "all" }));
}

#[tokio::test]
async fn what_the_issuer_has_not_signed_lets_nobody_in() {
    let (folder, issuer, other) = (tempfile::tempdir().unwrap(), Issuer::new(), Issuer::new());
    let door = door(&key_set(&folder, &[issuer.jwk("k")])).await;
    let good = claims(&json!({}));
    let token = issuer.sign(&good);
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let (header, payload) = signed.split_once('.').unwrap();
    let root = URL_SAFE_NO_PAD.encode(claims(&json!({ "sub": "mallory" })).to_string());
    let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#);
    for token in [
        other.sign(&good),
        format!("{header}.{root}.{signature}"),
        format!("{signed}."),
        format!("{none}.{payload}."),
        format!("{none}.{payload}.{signature}"),
        issuer.sign_under(&json!({ "alg": "HS256" }), &good),
        issuer.sign_under(&json!({ "alg": "ES256" }), &good),
        issuer.sign_under(&json!({ "alg": "RS256" }), &good),
        issuer.sign_under(&json!({ "alg": "EdDSA", "crit": ["x"], "x": 1 }), &good),
        issuer.sign_under(&json!({ "alg": "EdDSA", "kid": "another" }), &good),
        other.sign_under(&json!({ "alg": "EdDSA", "kid": "k", "jwk": other.jwk("k") }), &good),
    ] {
        let (status, body) = log_in(&door, "all", &token).await;
        assert_eq!(status, 400, "{body}");
        assert!(body.contains("error verifying token signature"), "{body}");
    }
    assert_eq!(log_in(&door, "all", &token).await.0, 200);
    assert_eq!(
        log_in(&door, "all", &issuer.sign_under(&json!({ "alg": "EdDSA", "kid": "k" }), &good)).await.0,
        200
    );
}

/// Signed by another implementation, with each algorithm; `jwt_vectors.json` has the public keys alone.
#[tokio::test]
async fn every_algorithm_is_known_by_its_key_and_no_key_by_another() {
    let folder = tempfile::tempdir().unwrap();
    let vectors: Vec<Value> = serde_json::from_str(include_str!("jwt_vectors.json")).unwrap();
    let roles = json!({ "r": { "bound_audiences": ["bridge"], "policies": ["eso"] } });
    let keys: Vec<_> = vectors.iter().map(|vector| vector["jwk"].clone()).collect();
    let all = json!({ "jwt": { "type": "jwt", "jwks": key_set(&folder, &keys), "roles": roles } });
    let of_set = Door::open(all, memory()).await;
    for vector in &vectors {
        let token = vector["token"].as_str().unwrap();
        assert_eq!(log_in(&of_set, "r", token).await.0, 200, "{}", vector["alg"]);
        let one = json!({ "jwt": { "type": "jwt", "public_keys": [vector["pem"]], "roles": roles } });
        let of_pem = Door::open(one, memory()).await;
        for other in &vectors {
            // One RSA key is good for each of its algorithms.
            let is_same = vector["pem"] == other["pem"];
            let status = log_in(&of_pem, "r", other["token"].as_str().unwrap()).await.0;
            assert_eq!(status, if is_same { 200 } else { 400 }, "{} {}", vector["alg"], other["alg"]);
        }
    }
}

#[tokio::test]
async fn keys_that_are_replaced_in_their_file_are_taken_up_and_a_broken_file_is_not() {
    let (folder, old, new) = (tempfile::tempdir().unwrap(), Issuer::new(), Issuer::new());
    let path = key_set(&folder, &[old.jwk("old")]);
    let door = door(&path).await;
    let good = claims(&json!({}));
    let statuses = async || {
        [log_in(&door, "all", &old.sign(&good)).await.0, log_in(&door, "all", &new.sign(&good)).await.0]
    };
    assert_eq!(statuses().await, [200, 400]);
    std::fs::write(&path, "{").unwrap();
    door.look().await;
    assert_eq!(statuses().await, [200, 400]);
    key_set(&folder, &[new.jwk("new")]);
    door.look().await;
    assert_eq!(statuses().await, [400, 200]);
}

#[tokio::test]
async fn a_file_without_keys_is_told_before_anybody_logs_in() {
    let folder = tempfile::tempdir().unwrap();
    let roles = json!({ "r": { "bound_audiences": ["bridge"], "policies": ["eso"] } });
    let path = key_set(&folder, &[json!({ "kty": "oct", "k": "AAAA" })]);
    let mut told = String::new();
    for jwks in [path.clone(), format!("{path}.not")] {
        told += &problems(settings(&json!({ "jwt": { "type": "jwt", "jwks": jwks, "roles": roles } }))).await;
    }
    insta::assert_snapshot!(told.replace(folder.path().to_str().unwrap(), "…"));
}

#[tokio::test]
async fn no_part_of_a_token_is_told_but_who_it_was() {
    let (folder, issuer, canary) = (tempfile::tempdir().unwrap(), Issuer::new(), Canary::random());
    let door = door(&key_set(&folder, &[issuer.jwk("k")])).await;
    let with = |change: &Value| {
        let mut change = change.clone();
        change["canary"] = canary.text().into();
        issuer.sign(&claims(&change))
    };
    let tokens = [
        with(&json!({})),
        with(&json!({ "env": canary.text() })),
        with(&json!({ "aud": canary.text() })),
        with(&json!({ "exp": canary.text() })),
        with(&json!({ "iss": canary.text() })),
        canary.text().to_owned(),
        format!("{}.{}.x", canary.text(), canary.text()),
        issuer.sign_under(&json!({ "alg": canary.text(), "kid": canary.text() }), &claims(&json!({}))),
    ];
    for token in &tokens {
        let (_, body) = log_in(&door, "all", token).await;
        canary.assert_absent("an answer", &body);
        if token.len() > 200 {
            let signature = Canary::of(token.rsplit('.').next().unwrap().as_bytes());
            signature.assert_absent("an answer", &body);
            signature.assert_absent("the audit log", door.audit());
        }
    }
    canary.assert_absent("the audit log", door.audit());
    canary.assert_absent_in_debug(&door.bridge);
}
