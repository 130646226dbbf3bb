//! What `bao kv` writes is what the store reads, and the other way round.

use secret_store::provider::vault::VaultStore;
use secret_store::{ReadOptions, SecretFields, SecretStore as _, SecretValue, ValueKind, WriteOptions};
use serde_json::{Value, json};
use test_kit::openbao::OpenBao;
use test_kit::{block_on, field, path};

use crate::shared::{dev, get, open_with_token, put};

async fn store(version: u8) -> (VaultStore, String) {
    let mount = dev().mount_kv(version);
    let settings = json!({ "mount": mount, "kv_version": version });
    (open_with_token(dev(), settings, dev().root_token()).await, format!("-mount={mount}"))
}

/// What `bao kv get` says is there.
fn shown(server: &OpenBao, version: u8, mount: &str, at: &str) -> Value {
    let answer = server.json(&["kv", "get", "-format=json", mount, at]);
    if version == 1 { answer["data"].clone() } else { answer["data"]["data"].clone() }
}

#[test]
fn what_the_client_puts_and_patches_is_read() {
    block_on(async {
        for version in [1, 2] {
            let (store, mount) = store(version).await;
            let at = "apps/web/db";
            dev().run(&["kv", "put", &mount, at, "user=ada", "password=correct horse\n", "odd=ü \"\\ %2F"]);
            assert_eq!(get(&store, at, "password").await.unwrap(), "correct horse\n");
            assert_eq!(get(&store, at, "odd").await.unwrap(), "ü \"\\ %2F");
            if version == 2 {
                dev().run(&["kv", "patch", &mount, at, "user=grace"]);
                assert_eq!(get(&store, at, "user").await.unwrap(), "grace");
                assert_eq!(get(&store, at, "password").await.unwrap(), "correct horse\n");
            }
            assert_eq!(store.list(None).await.unwrap(), [path(at)]);
            dev().run(&["kv", "delete", &mount, at]);
            assert_eq!(store.list(None).await.unwrap(), []);
        }
    });
}

#[test]
fn what_the_store_writes_and_merges_is_what_the_client_gets() {
    block_on(async {
        for version in [1, 2] {
            let (store, mount) = store(version).await;
            put(&store, "a b/ü%20", "password", "two\nlines\t\u{1f511}\u{0}").await.unwrap();
            let more = SecretFields::new().with(field("port"), SecretValue::json("5432"));
            store.write(&path("a b/ü%20"), more, WriteOptions::merge()).await.unwrap();
            assert_eq!(
                shown(dev(), version, &mount, "a b/ü%20"),
                json!({ "password": "two\nlines\t\u{1f511}\u{0}", "port": 5432 })
            );
        }
    });
}

#[test]
fn values_that_are_no_text_keep_their_types_both_ways() {
    let written = json!({
        "text": "5432",
        "number": 5432,
        "large": 12_345_678_901_234_567_890_u64,
        "fraction": 0.1,
        "yes": true,
        "nothing": null,
        "list": [1, "two", [3.5, null]],
        "map": { "nested": { "deep": [false, { "er": "" }] }, "": "empty name" },
    });
    block_on(async {
        for version in [1, 2] {
            let (store, mount) = store(version).await;
            let _ = dev().printed(&["kv", "put", &mount, "typed", "-"], &written.to_string());
            let before = shown(dev(), version, &mount, "typed");
            let secret = store.read(&path("typed"), ReadOptions::current()).await.unwrap();
            let kind = |name: &str| secret.fields.get(name).unwrap().kind();
            assert_eq!(kind("text"), ValueKind::Bytes);
            for name in ["number", "large", "fraction", "yes", "list", "map"] {
                assert_eq!(kind(name), ValueKind::Json, "{name}");
            }
            store.write(&path("copy"), (*secret.fields).clone(), WriteOptions::replace()).await.unwrap();
            assert_eq!(shown(dev(), version, &mount, "copy"), before);
            let again = SecretFields::new().with(field("text"), "5433");
            store.write(&path("copy"), again, WriteOptions::merge()).await.unwrap();
            let mut merged = before;
            merged["text"] = json!("5433");
            assert_eq!(shown(dev(), version, &mount, "copy"), merged);
        }
    });
}

#[test]
fn one_store_reads_mounts_of_both_versions_by_the_first_part_of_the_path() {
    block_on(async {
        let (first, second) = (dev().mount_kv(1), dev().mount_kv(2));
        let store = open_with_token(dev(), json!({}), dev().root_token()).await;
        for mount in [&first, &second] {
            dev().run(&["kv", "put", &format!("-mount={mount}"), "a/b", &format!("in={mount}")]);
            assert_eq!(get(&store, &format!("{mount}/a/b"), "in").await.unwrap(), *mount);
        }
    });
}
