//! A cache answers from memory for a while, reads once for all who ask at once, and forgets what is written.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use events::Operation;
use secret_store::wrapper::{CachePolicy, Cached};
use secret_store::{
    ErrorKind, ReadOptions, Secret, SecretFields, SecretStore as _, SecretStoreExt as _, SecretValue,
    SecretVersion, WriteOptions,
};
use test_kit::{
    Canary, CountingStore, FakeClock, Fault, FaultyStore, Gate, InMemorySecretStore, block_on, path,
};

type Inner = Arc<CountingStore<FaultyStore<InMemorySecretStore>>>;

const TTL: Duration = Duration::from_secs(30);

struct Subject {
    inner: Inner,
    clock: FakeClock,
    store: Arc<Cached<Inner>>,
}

fn cached(max_entries: usize) -> Subject {
    let memory = InMemorySecretStore::new().with("A", "1").with("B", "2").with("C", "3");
    let inner: Inner = Arc::new(CountingStore::new(FaultyStore::new(memory)));
    let clock = FakeClock::new();
    let policy = CachePolicy { ttl: TTL, max_entries };
    let store = Arc::new(inner.clone().cached(policy, Arc::new(clock.clone())));
    Subject { inner, clock, store }
}

impl Subject {
    async fn read(&self, at: &str) -> secret_store::Result<Secret> {
        self.store.read(&path(at), ReadOptions::current()).await
    }

    async fn expect(&self, at: &str, value: &str) {
        let secret = self.read(at).await.expect("the store answers");
        assert!(secret.fields.as_plain() == Some(&value.into()), "{at} must be {value}");
    }

    /// Begins a read that is under way when this returns.
    fn spawn_read(&self, at: &str) -> tokio::task::JoinHandle<secret_store::Result<Secret>> {
        let (store, at) = (self.store.clone(), path(at));
        tokio::spawn(async move { store.read(&at, ReadOptions::current()).await })
    }

    fn hold(&self, fault: impl FnOnce(&Gate) -> Fault) -> Gate {
        let gate = Gate::shut();
        self.inner.inner().inject(fault(&gate));
        gate
    }

    fn memory(&self) -> &InMemorySecretStore {
        self.inner.inner().inner()
    }

