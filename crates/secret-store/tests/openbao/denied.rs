//! What is forbidden is said to be forbidden, and what is not there to be missing.

use secret_store::provider::vault::VaultStore;
use secret_store::{ErrorKind, ReadOptions, SecretStore as _};
use serde_json::json;
use test_kit::{block_on, path};

use crate::as_application;
use crate::shared::{dev, get, open_with_token, put, secured};

/// Somebody who may read `open/…` and nothing else in a mount with secrets in both `open` and `closed`.
async fn store() -> VaultStore {
    let mount = secured().mount_kv(2);
    for at in ["open/a", "closed/a"] {
        secured().run(&["kv", "put", &format!("-mount={mount}"), at, "k=v"]);
    }
    let policy = secured().policy(&format!(r#"path "{mount}/data/open/*" {{ capabilities = ["read"] }}"#));
    let token = secured().token(&[&policy], &[]);
    open_with_token(secured(), json!({ "mount": mount }), &token).await
}

#[test]
fn a_forbidden_read_is_not_a_missing_secret() {
    block_on(async {
        let store = store().await;
        assert_eq!(get(&store, "open/a", "k").await.unwrap(), "v");
        let kind = |at: &'static str| {
            let store = &store;
            async move { store.read(&path(at), ReadOptions::current()).await.unwrap_err().kind() }
        };
        assert_eq!(kind("open/b").await, ErrorKind::NotFound);
        assert_eq!(kind("closed/a").await, ErrorKind::PermissionDenied);
        assert_eq!(kind("closed/b").await, ErrorKind::PermissionDenied);
    });
}

#[test]
fn forbidden_writes_deletes_and_lists_are_said_to_be_forbidden() {
    block_on(async {
        let store = store().await;
        let write = put(&store, "open/a", "k", "new").await.unwrap_err();
        let delete = store.delete(&path("open/a")).await.unwrap_err();
        let list = store.list(None).await.unwrap_err();
        let list_below = store.list(Some(&path("open"))).await.unwrap_err();
        for error in [write, delete, list, list_below] {
            assert_eq!(error.kind(), ErrorKind::PermissionDenied, "{error}");
            assert!(error.help().is_some(), "{error}");
        }
        assert_eq!(get(&store, "open/a", "k").await.unwrap(), "v");
    });
}

#[test]
fn reading_under_a_known_version_asks_for_the_secret_and_nothing_else() {
    block_on(async {
        let mount = secured().mount_kv(2);
        secured().run(&["kv", "put", &format!("-mount={mount}"), "a", "k=v"]);
        let before = secured().requests().len();
        let token = as_application::token(secured(), &mount);
        let store = open_with_token(secured(), json!({ "mount": mount, "kv_version": 2 }), &token).await;
        assert_eq!(get(&store, "a", "k").await.unwrap(), "v");
        let requests = secured().requests().split_off(before);
        let mine: Vec<_> =
            requests.iter().filter(|request| request.path.contains(&format!("{mount}/"))).collect();
        assert_eq!(mine.len(), 1, "{mine:?}");
        assert_eq!(
            (mine[0].operation.as_str(), mine[0].path.as_str()),
            ("read", &*format!("{mount}/data/a"))
        );
    });
}

#[test]
fn a_wrong_guess_of_the_version_is_told() {
    block_on(async {
        let (proxy, mount) = (as_application::without_preflight().await, dev().mount_kv(1));
        dev().run(&["kv", "put", &format!("-mount={mount}"), "a", "k=v"]);
        let settings = json!({ "address": proxy.url(), "mount": mount });
        let store = open_with_token(dev(), settings, &as_application::token(dev(), &mount)).await;
        let error = store.read(&path("a"), ReadOptions::current()).await.unwrap_err();
        let told = format!("{error} {}", error.help().unwrap_or_default());
        assert!(told.contains("kv_version"), "{told}");

        let settings = json!({ "address": proxy.url(), "mount": mount, "kv_version": 1 });
        let store = open_with_token(dev(), settings, &as_application::token(dev(), &mount)).await;
        assert_eq!(get(&store, "a", "k").await.unwrap(), "v");
    });
}

#[test]
fn a_mount_that_is_not_there_is_not_a_missing_secret() {
    block_on(async {
        let settings =
            [json!({ "mount": "nowhere" }), json!({ "mount": "nowhere", "kv_version": 2 }), json!({})];
        for settings in settings {
            let store = open_with_token(secured(), settings, secured().root_token()).await;
            let error = store.read(&path("nowhere/a"), ReadOptions::current()).await.unwrap_err();
            assert_ne!(error.kind(), ErrorKind::NotFound, "{error}");
            assert!(error.to_string().contains("nowhere"), "{error}");
            let error = store.list(Some(&path("nowhere"))).await.unwrap_err();
            assert_ne!(error.kind(), ErrorKind::NotFound, "{error}");
        }
    });
}
