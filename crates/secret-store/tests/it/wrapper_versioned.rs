//! Wrappers keep numbered versions and notes in reach, each in its own way.

use std::collections::BTreeMap;
use std::sync::Arc;

use events::{Clock, Label, Operation};
use secret_store::provider::memory::MemoryStore;
use secret_store::wrapper::{CachePolicy, MountTable, RetryPolicy};
use secret_store::{
    Error, ErrorKind, MetadataUpdate, ReadOptions, Result, Secret, SecretFields, SecretPath, SecretStore,
    SecretStoreExt as _, SecretVersion, VersionedStore, WriteOptions,
};
use test_kit::{
    CountingStore, FailingEventBus, FakeClock, Fault, FaultyStore, InMemorySecretStore, RecordingEventBus,
    path,
};

type Inner = Arc<CountingStore<FaultyStore<MemoryStore>>>;

fn clock() -> Arc<dyn Clock> {
    Arc::new(FakeClock::self_advancing())
}

fn inner() -> Inner {
    Arc::new(CountingStore::new(FaultyStore::new(MemoryStore::new(clock()))))
}

async fn put(store: &dyn SecretStore, at: &str, value: &str) {
    store.write(&path(at), SecretFields::plain(value), WriteOptions::replace()).await.unwrap();
}

async fn read(store: &dyn SecretStore, at: &str, number: u64) -> Result<Secret> {
    store.read(&path(at), ReadOptions::version(SecretVersion::new(number.to_string()))).await
}

fn versions(store: &dyn SecretStore) -> &dyn VersionedStore {
    store.versioned().expect("it has versions")
}

fn noted(text: &str) -> MetadataUpdate {
    MetadataUpdate::new().with_notes(BTreeMap::from([("owner".to_owned(), text.to_owned())]))
}

/// What may be asked about versions and notes, at a path.
async fn all(store: &dyn VersionedStore, at: &SecretPath) -> [Result<()>; 6] {
    [
        store.metadata(at).await.map(drop),
        store.update_metadata(at, noted("ada")).await,
        store.delete_versions(at, &[1]).await,
        store.undelete(at, &[1]).await,
        store.destroy(at, &[1]).await,
        store.remove(at).await,
    ]
}

/// The same where each fails.
async fn errors(store: &dyn VersionedStore, at: &SecretPath) -> [Error; 6] {
    all(store, at).await.map(Result::unwrap_err)
}