    fn reads(&self, at: &str) -> usize {
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
    let store = inner.clone().cached(CachePolicy { ttl: TTL, max_entries: 10 }, Arc::new(clock));
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

#[test]
fn readers_at_once_share_one_read_and_its_answer() {
    block_on(async {
        for failing in [None, Some(ErrorKind::Corrupt)] {
            let subject = cached(10);
            let gate = subject.hold(|gate| {
                let fault = Fault::held_by(gate);
                failing.map_or(fault.clone(), |kind| fault.then_failing(kind))
            });
            let readers: Vec<_> = (0..20).map(|_| subject.spawn_read("A")).collect();
            gate.waiting(1).await;
            gate.open();
            for reader in readers {
                assert_eq!(reader.await.unwrap().err().map(|error| error.kind()), failing);
            }
            // A reader whose task began only after the failure reads for itself; while one was held, none did.
            assert!(subject.inner.counts().max_concurrency == 1);
            if failing.is_none() {
                assert_eq!(subject.reads("A"), 1);
            }
        }
    });
}

#[tokio::test]
async fn a_shared_error_is_read_once() {
    let subject = cached(10);
    let gate = subject.hold(|gate| Fault::held_by(gate).then_failing(ErrorKind::Corrupt).times(1));
    // On one thread, all twenty have begun before the first can end.
    let readers: Vec<_> = (0..20).map(|_| subject.spawn_read("A")).collect();
    gate.waiting(1).await;
    gate.open();
    for reader in readers {
        assert_eq!(reader.await.unwrap().unwrap_err().kind(), ErrorKind::Corrupt);
    }
    assert_eq!(subject.reads("A"), 1);
}

#[tokio::test]
async fn a_reader_who_gives_up_does_not_disturb_the_others() {
    let subject = cached(10);
    let gate = subject.hold(|gate| Fault::held_by(gate).times(1));
    let leader = subject.spawn_read("A");
    gate.waiting(1).await;
    let (second, third) = (subject.spawn_read("A"), subject.spawn_read("A"));
    tokio::task::yield_now().await;
    leader.abort();
    assert!(leader.await.unwrap_err().is_cancelled());
    assert_eq!(gate.count(), 1, "the read goes on");
    third.abort();
    gate.open();
    assert!(second.await.unwrap().is_ok());
    assert_eq!(subject.reads("A"), 1);
    subject.expect("A", "1").await;
    assert_eq!(subject.reads("A"), 1, "and is remembered");
}

#[tokio::test]
async fn a_read_that_nobody_waits_for_is_dropped_and_begun_anew() {
    let subject = cached(10);
    let gate = subject.hold(|gate| Fault::held_by(gate).times(1));
    let only = subject.spawn_read("A");
    gate.waiting(1).await;
    only.abort();
    assert!(only.await.unwrap_err().is_cancelled());
    assert_eq!(gate.count(), 0, "the inner read was dropped");
    subject.expect("A", "1").await;
    assert_eq!(subject.reads("A"), 2);
}

#[tokio::test]
async fn many_are_asked_for_in_one_batch_without_what_is_known_or_under_way() {
    let subject = cached(10);
    subject.expect("A", "1").await;
    let gate = subject.hold(|gate| Fault::held_by(gate).at("B").times(1));
    let under_way = subject.spawn_read("B");
    gate.waiting(1).await;
    subject.inner.reset();

    let paths = ["C", "A", "GONE", "B", "C", "A", "GONE"].map(path);
    let store = subject.store.clone();
    let many = tokio::spawn(async move { store.read_many(&paths).await });
    tokio::task::yield_now().await;
    gate.open();
    let answers = many.await.unwrap();
    let found: Vec<_> =
        answers.iter().map(|it| it.as_ref().ok().map(|it| it.fields.as_plain().cloned())).collect();
    let value = |text: &str| Some(Some(SecretValue::from(text)));
    assert_eq!(found, [value("3"), value("1"), None, value("2"), value("3"), value("1"), None]);
    assert!(under_way.await.unwrap().is_ok());
    let counts = subject.inner.counts();
    assert_eq!(counts.batches, [vec![path("C"), path("GONE")]]);
    assert!(counts.reads.is_empty(), "B was joined");

    let _answers = subject.store.read_many(&["A", "B", "C"].map(path)).await;
    assert_eq!(subject.inner.counts().total(), 1, "all three are remembered");
}

#[tokio::test]
async fn a_reader_joins_a_batch_and_outlives_it() {
    let subject = cached(10);
    let gate = subject.hold(|gate| Fault::held_by(gate).at("A").times(1));
    let store = subject.store.clone();
    let batch = tokio::spawn(async move { store.read_many(&["A", "B"].map(path)).await });
    gate.waiting(1).await;
    let single = subject.spawn_read("B");
    tokio::task::yield_now().await;
    batch.abort();
    assert!(batch.await.unwrap_err().is_cancelled());
    gate.open();
    assert!(single.await.unwrap().is_ok());
    assert_eq!(subject.inner.counts().total(), 1, "one batch, and no read beside it");
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

/// The old value is read before the write and arrives after it: it must not be what the next reader gets.
#[tokio::test]
async fn a_read_that_began_before_a_write_is_not_remembered_after_it() {
    let subject = cached(10);
    let (early_gate, late_gate) = (Gate::shut(), Gate::shut());
    // A read has its answer (the old one), and is then held.
    let gates = Mutex::new(vec![late_gate.clone(), early_gate.clone()]);
    let slow = SlowAnswer { inner: subject.inner.clone(), gates };
    let store =
        Arc::new(slow.cached(CachePolicy { ttl: TTL, max_entries: 10 }, Arc::new(subject.clock.clone())));
    let reader = store.clone();
    let early = tokio::spawn(async move { reader.read(&path("A"), ReadOptions::current()).await });
    while subject.reads("A") == 0 {
        tokio::task::yield_now().await;
    }
    store.write(&path("A"), SecretFields::plain("new"), WriteOptions::replace()).await.unwrap();
    let reader = store.clone();
    let late = tokio::spawn(async move { reader.read(&path("A"), ReadOptions::current()).await });
    late_gate.waiting(1).await;
    early_gate.open();
    let early = early.await.unwrap().unwrap();
    assert!(
        early.fields.as_plain() == Some(&"1".into()),
        "who asked before the write may see the value before it"
    );
    let reader = store.clone();
    let third = tokio::spawn(async move { reader.read(&path("A"), ReadOptions::current()).await });
    tokio::task::yield_now().await;
    late_gate.open();
    let third = third.await.unwrap().unwrap();
    assert!(
        third.fields.as_plain() == Some(&"new".into()),
        "the early read is not remembered in the late one's place"
    );
    let late = late.await.unwrap().unwrap();
    assert!(
        late.fields.as_plain() == Some(&"new".into()),
        "who asked after the write does not join the early read"
    );
    let after = store.read(&path("A"), ReadOptions::current()).await.unwrap();
    assert!(after.fields.as_plain() == Some(&"new".into()), "nor is the early read remembered");
}

/// A store whose reads are done at once, and answered when their gate opens: the last one is for the first read.
#[derive(Debug)]
struct SlowAnswer {
    inner: Inner,
    gates: Mutex<Vec<Gate>>,
}

#[async_trait::async_trait]
impl secret_store::SecretStore for SlowAnswer {
    fn info(&self) -> secret_store::StoreInfo {
        self.inner.info()
    }

    async fn read(
        &self,
        at: &secret_store::SecretPath,
        options: ReadOptions,
    ) -> secret_store::Result<Secret> {
        let answer = self.inner.read(at, options).await;
        let gate = self.gates.lock().unwrap().pop();
        if let Some(gate) = gate {
            gate.pass().await;
        }
        answer
    }

    async fn write(
        &self,
        at: &secret_store::SecretPath,
        fields: SecretFields,
        options: WriteOptions,
    ) -> secret_store::Result<SecretVersion> {
        self.inner.write(at, fields, options).await
    }

    async fn delete(&self, at: &secret_store::SecretPath) -> secret_store::Result<()> {
        self.inner.delete(at).await
    }

    async fn list(
        &self,
        prefix: Option<&secret_store::SecretPath>,
    ) -> secret_store::Result<Vec<secret_store::SecretPath>> {
        self.inner.list(prefix).await
    }
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
