//! A server that was never initialised, is sealed, or is gone: unavailable, by its name; and the same store works afterwards.

use secret_store::provider::vault::VaultStore;
use secret_store::{ErrorKind, ReadOptions, SecretStore as _};
use serde_json::json;
use test_kit::openbao::OpenBao;
use test_kit::{block_on, path};

use crate::shared::{get, open, put};

/// Everything that can be asked is answered with unavailable, with this word.
async fn expect_unavailable(store: &VaultStore, word: &str) {
    let read = store.read(&path("a"), ReadOptions::current()).await.unwrap_err();
    let write = put(store, "a", "k", "new").await.unwrap_err();
    let delete = store.delete(&path("a")).await.unwrap_err();
    let list = store.list(None).await.unwrap_err();
    for error in [read, write, delete, list] {
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
        assert!(error.to_string().contains(word), "{error} does not say {word:?}");
    }
}

#[test]
fn a_store_waits_for_nothing_but_the_server() {
    let mut server = OpenBao::secured();
    block_on(async {
        let auth = json!({ "method": "token", "token": { "file": "token" } });
        let store = open(&server, json!({ "mount": "secret", "auth": auth })).await;
        std::fs::write(server.folder().join("token"), "s.notYet").unwrap();
        // Only its health tells that a server was never initialised.
        expect_unavailable(&store, "sealed").await;
        server.initialise();
        std::fs::write(server.folder().join("token"), server.root_token()).unwrap();
        expect_unavailable(&store, "sealed").await;

        server.unseal();
        server.mount_kv_at("", "secret", 2);
        put(&store, "a", "k", "v").await.unwrap();
        assert_eq!(get(&store, "a", "k").await.unwrap(), "v");

        server.seal();
        expect_unavailable(&store, "sealed").await;
        server.unseal();
        assert_eq!(get(&store, "a", "k").await.unwrap(), "v");

        server.kill();
        expect_unavailable(&store, "connect").await;
        server.start_again();
        expect_unavailable(&store, "sealed").await;
        server.unseal();
        assert_eq!(get(&store, "a", "k").await.unwrap(), "v");
    });
}
