//! The store in memory.

use std::sync::Arc;
use std::time::Duration;

use events::{Clock, SystemClock};
use secret_store::provider::memory::MemoryStore;
use secret_store::wrapper::{CachePolicy, MountTable, RetryPolicy};
use secret_store::{
    ErrorKind, MetadataUpdate, ReadOptions, SecretFields, SecretStore, SecretStoreExt as _,
    VersionedStore as _, WriteOptions,
};
use test_kit::{Canary, FakeClock, RecordingEventBus, path};

fn store() -> MemoryStore {
    MemoryStore::new(Arc::new(SystemClock::new()))
}

fn wrapped() -> impl SecretStore {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let table = MountTable::new().mount(path("kv"), store()).unwrap();
    table
        .retrying(RetryPolicy::default(), Arc::clone(&clock))
        .cached(
            CachePolicy { stale: Some(Duration::from_mins(10)), ..CachePolicy::default() },
            Arc::clone(&clock),
        )
        .audited(Arc::new(RecordingEventBus::new()), clock)
        .scoped(path("kv"))
}

test_kit::conformance_suite!(memory, async || store());
test_kit::versioned_conformance_suite!(versions_in_memory, async || store());
test_kit::versioned_conformance_suite!(versions_through_every_wrapper, async || wrapped());

#[tokio::test]
async fn the_oldest_versions_go_when_there_are_too_many() {
    let (store, a) = (store(), path("a"));
    let write = async |value: u64| {
        store
            .write(&a, SecretFields::plain(value.to_string().as_str()), WriteOptions::replace())
            .await
            .unwrap();
    };
    for value in 1..=12 {
        write(value).await;
    }
    let kept = |metadata: secret_store::SecretMetadata| metadata.versions.into_keys().collect::<Vec<_>>();
    assert_eq!(kept(store.metadata(&a).await.unwrap()), (3..=12).collect::<Vec<_>>());
    let mut update = MetadataUpdate::new();
    update.max_versions = Some(2);
    store.update_metadata(&a, update).await.unwrap();
    write(13).await;
    assert_eq!(kept(store.metadata(&a).await.unwrap()), [12, 13]);
}

#[tokio::test]
async fn a_version_is_deleted_by_itself_when_its_time_has_come() {
    let clock = Arc::new(FakeClock::new());
    let store = MemoryStore::new(clock.clone());
    let mut update = MetadataUpdate::new().creating();
    update.delete_version_after = Some(Duration::from_mins(1));
    store.update_metadata(&path("a"), update).await.unwrap();
    store.write(&path("a"), SecretFields::plain("x"), WriteOptions::replace()).await.unwrap();
    clock.advance(Duration::from_secs(59));
    let secret = store.read(&path("a"), ReadOptions::current()).await.unwrap();
    assert!(secret.info.unwrap().version.deleted.is_some(), "when it will be is told before");
    clock.advance(Duration::from_secs(1));
    let error = store.read(&path("a"), ReadOptions::current()).await.unwrap_err();
    assert_eq!((error.kind(), error.gone().unwrap().number), (ErrorKind::NotFound, 1));
    assert_eq!(store.list(None).await.unwrap(), []);
}

#[tokio::test]
async fn a_secret_that_asks_for_check_and_set_is_not_written_without() {
    let (store, a) = (store(), path("a"));
    let mut update = MetadataUpdate::new().creating();
    update.cas_required = Some(true);
    store.update_metadata(&a, update).await.unwrap();
    let answer = store.write(&a, SecretFields::plain("x"), WriteOptions::replace()).await;
    let error = answer.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(error.to_string().contains("check-and-set parameter required"), "{error}");
    let absent = WriteOptions::replace().with_precondition(secret_store::Precondition::Absent);
    store.write(&a, SecretFields::plain("x"), absent).await.unwrap();
}

#[tokio::test]
async fn no_value_is_shown() {
    let (store, canary) = (store(), Canary::random());
    store.write(&path("a"), SecretFields::plain(canary.text()), WriteOptions::replace()).await.unwrap();
    canary.assert_absent_in_debug(&store);
    canary.assert_absent_in_debug(&store.read(&path("a"), ReadOptions::current()).await.unwrap());
    store.delete(&path("a")).await.unwrap();
    canary.assert_absent_in_error(&store.read(&path("a"), ReadOptions::current()).await.unwrap_err());
}
