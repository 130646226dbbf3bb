//! A cache answers from memory for a while, reads once for all who ask at once, and forgets what is written.

use std::sync::Arc;
use std::time::Duration;

use events::Operation;
use secret_store::wrapper::{CachePolicy, Cached};
use secret_store::{
    ErrorKind, ReadOptions, Secret, SecretFields, SecretStore as _, SecretStoreExt as _, WriteOptions,
};
use test_kit::{Canary, CountingStore, FakeClock, Fault, FaultyStore, Gate, InMemorySecretStore, path};

pub(super) type Inner = Arc<CountingStore<FaultyStore<InMemorySecretStore>>>;

pub(super) const TTL: Duration = Duration::from_secs(30);

/// A cache under test, the store in it, and the clock of both.
pub(super) struct Subject {
    pub(super) inner: Inner,
    pub(super) clock: FakeClock,
    pub(super) store: Arc<Cached<Inner>>,
}

pub(super) fn cached(max_entries: usize) -> Subject {
    let memory = InMemorySecretStore::new().with("A", "1").with("B", "2").with("C", "3");
    let inner: Inner = Arc::new(CountingStore::new(FaultyStore::new(memory)));
    let clock = FakeClock::new();
    let policy = CachePolicy { ttl: TTL, max_entries, stale: None };
    let store = Arc::new(inner.clone().cached(policy, Arc::new(clock.clone())));
    Subject { inner, clock, store }
}

impl Subject {
    pub(super) async fn read(&self, at: &str) -> secret_store::Result<Secret> {
        self.store.read(&path(at), ReadOptions::current()).await
    }

    pub(super) async fn expect(&self, at: &str, value: &str) {
        let secret = self.read(at).await.expect("the store answers");
        assert!(secret.fields.as_plain() == Some(&value.into()), "{at} must be {value}");
    }

    /// Begins a read that is under way when this returns.
    pub(super) fn spawn_read(&self, at: &str) -> tokio::task::JoinHandle<secret_store::Result<Secret>> {
        let (store, at) = (self.store.clone(), path(at));
        tokio::spawn(async move { store.read(&at, ReadOptions::current()).await })
    }

    pub(super) fn hold(&self, fault: impl FnOnce(&Gate) -> Fault) -> Gate {
        let gate = Gate::shut();
        self.inner.inner().inject(fault(&gate));
        gate
    }

    pub(super) fn memory(&self) -> &InMemorySecretStore {
        self.inner.inner().inner()
    }

    pub(super) fn reads(&self, at: &str) -> usize {
        self.inner.counts().reads_of(at)
    }
}

#[tokio::test]
async fn a_value_is_read_once_until_it_is_as_old_as_the_ttl() {
    let subject = cached(10);
    subject.expect("A", "1").await;
    subject.memory().put("A", SecretFields::plain("changed behind its back"));
    subject.clock.advance(TTL.checked_sub(Duration::from_nanos(1)).unwrap());
    subject.expect("A", "1").await;
    assert_eq!(subject.reads("A"), 1);
    subject.clock.advance(Duration::from_nanos(1));
    subject.expect("A", "changed behind its back").await;
    assert_eq!(subject.reads("A"), 2);
}

#[tokio::test]
async fn the_age_of_a_value_counts_from_the_beginning_of_its_read() {
    let memory = InMemorySecretStore::new().with("A", "1");
    let clock = FakeClock::self_advancing();
    let slow = FaultyStore::new(memory).with_clock(Arc::new(clock.clone())).with(Fault::delayed(TTL));
    let inner = Arc::new(CountingStore::new(slow));
    let store = inner.clone().cached(CachePolicy { ttl: TTL, max_entries: 10, stale: None }, Arc::new(clock));
    for _ in 0..2 {
        store.read(&path("A"), ReadOptions::current()).await.unwrap();
    }
    assert_eq!(inner.counts().reads.len(), 2, "a value that took the TTL to read is old already");
}

#[tokio::test]
async fn neither_a_failure_nor_not_found_is_remembered() {
    let subject = cached(10);
    subject.inner.inner().inject(Fault::failing(ErrorKind::Unavailable).at("A").times(1));
    assert_eq!(subject.read("A").await.unwrap_err().kind(), ErrorKind::Unavailable);
    subject.expect("A", "1").await;
    assert_eq!(subject.read("NEW").await.unwrap_err().kind(), ErrorKind::NotFound);
    subject.memory().put("NEW", SecretFields::plain("now"));
    subject.expect("NEW", "now").await;
}

