//! Namespaces: secrets in one, and a log-in in another.

use secret_store::{ErrorKind, ReadOptions, SecretStore as _};
use serde_json::json;
use test_kit::openbao::OpenBao;
use test_kit::{block_on, path};

use crate::shared::{get, open, open_with_token, put};

/// A server with the namespaces `team` and `team/web`, a key/value engine `secret` in both and in the root, each with its
/// own secret `a`.
fn server() -> OpenBao {
    let server = OpenBao::secured_and_unsealed();
    server.run(&["namespace", "create", "team"]);
    server.run(&["namespace", "create", "-namespace=team", "web"]);
    for namespace in ["", "team", "team/web"] {
        server.mount_kv_at(namespace, "secret", 2);
        let namespace = format!("-namespace={namespace}");
        server.run(&["kv", "put", &namespace, "-mount=secret", "a", &format!("in={namespace}")]);
    }
    server
}

#[test]
fn secrets_are_those_of_the_namespace() {
    let server = server();
    block_on(async {
        for namespace in ["team", "team/web"] {
            for mount in [json!({ "mount": "secret" }), json!({ "mount": "secret", "kv_version": 2 })] {
                let mut settings = mount;
                settings["namespace"] = json!(namespace);
                let store = open_with_token(&server, settings, server.root_token()).await;
                assert_eq!(get(&store, "a", "in").await.unwrap(), format!("-namespace={namespace}"));
                put(&store, "b", "in", namespace).await.unwrap();
                assert_eq!(store.list(None).await.unwrap(), [path("a"), path("b")]);
                store.delete(&path("b")).await.unwrap();
            }
        }
        let root = open_with_token(&server, json!({ "mount": "secret" }), server.root_token()).await;
        assert_eq!(get(&root, "a", "in").await.unwrap(), "-namespace=");
        let error = root.read(&path("b"), ReadOptions::current()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
    });
}

#[test]
fn a_log_in_in_the_parent_reads_in_the_child() {
    let server = server();
    let namespace = "-namespace=team";
    server.run(&["auth", "enable", namespace, "userpass"]);
    let rules = r#"path "web/secret/data/*" { capabilities = ["read"] }"#;
    let _ = server.printed(&["policy", "write", namespace, "web", "-"], rules);
    server.run(&["write", namespace, "auth/userpass/users/ada", "password=battery", "token_policies=web"]);
    std::fs::write(server.folder().join("password"), "battery").unwrap();
    block_on(async {
        let auth = json!({
            "method": "userpass",
            "namespace": "team",
            "username": "ada",
            "password": { "file": "password" },
        });
        let settings = json!({ "namespace": "team/web", "mount": "secret", "kv_version": 2, "auth": auth });
        let store = open(&server, settings).await;
        assert_eq!(get(&store, "a", "in").await.unwrap(), "-namespace=team/web");
        let logins: Vec<_> = server
            .requests()
            .into_iter()
            .filter(|request| request.path == "auth/userpass/login/ada")
            .map(|request| request.namespace)
            .collect();
        assert_eq!(logins, ["team"]);
    });
}

#[test]
fn a_namespace_that_is_not_there_is_not_a_missing_secret() {
    let server = OpenBao::secured_and_unsealed();
    block_on(async {
        let settings = json!({ "namespace": "nowhere", "mount": "secret", "kv_version": 2 });
        let store = open_with_token(&server, settings, server.root_token()).await;
        let error = store.read(&path("a"), ReadOptions::current()).await.unwrap_err();
        assert_ne!(error.kind(), ErrorKind::NotFound, "{error}");
    });
}
