//! Versions and metadata: deleted, brought back, destroyed, noted on.

use std::collections::BTreeMap;

use secret_store::provider::vault::VaultStore;
use secret_store::{
    ErrorKind, MetadataUpdate, ReadOptions, SecretStore as _, SecretVersion, VersionedStore as _,
};
use serde_json::json;
use test_kit::{block_on, path};

use crate::shared::{dev, get, open_with_token, put};

async fn store(version: u8) -> (VaultStore, String) {
    let mount = dev().mount_kv(version);
    let settings = json!({ "mount": mount, "kv_version": version });
    (open_with_token(dev(), settings, dev().root_token()).await, format!("-mount={mount}"))
}

/// The category of reading a version, or its field.
async fn read(store: &VaultStore, version: &str) -> Result<(), ErrorKind> {
    let options = ReadOptions::version(SecretVersion::new(version));
    store.read(&path("a"), options).await.map(drop).map_err(|error| error.kind())
}

#[test]
fn what_is_deleted_comes_back_and_what_is_destroyed_does_not() {
    block_on(async {
        let (store, mount) = store(2).await;
        for value in ["one", "two", "three"] {
            put(&store, "a", "k", value).await.unwrap();
        }
        store.delete(&path("a")).await.unwrap();
        let error = store.read(&path("a"), ReadOptions::current()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert!(error.help().unwrap().contains("undelete"), "{error}");
        let gone = error.gone().unwrap();
        assert!(gone.number == 3 && gone.version.deleted.is_some() && !gone.version.destroyed, "{gone:?}");
        assert_eq!(store.list(None).await.unwrap(), []);
        assert_eq!(read(&store, "2").await, Ok(()));

        store.undelete(&path("a"), &[3]).await.unwrap();
        assert_eq!(get(&store, "a", "k").await.unwrap(), "three");
        assert_eq!(store.list(None).await.unwrap(), [path("a")]);

        store.destroy(&path("a"), &[1, 3]).await.unwrap();
        assert_eq!(read(&store, "1").await, Err(ErrorKind::NotFound));
        assert_eq!(read(&store, "2").await, Ok(()));
        assert_eq!(read(&store, "3").await, Err(ErrorKind::NotFound));
        store.undelete(&path("a"), &[3]).await.unwrap();
        assert_eq!(read(&store, "3").await, Err(ErrorKind::NotFound));

        // As the server's own client sees it.
        let shown = dev().json(&["kv", "metadata", "get", "-format=json", &mount, "a"]);
        let destroyed = |version: &str| shown["data"]["versions"][version]["destroyed"].as_bool().unwrap();
        assert_eq!(["1", "2", "3"].map(destroyed), [true, false, true]);
    });
}

#[test]
fn what_the_client_deletes_is_gone_and_what_it_undeletes_is_back() {
    block_on(async {
        let (store, mount) = store(2).await;
        dev().run(&["kv", "put", &mount, "a", "k=v"]);
        dev().run(&["kv", "delete", &mount, "a"]);
        assert_eq!(get(&store, "a", "k").await.unwrap_err().kind(), ErrorKind::NotFound);
        dev().run(&["kv", "undelete", &mount, "-versions=1", "a"]);
        assert_eq!(get(&store, "a", "k").await.unwrap(), "v");
        dev().run(&["kv", "metadata", "delete", &mount, "a"]);
        assert_eq!(get(&store, "a", "k").await.unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(store.metadata(&path("a")).await.unwrap_err().kind(), ErrorKind::NotFound);
    });
}

#[test]
fn metadata_is_what_the_client_set_and_the_other_way_round() {
    block_on(async {
        let (store, mount) = store(2).await;
        put(&store, "a", "k", "one").await.unwrap();
        put(&store, "a", "k", "two").await.unwrap();
        store.delete(&path("a")).await.unwrap();
        dev().run(&["kv", "metadata", "put", &mount, "-custom-metadata=owner=ada", "-max-versions=7", "a"]);
        let notes = BTreeMap::from([("team".to_owned(), Some("web ü".to_owned()))]);
        store.update_metadata(&path("a"), MetadataUpdate::new().with_changed_notes(notes)).await.unwrap();

        let metadata = store.metadata(&path("a")).await.unwrap();
        assert_eq!(metadata.current_version, 2);
        assert_eq!(metadata.max_versions, Some(7));
        let custom =
            [("owner", "ada"), ("team", "web ü")].map(|(name, text)| (name.to_owned(), text.to_owned()));
        assert_eq!(*metadata.notes, BTreeMap::from(custom));
        assert_eq!(metadata.versions.keys().copied().collect::<Vec<_>>(), [1, 2]);
        assert!(metadata.versions[&1].deleted.is_none() && metadata.versions[&2].deleted.is_some());

        let gone = BTreeMap::from([("owner".to_owned(), None)]);
        store.update_metadata(&path("a"), MetadataUpdate::new().with_changed_notes(gone)).await.unwrap();
        let shown = dev().json(&["kv", "metadata", "get", "-format=json", &mount, "a"]);
        assert_eq!(shown["data"]["custom_metadata"], json!({ "team": "web ü" }));
        assert_eq!(shown["data"]["max_versions"], 7);
    });
}

#[test]
fn version_1_has_none_of_it_and_says_so() {
    block_on(async {
        let (store, _) = store(1).await;
        put(&store, "a", "k", "v").await.unwrap();
        let undelete = store.undelete(&path("a"), &[1]).await.unwrap_err();
        let destroy = store.destroy(&path("a"), &[1]).await.unwrap_err();
        let metadata = store.metadata(&path("a")).await.unwrap_err();
        for error in [undelete, destroy, metadata] {
            assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
        }
        assert_eq!(get(&store, "a", "k").await.unwrap(), "v");
    });
}
