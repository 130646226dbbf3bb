//! A cache reads once for all who ask at once, whoever of them gives up, and whatever is written meanwhile.

use std::sync::{Arc, Mutex};

use secret_store::wrapper::CachePolicy;
use secret_store::{
    ErrorKind, ReadOptions, Secret, SecretFields, SecretStore as _, SecretStoreExt as _, SecretValue,
    SecretVersion, WriteOptions,
};
use test_kit::{Fault, Gate, block_on, path};

use crate::wrapper_cached::{Inner, TTL, cached};

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

/// The old value is read before the write and arrives after it: it must not be what the next reader gets.
#[tokio::test]
async fn a_read_that_began_before_a_write_is_not_remembered_after_it() {
    let subject = cached(10);
    let (early_gate, late_gate) = (Gate::shut(), Gate::shut());
    // A read has its answer (the old one), and is then held.
    let gates = Mutex::new(vec![late_gate.clone(), early_gate.clone()]);
    let slow = SlowAnswer { inner: subject.inner.clone(), gates };
    let store = Arc::new(
        slow.cached(CachePolicy { ttl: TTL, max_entries: 10, stale: None }, Arc::new(subject.clock.clone())),
    );
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
