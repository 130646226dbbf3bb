//! Why the wrappers are put on in the order in which they are.

use std::sync::Arc;

use secret_store::wrapper::{CachePolicy, RetryPolicy};
use secret_store::{ErrorKind, ReadOptions, Secret, SecretPath, SecretStore, SecretStoreExt as _};
use test_kit::{
    Canary, CountingStore, FakeClock, Fault, FaultyStore, Gate, InMemorySecretStore, RecordingEventBus,
    block_on, path,
};

type Inner = Arc<CountingStore<FaultyStore<InMemorySecretStore>>>;

struct Stack {
    inner: Inner,
    bus: RecordingEventBus,
    store: Arc<dyn SecretStore>,
}

fn stack(memory: InMemorySecretStore) -> Stack {
    let inner: Inner = Arc::new(CountingStore::new(FaultyStore::new(memory)));
    let (bus, clock) = (RecordingEventBus::new(), Arc::new(FakeClock::self_advancing()));
    let store = inner
        .clone()
        .retrying(RetryPolicy::default(), clock.clone())
        .cached(CachePolicy::default(), clock.clone())
        .audited(Arc::new(bus.clone()), clock)
        .scoped(path("acme"));
    Stack { inner, bus, store: Arc::new(store) }
}

async fn read_at_once(store: &Arc<dyn SecretStore>, readers: usize) -> Vec<secret_store::Result<Secret>> {
    let read =
        |store: Arc<dyn SecretStore>| async move { store.read(&path("A"), ReadOptions::current()).await };
    futures::future::join_all((0..readers).map(|_| read(store.clone()))).await
}

#[test]
fn retry_is_innermost_so_that_many_readers_share_one_series_of_attempts() {
    block_on(async {
        let stack = stack(InMemorySecretStore::new().with("acme/A", "1"));
        stack.inner.inner().inject(Fault::failing(ErrorKind::Unavailable).times(2));
        let answers = read_at_once(&stack.store, 10).await;
        assert!(answers.iter().all(Result::is_ok));
        assert_eq!(stack.inner.counts().reads_of("acme/A"), 3, "two failures and one success for all ten");
    });
}

/// On one thread, so that all ten have begun before the first can end.
#[tokio::test]
async fn readers_who_share_a_failure_share_the_attempts_too() {
    let stack = stack(InMemorySecretStore::new().with("acme/A", "1"));
    let gate = Gate::shut();
    stack.inner.inner().inject(Fault::held_by(&gate).then_failing(ErrorKind::Unavailable).times(5));
    let store = stack.store.clone();
    let reading = tokio::spawn(async move { read_at_once(&store, 10).await });
    gate.waiting(1).await;
    gate.open();
    for answer in reading.await.unwrap() {
        let text = answer.unwrap_err().to_string();
        assert_eq!(text, "read A: it was told to fail; gave up after 5 attempts (faulty store)");
    }
    assert_eq!(stack.inner.counts().reads.len(), 5);
}

#[test]
fn audit_is_outside_the_cache_so_that_every_read_is_audited() {
    block_on(async {
        let stack = stack(InMemorySecretStore::new().with("acme/A", "1"));
        for _ in 0..3 {
            stack.store.read(&path("A"), ReadOptions::current()).await.unwrap();
        }
        assert_eq!(stack.inner.counts().reads.len(), 1, "the cache answered twice");
        assert_eq!(stack.bus.accessed().len(), 3, "and each time somebody read it");
    });
}

#[test]
fn scope_is_outermost_so_that_the_log_has_the_store_s_own_paths() {
    block_on(async {
        let stack = stack(InMemorySecretStore::new().with("acme/A", "1"));
        let error = stack.store.read(&path("GONE"), ReadOptions::current()).await.unwrap_err();
        assert_eq!(error.path().map(SecretPath::as_str), Some("GONE"), "the caller's path for the caller");
        let logged = stack.bus.accessed().remove(0).path.unwrap();
        assert_eq!(logged.as_str(), "acme/GONE", "the store's path for the log");
    });
}

#[test]
fn nothing_in_the_full_stack_shows_a_value() {
    block_on(async {
        let canary = Canary::random();
        let stack = stack(InMemorySecretStore::new().with("acme/A", canary.value()));
        let answers = stack.store.read_many(&[path("A"), path("GONE")]).await;
        canary.assert_absent_in_debug(&answers);
        canary.assert_absent_in_debug(&stack.store);
        canary.assert_absent_in_debug(&stack.bus.events());
        canary.assert_absent_in_error(answers[1].as_ref().unwrap_err());
    });
}
