//! Stores that count and fail.

use std::sync::Arc;
use std::time::Duration;

use events::Operation;
use secret_store::{
    ErrorKind, ReadOptions, SecretFields, SecretPath, SecretStore as _, SecretStoreExt as _, WriteOptions,
};
use test_kit::{
    Canary, Clock as _, CountingStore, FakeClock, Fault, FaultyStore, Gate, InMemorySecretStore, block_on,
    path,
};

fn memory() -> InMemorySecretStore {
    InMemorySecretStore::new().with("A", "1").with("B", "2").with_fields("C", [("user", "u"), ("pass", "p")])
}

#[tokio::test]
async fn calls_are_counted_by_operation_and_path() {
    let store = CountingStore::new(memory());
    let _read = store.read(&path("A"), ReadOptions::current()).await;
    let _many = store.read_many(&["A", "B", "GONE"].map(path)).await;
    let _write = store.write(&path("D"), SecretFields::plain("1"), WriteOptions::replace()).await;
    let _delete = store.delete(&path("A")).await;
    let _list = store.list(Some(&path("x"))).await;
    let counts = store.reset();
    assert_eq!((counts.total(), counts.reads_of("A"), counts.reads_of("GONE")), (5, 2, 1));
    assert_eq!(counts.lists, [Some(path("x"))]);
    assert_eq!(counts.max_concurrency, 1);
    assert_eq!(store.counts().total(), 0);
}

#[test]
fn the_most_calls_at_once_are_counted() {
    block_on(async {
        let gate = Gate::shut();
        let store =
            Arc::new(CountingStore::new(FaultyStore::new(memory()).with(Fault::held_by(&gate).times(3))));
        let read = |store: Arc<CountingStore<_>>| async move { store.exists(&path("A")).await };
        let readers: Vec<_> = (0..3).map(|_| tokio::spawn(read(store.clone()))).collect();
        gate.waiting(3).await;
        gate.open();
        for reader in readers {
            assert!(reader.await.unwrap().unwrap());
        }
        store.exists(&path("A")).await.unwrap();
        assert_eq!(store.counts().max_concurrency, 3);
    });
}

#[tokio::test]
async fn faults_are_taken_in_order_by_the_calls_that_they_fit() {
    let store = FaultyStore::new(memory())
        .with(Fault::failing(ErrorKind::Unavailable).on(Operation::Write).times(1))
        .with(Fault::failing(ErrorKind::RateLimited).at("A").times(1))
        .with(Fault::failing(ErrorKind::Corrupt).at("A").times(1));
    let kind = async |at: &SecretPath| store.read(at, ReadOptions::current()).await.err().map(|it| it.kind());
    assert_eq!(kind(&path("B")).await, None);
    assert_eq!(kind(&path("A")).await, Some(ErrorKind::RateLimited));
    assert_eq!(kind(&path("A")).await, Some(ErrorKind::Corrupt));
    assert_eq!(kind(&path("A")).await, None);
    let write = async || store.write(&path("B"), SecretFields::plain("3"), WriteOptions::replace()).await;
    assert_eq!(write().await.unwrap_err().to_string(), "write B: it was told to fail (faulty store)");
    assert!(write().await.is_ok());
    store.inject(Fault::failing(ErrorKind::Unavailable));
    assert!(store.list(None).await.is_err());
    store.mend();
    assert!(store.list(None).await.is_ok());
}

#[tokio::test]
async fn of_many_each_path_takes_its_own_fault() {
    let store = FaultyStore::new(memory()).with(Fault::failing(ErrorKind::Unavailable).at("B").times(1));
    let answers = store.read_many(&["A", "B", "B", "GONE"].map(path)).await;
    let kinds: Vec<_> = answers.iter().map(|it| it.as_ref().err().map(secret_store::Error::kind)).collect();
    assert_eq!(kinds, [None, Some(ErrorKind::Unavailable), None, Some(ErrorKind::NotFound)]);
}

#[tokio::test]
async fn a_fault_after_applying_has_applied() {
    let store = FaultyStore::new(memory()).with(Fault::failing(ErrorKind::Unavailable).after_applying());
    let write = store.write(&path("A"), SecretFields::plain("new"), WriteOptions::replace()).await;
    assert_eq!(write.unwrap_err().kind(), ErrorKind::Unavailable);
    assert_eq!(store.inner().peek("A").unwrap().as_plain(), Some(&"new".into()));
    assert!(store.delete(&path("A")).await.is_err());
    assert!(store.inner().peek("A").is_none());
}

#[tokio::test]
async fn a_delay_is_by_the_store_s_clock() {
    let clock = FakeClock::self_advancing();
    let store = FaultyStore::new(memory())
        .with_clock(Arc::new(clock.clone()))
        .with(Fault::delayed(Duration::from_hours(1)).then_failing(ErrorKind::Unavailable));
    assert!(store.exists(&path("A")).await.is_err());
    assert_eq!(clock.monotonic(), Duration::from_hours(1));
}

#[tokio::test]
async fn memory_is_filled_fluently_and_shows_nothing() {
    let canary = Canary::random();
    let store = memory().with("K", canary.value());
    assert_eq!(store.read_field(&path("C"), "pass").await.unwrap(), "p".into());
    assert_eq!((store.len(), store.is_empty()), (4, false));
    assert_eq!(format!("{store:?}"), "InMemorySecretStore { secrets: 4, .. }");
    canary.assert_absent_in_debug(&store);
}

#[test]
#[should_panic(expected = r#"not a path: "../A" has a segment that starts with a full stop"#)]
fn a_path_that_is_none_ends_the_test() {
    let _store = memory().with("../A", "1");
}
