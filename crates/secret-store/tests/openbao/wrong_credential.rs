//! A credential that the server does not take is said to be one: never a missing secret, and never shown.

use secret_store::{ErrorKind, ReadOptions, SecretStore as _};
use serde_json::{Value, json};
use test_kit::openbao::Authority;
use test_kit::{Canary, block_on, path};

use crate::login::{self, file};
use crate::shared::{open, secured};

/// A store with these settings cannot log in, and says so.
fn expect_unauthenticated(mut settings: Value, wrong: &str) {
    settings["mount"] = json!(secured().mount_kv(2));
    block_on(async {
        let store = open(secured(), settings).await;
        let error = store.read(&path("a"), ReadOptions::current()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unauthenticated, "{error}");
        assert!(error.help().is_some(), "{error}");
        Canary::of(wrong).assert_absent_in_error(&error);
    });
}

#[test]
fn a_token_that_the_server_does_not_know() {
    let wrong = "s.notATokenOfThisServer00";
    let token = json!({ "method": "token", "token": { "file": file(wrong) } });
    expect_unauthenticated(json!({ "auth": token }), wrong);
}

#[test]
fn a_secret_id_that_the_role_does_not_have() {
    let mut settings = login::approle();
    let wrong = "00000000-1111-4222-8333-444444444444";
    settings["auth"]["secret_id"] = json!({ "file": file(wrong) });
    expect_unauthenticated(settings, wrong);
}

#[test]
fn a_wrapping_token_that_was_used_before() {
    let settings = login::approle_wrapped();
    let at = secured().folder().join(settings["auth"]["secret_id"]["file"].as_str().unwrap());
    let token = std::fs::read_to_string(at).unwrap();
    secured().run(&["unwrap", &token]);
    expect_unauthenticated(settings, &token);
}

#[test]
fn a_password_that_is_not_the_user_s() {
    let mut settings = login::userpass();
    settings["auth"]["password"] = json!({ "file": file("battery staple") });
    expect_unauthenticated(settings, "battery staple");
}

#[test]
fn a_web_token_for_somebody_else() {
    let mut settings = login::jwt();
    let token = login::ISSUER.token(&json!({ "aud": "somebody-else", "sub": "pipeline-17" }));
    settings["auth"]["token"] = json!({ "file": file(&token) });
    expect_unauthenticated(settings, &token);
}

#[test]
fn a_service_account_that_the_cluster_does_not_know() {
    let mut settings = login::kubernetes();
    let token = login::ISSUER.token(&json!({
        "kubernetes.io": { "namespace": "ci", "serviceaccount": { "name": "secretbridge", "uid": "1" } },
    }));
    settings["auth"]["token_path"] = json!(file(&token));
    expect_unauthenticated(settings, &token);
}

#[test]
fn a_certificate_of_somebody_else_s_authority() {
    let mut settings = login::cert();
    let stranger = Authority::new(secured().folder(), "strangers").client("stranger");
    settings["tls"] = json!({ "client_certificate": stranger.certificate, "client_key": stranger.key });
    let key = std::fs::read_to_string(&stranger.key).unwrap();
    expect_unauthenticated(settings, key.lines().nth(1).unwrap());
}
