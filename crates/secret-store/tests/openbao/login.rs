//! Ways to log in at the shared secured server: each is set up there once, and answers with the settings of a store.

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};
use test_kit::openbao::Authority;

use crate::shared::secured;
use crate::token_review::TokenReview;
use crate::web_token::Issuer;

/// What an application may do that manages its own secrets.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    secured().policy(
        r#"
        path "+/data/*" { capabilities = ["create", "read", "update", "patch", "delete"] }
        path "+/metadata/*" { capabilities = ["list", "read", "delete"] }
        path "+/metadata" { capabilities = ["list"] }
        "#,
    )
});

/// Writes a credential into a file of its own in the server's folder; returns its name.
pub(crate) fn file(credential: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let name = format!("credential-{}", NEXT.fetch_add(1, Ordering::Relaxed));
    fs::write(secured().folder().join(&name), credential).unwrap();
    name
}

fn policies() -> String {
    format!("token_policies={}", POLICY.as_str())
}

pub(crate) fn token() -> Value {
    json!({ "auth": { "method": "token", "token": { "file": file(&secured().token(&[POLICY.as_str()], &[])) } } })
}

pub(crate) fn token_of_a_command() -> Value {
    let file = file(&secured().token(&[POLICY.as_str()], &[]));
    json!({ "auth": { "method": "token", "token": { "command": ["cat", file] } } })
}

const APPROLE: &str = "auth/approle/role/tests";

static ROLE_ID: LazyLock<String> = LazyLock::new(|| {
    secured().run(&["auth", "enable", "approle"]);
    secured().run(&["write", APPROLE, &policies()]);
    secured().printed(&["read", "-field=role_id", &format!("{APPROLE}/role-id")], "")
});

pub(crate) fn approle() -> Value {
    let role_id = ROLE_ID.as_str();
    let secret_id =
        secured().printed(&["write", "-f", "-field=secret_id", &format!("{APPROLE}/secret-id")], "");
    json!({ "auth": { "method": "approle", "role_id": role_id, "secret_id": { "file": file(&secret_id) } } })
}

pub(crate) fn approle_wrapped() -> Value {
    let role_id = ROLE_ID.as_str();
    let at = format!("{APPROLE}/secret-id");
    let wrapped = secured().printed(&["write", "-f", "-wrap-ttl=10m", "-field=wrapping_token", &at], "");
    json!({ "auth": {
        "method": "approle",
        "role_id": role_id,
        "secret_id": { "file": file(&wrapped) },
        "secret_id_wrapped": true,
    } })
}

pub(crate) const PASSWORD: &str = "correct horse";

pub(crate) fn userpass() -> Value {
    static USER: LazyLock<()> = LazyLock::new(|| {
        secured().run(&["auth", "enable", "userpass"]);
        let password = format!("password={PASSWORD}");
        secured().run(&["write", "auth/userpass/users/ada", &password, &policies()]);
    });
    LazyLock::force(&USER);
    json!({ "auth": { "method": "userpass", "username": "ada", "password": { "file": file(PASSWORD) } } })
}

pub(crate) static ISSUER: LazyLock<Issuer> = LazyLock::new(|| {
    let issuer = Issuer::new();
    let key = secured().folder().join("issuer.pub");
    fs::write(&key, issuer.public_key()).unwrap();
    secured().run(&["auth", "enable", "jwt"]);
    let key = format!("jwt_validation_pubkeys=@{}", key.display());
    secured().run(&["write", "auth/jwt/config", &key, "jwt_supported_algs=ES256"]);
    let role = ["role_type=jwt", "bound_audiences=secretbridge", "user_claim=sub", &policies()];
    secured().run(&[&["write", "auth/jwt/role/ci"][..], &role[..]].concat());
    issuer
});

pub(crate) fn jwt() -> Value {
    let token = ISSUER.token(&json!({ "aud": "secretbridge", "sub": "pipeline-17" }));
    json!({ "auth": { "method": "jwt", "role": "ci", "token": { "file": file(&token) } } })
}

/// The service account's token of the one pod that the stand-in for the API server knows.
static POD: LazyLock<(TokenReview, String)> = LazyLock::new(|| {
    let token = Issuer::new().token(&json!({
        "aud": ["https://kubernetes.default.svc"],
        "sub": "system:serviceaccount:ci:secretbridge",
        "kubernetes.io": {
            "namespace": "ci",
            "serviceaccount": { "name": "secretbridge", "uid": "4f1c0b5e-0000-4000-8000-000000000001" },
        },
    }));
    let api_server = TokenReview::start(&token);
    secured().run(&["auth", "enable", "kubernetes"]);
    let host = format!("kubernetes_host={}", api_server.address());
    // The method wants an authority also where there is no TLS.
    let authority = secured().authority().unwrap().certificate().display();
    let authority = format!("kubernetes_ca_cert=@{authority}");
    secured().run(&["write", "auth/kubernetes/config", &host, &authority, "disable_local_ca_jwt=true"]);
    let bound = ["bound_service_account_names=secretbridge", "bound_service_account_namespaces=ci"];
    secured().run(&["write", "auth/kubernetes/role/web", bound[0], bound[1], &policies()]);
    (api_server, token)
});

pub(crate) fn kubernetes() -> Value {
    json!({ "auth": { "method": "kubernetes", "role": "web", "token_path": file(&POD.1) } })
}

pub(crate) fn cert() -> Value {
    static CERTIFICATE: LazyLock<(PathBuf, PathBuf)> = LazyLock::new(|| {
        let people = Authority::new(secured().folder(), "people");
        let web = people.client("web");
        secured().run(&["auth", "enable", "cert"]);
        let trusted = format!("certificate=@{}", people.certificate().display());
        secured().run(&["write", "auth/cert/certs/web", &trusted, "allowed_common_names=web", &policies()]);
        (web.certificate, web.key)
    });
    json!({
        "auth": { "method": "cert", "name": "web" },
        "tls": { "client_certificate": CERTIFICATE.0, "client_key": CERTIFICATE.1 },
    })
}
