//! What a server keeps in the store that it serves is not served.

use std::sync::Arc;

use events::Clock;
use secret_store::provider::memory::MemoryStore;
use secret_store::{
    ErrorKind, MetadataUpdate, ReadOptions, SecretFields, SecretStore, SecretStoreExt as _, WriteOptions,
};
use test_kit::{CountingStore, FakeClock, path};

fn inner() -> Arc<CountingStore<MemoryStore>> {
    let clock: Arc<dyn Clock> = Arc::new(FakeClock::new());
    Arc::new(CountingStore::new(MemoryStore::new(clock)))
}

#[tokio::test]
async fn nobody_reads_changes_or_lists_what_is_withheld_and_the_store_is_not_even_asked() {
    let inner = inner();
    for at in ["own/key", "own", "app", "ownership"] {
        inner.write(&path(at), SecretFields::plain("1"), WriteOptions::replace()).await.unwrap();
    }
    inner.reset();
    let store = inner.clone().withheld(vec![path("own"), path("token")]);
    let versions = store.versioned().unwrap();
    for at in ["own", "own/key", "own/none", "token"].map(path) {
        let refused = [
            store.read(&at, ReadOptions::current()).await.map(drop),
            store.write(&at, SecretFields::plain("2"), WriteOptions::replace()).await.map(drop),
            store.delete(&at).await,
            store.list(Some(&at)).await.map(drop),
            versions.metadata(&at).await.map(drop),
            versions.update_metadata(&at, MetadataUpdate::default()).await,
            versions.delete_versions(&at, &[1]).await,
            versions.undelete(&at, &[1]).await,
            versions.destroy(&at, &[1]).await,
            versions.remove(&at).await,
        ];
        for error in refused.map(Result::unwrap_err) {
            assert_eq!((error.kind(), error.path()), (ErrorKind::PermissionDenied, Some(&at)), "{error}");
        }
    }
    let asked = inner.counts();
    assert_eq!(asked.total(), 0, "{asked:?}");
    assert_eq!(store.list(None).await.unwrap(), [path("app"), path("ownership")]);
}

#[tokio::test]
async fn a_batch_answers_each_path_in_its_place() {
    let inner = inner();
    for at in ["own/key", "a", "b"] {
        inner.write(&path(at), SecretFields::plain(at), WriteOptions::replace()).await.unwrap();
    }
    let store = inner.withheld(vec![path("own")]);
    let answers = store.read_many(&["own/key", "b", "own", "a", "none"].map(path)).await;
    let told = answers.iter().map(|answer| match answer {
        Ok(secret) => secret.fields.get("value").unwrap() == &"b".into(),
        Err(_) => false,
    });
    assert_eq!(told.collect::<Vec<_>>(), [false, true, false, false, false]);
    let kinds: Vec<_> =
        answers.iter().map(|answer| answer.as_ref().err().map(secret_store::Error::kind)).collect();
    let denied = Some(ErrorKind::PermissionDenied);
    assert_eq!(kinds, [denied, None, denied, None, Some(ErrorKind::NotFound)]);
}