#[tokio::test]
async fn a_write_or_delete_through_the_cache_is_seen_at_once() {
    let subject = cached(10);
    subject.expect("A", "1").await;
    subject.store.write(&path("A"), SecretFields::plain("new"), WriteOptions::replace()).await.unwrap();
    subject.expect("A", "new").await;
    subject.store.delete(&path("A")).await.unwrap();
    assert_eq!(subject.read("A").await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_write_that_failed_or_was_given_up_is_forgotten_as_well() {
    let subject = cached(10);
    subject.expect("A", "1").await;
    subject
        .inner
        .inner()
        .inject(Fault::failing(ErrorKind::Unavailable).on(Operation::Write).after_applying().times(1));
    let (at, fields) = (path("A"), SecretFields::plain("lost answer"));
    assert!(subject.store.write(&at, fields, WriteOptions::replace()).await.is_err());
    subject.expect("A", "lost answer").await;

    let gate = subject.hold(|gate| Fault::held_by(gate).on(Operation::Write).times(1));
    let store = subject.store.clone();
    let write = tokio::spawn(async move {
        store.write(&path("A"), SecretFields::plain("given up"), WriteOptions::replace()).await
    });
    gate.waiting(1).await;
    subject.expect("A", "lost answer").await;
    subject.memory().put("A", SecretFields::plain("done all the same"));
    write.abort();
    assert!(write.await.unwrap_err().is_cancelled());
    subject.expect("A", "done all the same").await;
}

#[tokio::test]
async fn versions_are_remembered_apart() {
    let subject = cached(10);
    let first = subject.read("A").await.unwrap().version.unwrap();
    subject.store.write(&path("A"), SecretFields::plain("new"), WriteOptions::replace()).await.unwrap();
    for _ in 0..2 {
        let old = subject.store.read(&path("A"), ReadOptions::version(first.clone())).await.unwrap();
        assert!(old.fields.as_plain() == Some(&"1".into()));
        subject.expect("A", "new").await;
    }
    assert_eq!(subject.reads("A"), 3, "one before the write, and one of each version after it");
    subject.store.delete(&path("A")).await.unwrap();
    let old = subject.store.read(&path("A"), ReadOptions::version(first)).await;
    assert_eq!(old.unwrap_err().kind(), ErrorKind::NotFound, "a delete forgets all versions");
}

#[tokio::test]
async fn of_too_many_the_one_that_expires_first_goes() {
    let subject = cached(2);
    for at in ["A", "B", "C"] {
        subject.read(at).await.unwrap();
        subject.clock.advance(Duration::from_secs(1));
    }
    for at in ["B", "C"] {
        subject.read(at).await.unwrap();
        assert_eq!(subject.reads(at), 1, "{at} is remembered");
    }
    subject.read("A").await.unwrap();
    assert_eq!(subject.reads("A"), 2, "A had to go");
}

#[tokio::test]
async fn an_expired_value_is_wiped_by_the_next_call_of_any_kind() {
    let subject = cached(10);
    for call in 0..4 {
        let held = Arc::downgrade(&subject.read("A").await.unwrap().fields);
        subject.memory().put("A", SecretFields::plain("so that memory does not hold the old one"));
        subject.memory().delete(&path("A")).await.unwrap();
        assert!(held.upgrade().is_some(), "the cache holds it");
        subject.clock.advance(TTL);
        match call {
            0 => drop(subject.read("B").await),
            1 => drop(subject.store.list(None).await),
            2 => drop(subject.store.delete(&path("C")).await),
            _ => subject.store.purge_expired(),
        }
        assert!(held.upgrade().is_none(), "after call {call} nobody holds it");
        subject.memory().put("A", SecretFields::plain("1"));
    }
}

#[tokio::test]
async fn the_sweeper_wipes_without_any_call_and_ends_with_the_store() {
    let subject = cached(10);
    let sweeper = tokio::spawn(subject.store.sweeper());
    subject.clock.sleepers(1).await;
    let held = Arc::downgrade(&subject.read("A").await.unwrap().fields);
    subject.memory().delete(&path("A")).await.unwrap();
    assert!(held.upgrade().is_some());
    subject.clock.advance(TTL);
    while held.upgrade().is_some() {
        tokio::task::yield_now().await;
    }
    drop(subject.store);
    subject.clock.sleepers(1).await;
    subject.clock.advance(TTL);
    sweeper.await.unwrap();
}

#[tokio::test]
async fn a_read_that_ended_leaves_nothing_behind_but_its_value() {
    let subject = cached(10);
    subject.expect("A", "1").await;
    assert!(subject.read("GONE").await.is_err());
    let _answers = subject.store.read_many(&["B", "GONE", "GONE TOO"].map(path)).await;
    let gate = subject.hold(|gate| Fault::held_by(gate).times(1));
    let given_up = subject.spawn_read("C");
    gate.waiting(1).await;
    assert!(format!("{:?}", subject.store).contains("Entries { held: 2, under_way: 1, .. }"));
    given_up.abort();
    assert!(given_up.await.unwrap_err().is_cancelled());
    let shown = format!("{:?}", subject.store);
    assert!(shown.contains("Entries { held: 2, under_way: 0, .. }"), "{shown}");
}

#[tokio::test]
async fn clear_forgets_everything() {
    let subject = cached(10);
    subject.expect("A", "1").await;
    subject.store.clear();
    subject.expect("A", "1").await;
    assert_eq!(subject.reads("A"), 2);
}

#[tokio::test]
async fn what_is_held_is_not_shown() {
    let canary = Canary::random();
    let subject = cached(10);
    subject.memory().put("A", SecretFields::plain(canary.value()));
    subject.read("A").await.unwrap();
    canary.assert_absent_in_debug(&subject.store);
}
