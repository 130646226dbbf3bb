//! Values that cannot be what they are used for.

use materializer::ErrorKind;
use secret_store::SecretFields;
use test_kit::InMemorySecretStore;

use crate::setup::{Setup, manifest, shown, simple};

#[tokio::test]
async fn values_that_cannot_be_used_are_reported_at_once() {
    let store = InMemorySecretStore::new()
        .with("registry", r#"{"auths": {"ghcr.io": {"auth": "hunter2"}}}"#)
        .with("deploy-key", "ssh-ed25519 AAAA")
        .with_fields("token", [("id", "07401b"), ("secret", "hunter2"), ("usage", "yes")])
        .with_fields("tls", [("crt", "hunter2"), ("key", "hunter2")]);
    store.put("large", SecretFields::plain(vec![b'x'; 1024 * 1024 + 1].as_slice()));
    let manifests = [
        simple("large", "large"),
        manifest("pull", "apps")
            .secret_type("dockerconfigjson")
            .source("registry")
            .data_key(".dockerconfigjson")
            .build()
            .unwrap(),
        manifest("deploy", "ci")
            .secret_type("ssh-auth")
            .source("deploy-key")
            .data_key("ssh-privatekey")
            .build()
            .unwrap(),
        manifest("bootstrap-token-07401c", "kube-system")
            .secret_type("bootstrap-token")
            .data("token-id", ("token", "id"))
            .data("token-secret", ("token", "secret"))
            .data("usage-bootstrap-signing", ("token", "usage"))
            .build()
            .unwrap(),
        manifest("web", "web")
            .secret_type("tls")
            .data("tls.crt", ("tls", "crt"))
            .data("tls.key", ("tls", "key"))
            .build()
            .unwrap(),
    ];
    let setup = Setup::new(store);
    let error = setup.refused(&manifests).await;
    assert_eq!(error.kind(), ErrorKind::Value);
    insta::assert_snapshot!(shown(&error), @"
    value: nothing was written: 8 values cannot be used (memory store at this process)
      apps/pull, key .dockerconfigjson: entry 1 of auths has an auth that is not base64
      ci/deploy, key ssh-privatekey: is a public key
      default/large: its values have 1048577 bytes, and the API server takes 1048576; keys: password (1048577 bytes)
      kube-system/bootstrap-token-07401c, key token-id: is not the one in the name of the Secret
      kube-system/bootstrap-token-07401c, key token-secret: is not sixteen lower-case letters and digits
      kube-system/bootstrap-token-07401c, key usage-bootstrap-signing: is neither true nor false
      web/web, key tls.crt: holds no certificate in PEM form
      web/web, key tls.key: holds no private key in PEM form

    help:
    .dockerconfigjson: entries are counted by their registry in alphabetical order; auth is base64 of USER:PASSWORD
    ssh-privatekey: store the private key: the file without .pub
    default/large: split it into several Secrets, or keep the large values elsewhere, such as in a volume
    token-id: name the Secret bootstrap-token-<token-id>
    token-secret: kubeadm token generate prints a token: <token-id>.<token-secret>; store without a line break
    usage-bootstrap-signing: store exactly true or false, without a line break
    tls.crt: store the certificate, and the chain above it, from -----BEGIN CERTIFICATE----- on
    tls.key: store the key from -----BEGIN PRIVATE KEY----- on (or RSA, or EC PRIVATE KEY)
    ");
}

#[tokio::test]
async fn what_may_not_be_meant_is_a_warning_in_the_report() {
    let store =
        InMemorySecretStore::new().with_fields("login", [("user", "admin"), ("password", "hunter2\n")]);
    let login = manifest("login", "apps")
        .secret_type("basic-auth")
        .data("username", ("login", "user"))
        .data("password", ("login", "password"));
    let setup = Setup::new(store);
    let report = setup.build(&[login.build().unwrap()]).await.unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&report.warnings).unwrap(), @r#"
    [
      {
        "secret": {
          "namespace": "apps",
          "name": "login"
        },
        "key": "password",
        "message": "ends in a line break, which most readers take for a part of it",
        "help": "store it without one: printf %s instead of echo"
      }
    ]
    "#);
}

#[tokio::test]
async fn the_limit_is_of_the_values_and_not_of_their_base64() {
    let store = InMemorySecretStore::new();
    store.put("large", SecretFields::plain(vec![b'x'; 1024 * 1024].as_slice()));
    Setup::new(store).build(&[simple("large", "large")]).await.unwrap();
}

#[tokio::test]
async fn types_without_rules_take_anything() {
    let store = InMemorySecretStore::new().with("anything", &b"\xff\xfe"[..]);
    let custom =
        manifest("custom", "x").secret_type("helm.sh/release.v1").source("anything").build().unwrap();
    let report = Setup::new(store).build(&[custom, simple("opaque", "anything")]).await.unwrap();
    assert_eq!(report.warnings, []);
}
