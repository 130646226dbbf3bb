//! How the configuration says how to log in.

use secret_store::provider::vault::{
    AppRoleAuth, AuthConfig, CertAuth, JwtAuth, KubernetesAuth, TokenAuth, UserPassAuth, VaultConfig,
};
use secret_store::{CredentialRef, ErrorKind};

use super::auth_server::{context, shown};

fn env(name: &str) -> CredentialRef {
    CredentialRef::Env(name.to_owned())
}

#[test]
fn each_method_is_written_as_it_is_read() {
    let methods: [AuthConfig; 9] = [
        TokenAuth::default().into(),
        TokenAuth::new(env("T")).into(),
        AppRoleAuth::new("id").with_mount("ci/apps").with_namespace("team").into(),
        AppRoleAuth::new(env("R")).with_secret_id(env("S")).into(),
        AppRoleAuth::new("id").with_wrapped_secret_id(env("W")).into(),
        KubernetesAuth::new("web").with_token_path("/run/token").into(),
        UserPassAuth::new("ada", env("P")).with_mount("people").into(),
        JwtAuth::new(env("J")).with_role("ci").into(),
        CertAuth::new().with_name("web").into(),
    ];
    let written = serde_json::to_string_pretty(&methods).unwrap();
    insta::assert_snapshot!(written);
    assert_eq!(serde_json::from_str::<Vec<AuthConfig>>(&written).unwrap(), methods);
}

#[test]
fn what_is_not_a_way_to_log_in_is_refused_without_quoting_it() {
    let texts = [
        "{}",
        "{ method: ldap }",
        "{ method: token, tokn: { env: T } }",
        "{ method: token, token: hvs.hunter2hunter2 }",
        "{ method: approle }",
        "{ method: approle, role_id: '' }",
        "{ method: approle, role_id: 7 }",
        "{ method: approle, role_id: x, secret_id: hunter2hunter2 }",
        "{ method: approle, role_id: { envv: X } }",
        "{ method: kubernetes }",
        "{ method: userpass, username: ada, password: hunter2hunter2 }",
        "{ method: jwt, token: eyJhunter2hunter2 }",
        "{ method: cert, role: web }",
    ];
    let errors = texts.map(|text| {
        let error = serde_yaml::from_str::<AuthConfig>(text).unwrap_err().to_string();
        assert!(!error.contains("hunter2"), "{error}");
        format!("{text}\n    {error}").replace("hunter2", "…")
    });
    insta::assert_snapshot!(errors.join("\n"));
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_when_the_store_is_opened() {
    let mut texts = Vec::new();
    for auth in [
        "auth: { method: cert }",
        "auth: { method: approle, role_id: x, secret_id_wrapped: true }",
        "auth: { method: approle, role_id: x, mount: auth/approle }",
        "auth: { method: approle, role_id: x, mount: ../../sys }",
        "auth: { method: jwt, token: { env: T }, namespace: '' }",
        "auth: { method: userpass, username: a/b, password: { env: P } }",
        "namespace: a/../b",
    ] {
        let config: VaultConfig =
            serde_yaml::from_str(&format!("address: http://127.0.0.1:1\n{auth}")).unwrap();
        let error = config.open(&context(&[]).0).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
        texts.push(format!("{auth}\n  {}", shown(&error)));
    }
    insta::assert_snapshot!(texts.join("\n"));
}