fn shown(errors: &[Error]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// Each wrapper around `store`, by name.
fn wrappers(store: &(impl SecretStore + Clone + 'static)) -> Vec<(&'static str, Box<dyn SecretStore>)> {
    let store = || store.clone();
    vec![
        ("shared", Box::new(Arc::new(Box::new(store())))),
        ("scoped", Box::new(store().scoped(path("scope")))),
        ("cached", Box::new(store().cached(CachePolicy::default(), clock()))),
        ("retrying", Box::new(store().retrying(RetryPolicy::default(), clock()))),
        ("audited", Box::new(store().audited(Arc::new(RecordingEventBus::new()), clock()))),
        ("read-only", Box::new(store().read_only())),
        ("withheld", Box::new(store().withheld(vec![path("own")]))),
        ("mounted", Box::new(MountTable::new().mount(path("m"), store()).unwrap())),
        ("counting", Box::new(CountingStore::new(store()))),
        ("faulty", Box::new(FaultyStore::new(store()))),
    ]
}

#[test]
fn a_wrapper_has_versions_when_what_it_wraps_has_them() {
    for (name, wrapped) in wrappers(&inner()) {
        assert!(wrapped.versioned().is_some(), "{name}");
    }
    for (name, wrapped) in wrappers(&Arc::new(InMemorySecretStore::new())) {
        assert!(wrapped.versioned().is_none(), "{name}");
    }
}

#[tokio::test]
async fn a_scope_names_what_is_below_it_and_reaches_nothing_else() {
    let inner = inner();
    let scoped = inner.clone().scoped(path("acme"));
    put(&inner, "A", "outside").await;
    put(&inner, "acme/A", "inside").await;
    let store = versions(&scoped);
    store.update_metadata(&path("A"), noted("ada")).await.unwrap();
    assert_eq!(store.metadata(&path("A")).await.unwrap().notes["owner"], "ada");
    store.delete_versions(&path("A"), &[1]).await.unwrap();
    let error = read(&scoped, "A", 1).await.unwrap_err();
    assert_eq!((error.path(), error.gone().unwrap().number), (Some(&path("A")), 1));
    store.undelete(&path("A"), &[1]).await.unwrap();
    store.destroy(&path("A"), &[1]).await.unwrap();
    store.remove(&path("A")).await.unwrap();
    let asked = inner.counts().versions;
    assert!(asked.len() == 6 && asked.iter().all(|(_, at)| *at == path("acme/A")), "{asked:?}");
    assert_eq!(versions(&inner).metadata(&path("A")).await.unwrap().current_version, 1);
    inner.inner().inject(Fault::failing(ErrorKind::Unavailable));
    for error in errors(store, &path("B")).await {
        assert_eq!((error.kind(), error.path()), (ErrorKind::Unavailable, Some(&path("B"))));
    }
    let long = path(&vec!["a".repeat(204); 5].join("/"));
    for error in errors(store, &long).await {
        assert_eq!((error.kind(), error.path()), (ErrorKind::Invalid, Some(&long)));
    }
}

#[tokio::test]
async fn a_cache_forgets_what_is_changed() {
    let store = inner().cached(CachePolicy::default(), Arc::new(FakeClock::new()));
    put(&store, "A", "1").await;
    put(&store, "A", "2").await;
    let current = async || store.read(&path("A"), ReadOptions::current()).await;
    let note = async || current().await.unwrap().info.unwrap().notes.get("owner").cloned();
    let gone = |answer: Result<Secret>| answer.unwrap_err().gone().cloned();

    assert_eq!(note().await, None);
    store.update_metadata(&path("A"), noted("ada")).await.unwrap();
    assert_eq!(note().await.as_deref(), Some("ada"));
    assert!(read(&store, "A", 1).await.is_ok());
    store.delete_versions(&path("A"), &[1, 2]).await.unwrap();
    assert_eq!(gone(current().await).unwrap().number, 2);
    assert_eq!(gone(read(&store, "A", 1).await).unwrap().number, 1);
    store.undelete(&path("A"), &[1, 2]).await.unwrap();
    assert!(current().await.is_ok() && read(&store, "A", 1).await.is_ok());
    store.destroy(&path("A"), &[1]).await.unwrap();
    assert!(gone(read(&store, "A", 1).await).unwrap().version.destroyed);
    assert!(current().await.is_ok());
    store.remove(&path("A")).await.unwrap();
    assert_eq!(gone(current().await), None);
}

#[tokio::test]
async fn a_cache_forgets_what_may_have_been_changed() {
    let inner = inner();
    let store = inner.clone().cached(CachePolicy::default(), Arc::new(FakeClock::new()));
    put(&store, "A", "1").await;
    store.read(&path("A"), ReadOptions::current()).await.unwrap();
    inner
        .inner()
        .inject(Fault::failing(ErrorKind::Unavailable).on(Operation::WriteMetadata).after_applying());
    store.update_metadata(&path("A"), noted("ada")).await.unwrap_err();
    let secret = store.read(&path("A"), ReadOptions::current()).await.unwrap();
    assert_eq!(secret.info.unwrap().notes["owner"], "ada");
}

#[tokio::test]
async fn metadata_is_not_remembered() {
    let inner = inner();
    let store = inner.clone().cached(CachePolicy::default(), Arc::new(FakeClock::new()));
    put(&store, "A", "1").await;
    store.metadata(&path("A")).await.unwrap();
    versions(&inner).update_metadata(&path("A"), noted("ada")).await.unwrap();
    assert_eq!(store.metadata(&path("A")).await.unwrap().notes["owner"], "ada");
}

#[tokio::test]
async fn what_fails_for_a_while_is_asked_again() {
    let inner = inner();
    put(&inner, "A", "1").await;
    for operation in [
        Operation::ReadMetadata,
        Operation::WriteMetadata,
        Operation::Delete,
        Operation::Undelete,
        Operation::Destroy,
    ] {
        inner.inner().inject(Fault::failing(ErrorKind::Unavailable).on(operation).times(2));
    }
    let store = inner.clone().retrying(RetryPolicy::default(), clock());
    for answer in all(&store, &path("A")).await {
        answer.unwrap();
    }
    // To delete versions and to remove all are one operation: the second finds no fault.
    assert_eq!(inner.reset().versions.len(), 5 * 3 + 1);
    assert_eq!(store.metadata(&path("A")).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(inner.counts().versions.len(), 1, "an answer is an answer");
    inner.inner().inject(Fault::failing(ErrorKind::Unavailable));
    insta::assert_snapshot!(shown(&errors(&store, &path("A")).await), @"
    read the metadata of A: it was told to fail; gave up after 5 attempts (faulty store)
    change the metadata of A: it was told to fail; gave up after 5 attempts (faulty store)
    delete A: it was told to fail; gave up after 5 attempts (faulty store)
    undelete A: it was told to fail; gave up after 5 attempts (faulty store)
    destroy A: it was told to fail; gave up after 5 attempts (faulty store)
    delete A: it was told to fail; gave up after 5 attempts (faulty store)
    ");
}

#[tokio::test]
async fn each_change_of_versions_is_one_event() {
    let bus = RecordingEventBus::new();
    let store = inner().audited(Arc::new(bus.clone()), clock()).with_actor("token-accessor-7");
    put(&store, "A", "1").await;
    for answer in all(&store, &path("A")).await {
        answer.unwrap();
    }
    store.metadata(&path("A")).await.unwrap_err();
    let line = |event: &events::SecretAccessed| {
        let at = event.path.as_ref().map_or("-", Label::as_str).to_owned();
        assert_eq!(event.actor, Some(Label::new("token-accessor-7")));
        format!("{:?} {at} {:?}", event.operation, event.outcome)
    };
    let lines: Vec<_> = bus.accessed().iter().map(line).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    Write A Ok
    ReadMetadata A Ok
    WriteMetadata A Ok
    Delete A Ok
    Undelete A Ok
    Destroy A Ok
    Delete A Ok
    ReadMetadata A Failed("not-found")
    "#);
}

#[tokio::test]
async fn what_is_not_audited_is_not_answered_and_says_whether_it_was_done() {
    let inner = inner();
    put(&inner, "A", "1").await;
    let store = inner.clone().audited(Arc::new(FailingEventBus::new()), clock());
    let lost = errors(&store, &path("A")).await;
    assert!(lost.iter().all(|error| error.kind() == ErrorKind::Unavailable), "{lost:?}");
    insta::assert_snapshot!(shown(&lost), @"
    read the metadata of A: it could not be audited: the event was not taken by failing bus: it was told to fail
    change the metadata of A: the metadata was changed, but that could not be audited: the event was not taken by failing bus: it was told to fail
    delete A: the secret was deleted, but that could not be audited: the event was not taken by failing bus: it was told to fail
    undelete A: the versions were brought back, but that could not be audited: the event was not taken by failing bus: it was told to fail
    destroy A: the versions were destroyed, but that could not be audited: the event was not taken by failing bus: it was told to fail
    delete A: the secret was deleted, but that could not be audited: the event was not taken by failing bus: it was told to fail
    ");
    assert_eq!(versions(&inner).metadata(&path("A")).await.unwrap_err().kind(), ErrorKind::NotFound);
    let refused = store.destroy(&path("A"), &[]).await.unwrap_err();
    insta::assert_snapshot!(refused, @"destroy A: it could not be audited: the event was not taken by failing bus: it was told to fail");
}

#[tokio::test]
async fn a_read_only_store_tells_of_versions_and_changes_none() {
    let inner = inner();
    put(&inner, "A", "1").await;
    let store = inner.clone().read_only();
    let [metadata, refused @ ..] = all(&store, &path("A")).await;
    metadata.unwrap();
    let refused = refused.map(Result::unwrap_err);
    assert!(refused.iter().all(|error| error.kind() == ErrorKind::Unsupported), "{refused:?}");
    insta::assert_snapshot!(shown(&refused), @"
    change the metadata of A: the store was opened read-only (memory store at this process)
    delete A: the store was opened read-only (memory store at this process)
    undelete A: the store was opened read-only (memory store at this process)
    destroy A: the store was opened read-only (memory store at this process)
    remove A: the store was opened read-only (memory store at this process)
    ");
    assert_eq!(inner.counts().versions, [(Operation::ReadMetadata, path("A"))]);
}

#[tokio::test]
async fn each_mount_has_versions_or_not() {
    let (with, without) = (inner(), Arc::new(InMemorySecretStore::new()));
    let table = MountTable::new().mount_root(without).unwrap().mount(path("kv"), with.clone()).unwrap();
    put(&table, "kv/A", "1").await;
    put(&table, "A", "1").await;
    for answer in all(&table, &path("kv/A")).await {
        answer.unwrap();
    }
    let asked = with.reset().versions;
    assert!(asked.len() == 6 && asked.iter().all(|(_, at)| *at == path("A")), "{asked:?}");
    let refused = errors(&table, &path("A")).await;
    assert!(refused.iter().all(|error| error.kind() == ErrorKind::Unsupported), "{refused:?}");
    insta::assert_snapshot!(shown(&refused), @"
    read the metadata of A: the store keeps no numbered versions and no notes (memory store at this process)
    change the metadata of A: the store keeps no numbered versions and no notes (memory store at this process)
    delete A: the store keeps no numbered versions and no notes (memory store at this process)
    undelete A: the store keeps no numbered versions and no notes (memory store at this process)
    destroy A: the store keeps no numbered versions and no notes (memory store at this process)
    remove A: the store keeps no numbered versions and no notes (memory store at this process)
    ");
    with.inner().inject(Fault::failing(ErrorKind::Unavailable));
    for error in errors(&table, &path("kv/A")).await {
        assert_eq!((error.kind(), error.path()), (ErrorKind::Unavailable, Some(&path("kv/A"))));
    }
}
