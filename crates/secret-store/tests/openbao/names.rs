//! Which names the server holds.

use secret_store::{ErrorKind, SecretStore as _};
use serde_json::json;
use test_kit::{block_on, path};

use crate::shared::{dev, get, open_with_token, put};

/// Go's `unicode.IsPrint` is what the server asks of each character of a path.
#[test]
fn only_a_path_that_cannot_be_printed_is_refused() {
    block_on(async {
        for version in [1, 2] {
            let settings = json!({ "mount": dev().mount_kv(version), "kv_version": version });
            let store = open_with_token(dev(), settings, dev().root_token()).await;
            let held = [
                "a b",
                "a%20b",
                "a%2Fb",
                "a?b#c",
                "\"quoted\"",
                "日本/語",
                "🔑",
                " leading",
                "trailing ",
                "a..b",
                "~",
                "{a}",
            ];
            for at in held {
                put(&store, at, "at", at).await.unwrap();
            }
            for at in held {
                assert_eq!(get(&store, at, "at").await.unwrap(), at);
            }
            assert_eq!(store.list(None).await.unwrap().len(), held.len());
            for at in ["a\u{200b}b", "a\u{ad}b", "a\u{a0}b"] {
                let error = put(&store, at, "at", at).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
                let told = error.help().unwrap_or_default();
                assert!(told.contains("printed"), "{error}: {told}");
                assert!(get(&store, at, "at").await.is_err());
            }
            assert_eq!(store.list(None).await.unwrap().len(), held.len());
            assert_eq!(store.list(Some(&path("日本"))).await.unwrap(), [path("日本/語")]);
        }
    });
}

/// A field may have any name, and any text.
#[test]
fn every_field_name_is_held() {
    block_on(async {
        for version in [1, 2] {
            let settings = json!({ "mount": dev().mount_kv(version), "kv_version": version });
            let store = open_with_token(dev(), settings, dev().root_token()).await;
            for name in ["value", "data", "ttl", "a b", "ü", "\u{200b}", "a.b/c", "-"] {
                put(&store, "a", name, "x\u{0}\u{2028}").await.unwrap();
                assert_eq!(get(&store, "a", name).await.unwrap(), "x\u{0}\u{2028}");
            }
        }
    });
}
