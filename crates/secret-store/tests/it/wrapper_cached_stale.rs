//! While its store is away, a cache may answer what it knew, says so, and takes nothing else for an absence.

use std::sync::Arc;
use std::time::Duration;

use events::Operation;
use futures::FutureExt as _;
use secret_store::wrapper::{CachePolicy, CacheSnapshot};
use secret_store::{
    ErrorKind, ReadOptions, SecretFields, SecretStore as _, SecretStoreExt as _, WriteOptions,
};
use test_kit::{Canary, Fault, Gate, path};

use crate::wrapper_cached::{Subject, TTL, cached};

const STALE: Duration = Duration::from_mins(10);

/// What a cache waits before it asks a store that was away.
const PAUSE: Duration = Duration::from_secs(5);

/// What it waits for an answer in whose place there is a value.
const PATIENCE: Duration = Duration::from_secs(10);

fn subject() -> Subject {
    let mut subject = cached(10);
    let policy = CachePolicy { ttl: TTL, max_entries: 10, stale: Some(STALE) };
    subject.store = Arc::new(subject.inner.clone().cached(policy, Arc::new(subject.clock.clone())));
    subject
}

impl Subject {
    fn fail(&self, kind: ErrorKind) {
        self.inner.inner().inject(Fault::failing(kind));
    }

    /// The value at a path, and how old it is.
    async fn value(&self, at: &str) -> Result<(bool, Option<Duration>), ErrorKind> {
        let secret = self.read(at).await.map_err(|error| error.kind())?;
        Ok((secret.fields.as_plain() == Some(&"1".into()), secret.stale))
    }

    fn snapshot(&self) -> CacheSnapshot {
        self.store.stats().snapshot()
    }
}

#[tokio::test]
async fn what_expired_is_answered_while_the_store_is_away_and_says_since_when() {
    for kind in [ErrorKind::Unavailable, ErrorKind::RateLimited] {
        let subject = subject();
        assert_eq!(subject.value("A").await, Ok((true, None)));
        subject.fail(kind);
        subject.clock.advance(TTL);
        assert_eq!(subject.value("A").await, Ok((true, Some(Duration::ZERO))));
        subject.clock.advance(Duration::from_secs(90));
        assert_eq!(subject.value("A").await, Ok((true, Some(Duration::from_secs(90)))));
        assert_eq!(subject.value("B").await, Err(kind), "nothing is known of it");
        subject.clock.advance(STALE.checked_sub(Duration::from_secs(90)).unwrap());
        assert_eq!(subject.value("A").await, Err(kind), "too long ago");
        assert_eq!((subject.snapshot().stale, subject.snapshot().held), (2, 0));
    }
}

#[tokio::test]
async fn no_other_failure_is_answered_with_what_was_known_nor_is_it_after_that() {
    for kind in [
        ErrorKind::NotFound,
        ErrorKind::PermissionDenied,
        ErrorKind::Unauthenticated,
        ErrorKind::Corrupt,
        ErrorKind::Invalid,
        ErrorKind::Unsupported,
        ErrorKind::Conflict,
    ] {
        let subject = subject();
        assert_eq!(subject.value("A").await, Ok((true, None)));
        subject.clock.advance(TTL);
        subject.fail(kind);
        assert_eq!(subject.value("A").await, Err(kind));
        subject.inner.inner().mend();
        subject.fail(ErrorKind::Unavailable);
        assert_eq!(subject.value("A").await, Err(ErrorKind::Unavailable), "{kind} was the last word");
    }
}

#[tokio::test]
async fn a_secret_that_was_deleted_meanwhile_is_not_found_and_stays_so() {
    let subject = subject();
    assert_eq!(subject.value("A").await, Ok((true, None)));
    subject.memory().delete(&path("A")).await.unwrap();
    subject.clock.advance(TTL);
    assert_eq!(subject.value("A").await, Err(ErrorKind::NotFound));
    subject.fail(ErrorKind::Unavailable);
    assert_eq!(subject.value("A").await, Err(ErrorKind::Unavailable));
}

#[tokio::test]
async fn a_write_or_delete_forgets_also_when_the_store_was_away() {
    let subject = subject();
    for at in ["A", "B"] {
        subject.read(at).await.unwrap();
    }
    subject.clock.advance(TTL);
    subject.fail(ErrorKind::Unavailable);
    let write = subject.store.write(&path("A"), SecretFields::plain("new"), WriteOptions::replace()).await;
    assert_eq!(write.unwrap_err().kind(), ErrorKind::Unavailable);
    assert!(subject.store.delete(&path("B")).await.is_err());
    for at in ["A", "B"] {
        assert_eq!(
            subject.value(at).await,
            Err(ErrorKind::Unavailable),
            "the write of {at} may have been done"
        );
    }
}

#[tokio::test]
async fn who_wrote_while_a_read_was_failing_is_not_answered_with_what_was_before() {
    let subject = subject();
    subject.read("A").await.unwrap();
    subject.clock.advance(TTL);
    let gate = subject
        .hold(|gate| Fault::held_by(gate).on(Operation::Read).then_failing(ErrorKind::Unavailable).times(1));
    let reader = subject.spawn_read("A");
    gate.waiting(1).await;
    subject.store.write(&path("A"), SecretFields::plain("new"), WriteOptions::replace()).await.unwrap();
    gate.open();
    assert_eq!(reader.await.unwrap().unwrap_err().kind(), ErrorKind::Unavailable);
    subject.expect("A", "new").await;
}

#[tokio::test]
async fn a_store_that_is_away_is_asked_now_and_then_by_one_and_found_again() {
    let subject = subject();
    for at in ["A", "B", "C"] {
        subject.read(at).await.unwrap();
    }
    subject.clock.advance(TTL);
    subject.inner.reset();
    subject.fail(ErrorKind::Unavailable);
    for at in ["A", "B", "C", "A", "B", "C"] {
        assert!(subject.read(at).await.unwrap().stale.is_some());
    }
    assert_eq!(subject.inner.counts().reads.len(), 1, "the others take that one's word");
    subject.clock.advance(PAUSE);
    assert_eq!(subject.snapshot().away, Some(PAUSE));

    subject.inner.inner().mend();
    let gate = subject.hold(|gate| Fault::held_by(gate).times(1));
    let asks = subject.spawn_read("B");
    gate.waiting(1).await;
    assert!(subject.read("B").await.unwrap().stale.is_some(), "nobody waits for one who asks");
    gate.open();
    assert_eq!(asks.await.unwrap().unwrap().stale, None);
    assert_eq!(subject.snapshot().away, None);
    assert_eq!(subject.value("A").await, Ok((true, None)), "read anew, the store being there");
}

#[tokio::test]
async fn readers_at_once_share_one_failing_read_and_what_was_known() {
    let subject = subject();
    subject.read("A").await.unwrap();
    subject.clock.advance(TTL);
    subject.inner.reset();
    let gate = subject.hold(|gate| Fault::held_by(gate).then_failing(ErrorKind::Unavailable).times(1));
    let readers: Vec<_> = (0..20).map(|_| subject.spawn_read("A")).collect();
    gate.waiting(1).await;
    tokio::task::yield_now().await;
    gate.open();
    for reader in readers {
        assert_eq!(reader.await.unwrap().unwrap().stale, Some(Duration::ZERO));
    }
    assert_eq!(subject.reads("A"), 1);
    assert_eq!(subject.snapshot().stale, 20);
}

/// A subject that holds a value at `A` which is too old, and whose store hangs from now on.
async fn hanging(fault: impl FnOnce(&Gate) -> Fault) -> (Subject, Gate) {
    let subject = subject();
    subject.read("A").await.unwrap();
    subject.clock.advance(TTL);
    let gate = subject.hold(fault);
    (subject, gate)
}

#[tokio::test]
async fn a_store_that_hangs_is_away_after_a_while() {
    let (subject, gate) = hanging(Fault::held_by).await;
    let readers: Vec<_> = (0..3).map(|_| subject.spawn_read("A")).collect();
    subject.clock.sleepers(3).await;
    subject.clock.advance(PATIENCE.checked_sub(Duration::from_nanos(1)).unwrap());
    tokio::task::yield_now().await;
    assert!(!readers[0].is_finished());
    assert_eq!(subject.snapshot().away, None);
    subject.clock.advance(Duration::from_nanos(1));
    for reader in readers {
        assert_eq!(reader.await.unwrap().unwrap().stale, Some(PATIENCE));
    }
    assert_eq!((subject.snapshot().away, subject.snapshot().stale), (Some(Duration::ZERO), 3));
    assert_eq!(subject.value("A").await, Ok((true, Some(PATIENCE))), "nobody waits again");
    assert_eq!(subject.reads("A"), 2);

    // The one who asks next begins anew: what was asked is not answered any more, it may be.
    subject.clock.advance(PAUSE);
    let asks = subject.spawn_read("A");
    subject.clock.sleepers(1).await;
    assert_eq!((subject.reads("A"), gate.count()), (3, 1));
    assert_eq!(subject.value("A").await, Ok((true, Some(PATIENCE + PAUSE))));
    gate.open();
    assert_eq!(asks.await.unwrap().unwrap().stale, None);
    assert_eq!(subject.snapshot().away, None);
}

#[tokio::test]
async fn who_comes_later_waits_for_a_read_no_longer_than_who_began_it() {
    let (subject, _gate) = hanging(Fault::held_by).await;
    let first = subject.spawn_read("A");
    subject.clock.sleepers(1).await;
    subject.clock.advance(Duration::from_secs(9));
    let second = subject.spawn_read("A");
    subject.clock.sleepers(2).await;
    subject.clock.advance(Duration::from_secs(1));
    for reader in [first, second] {
        assert_eq!(reader.await.unwrap().unwrap().stale, Some(PATIENCE));
    }
    assert_eq!(subject.reads("A"), 2);
}

#[tokio::test]
async fn a_late_answer_that_the_secret_is_gone_is_the_last_word() {
    let (subject, gate) =
        hanging(|gate| Fault::held_by(gate).then_failing(ErrorKind::NotFound).times(1)).await;
    let reader = subject.spawn_read("A");
    subject.clock.sleepers(1).await;
    subject.clock.advance(PATIENCE);
    assert_eq!(reader.await.unwrap().unwrap().stale, Some(PATIENCE));
    gate.open();
    subject.fail(ErrorKind::Unavailable);
    subject.clock.advance(PAUSE);
    assert_eq!(subject.value("A").await, Err(ErrorKind::Unavailable));
}

#[tokio::test]
async fn a_late_answer_is_remembered_unless_it_was_written_since() {
    for is_written in [false, true] {
        let (subject, gate) = hanging(|gate| Fault::held_by(gate).on(Operation::Read).times(1)).await;
        let reader = subject.spawn_read("A");
        subject.clock.sleepers(1).await;
        subject.clock.advance(PATIENCE);
        assert_eq!(reader.await.unwrap().unwrap().stale, Some(PATIENCE));
        if is_written {
            let new = SecretFields::plain("new");
            subject.store.write(&path("A"), new, WriteOptions::replace()).await.unwrap();
        }
        gate.open();
        subject.clock.advance(PAUSE);
        subject.expect("A", if is_written { "new" } else { "1" }).await;
        assert_eq!(subject.reads("A"), if is_written { 3 } else { 2 });
        assert_eq!(subject.snapshot().away, None);
    }
}

#[tokio::test]
async fn who_asks_for_what_is_not_held_waits_as_long_as_it_takes() {
    let (subject, gate) = hanging(Fault::held_by).await;
    let unknown = subject.spawn_read("B");
    gate.waiting(1).await;
    let held = subject.spawn_read("A");
    subject.clock.sleepers(1).await;
    subject.store.delete(&path("A")).now_or_never();
    subject.clock.advance(PATIENCE * 2);
    tokio::task::yield_now().await;
    assert!(!unknown.is_finished() && !held.is_finished(), "what was forgotten is not held any more");
    assert_eq!(subject.snapshot().away, None);
    gate.open();
    assert!(unknown.await.unwrap().is_ok() && held.await.unwrap().is_ok());
}

#[tokio::test]
async fn a_batch_that_hangs_leaves_word_that_the_store_is_away() {
    let (subject, gate) = hanging(Fault::held_by).await;
    let store = Arc::clone(&subject.store);
    let batch = tokio::spawn(async move { store.read_many(&["A", "B"].map(path)).await });
    subject.clock.sleepers(1).await;
    subject.clock.advance(PATIENCE);
    tokio::task::yield_now().await;
    assert!(!batch.is_finished(), "nothing is known of B");
    assert_eq!(subject.value("A").await, Ok((true, Some(PATIENCE))));
    gate.open();
    assert_eq!(batch.await.unwrap().iter().filter(|answer| answer.is_ok()).count(), 2);
    assert_eq!(subject.snapshot().away, None);
}

#[tokio::test]
async fn a_read_that_nobody_waits_for_is_not_kept_for_longer_than_the_values() {
    let (subject, gate) = hanging(Fault::held_by).await;
    let reader = subject.spawn_read("A");
    subject.clock.sleepers(1).await;
    subject.clock.advance(PATIENCE);
    assert!(reader.await.unwrap().is_ok());
    assert_eq!(gate.count(), 1);
    subject.store.clear();
    assert_eq!(gate.count(), 0);

    let (subject, gate) = hanging(Fault::held_by).await;
    let reader = subject.spawn_read("A");
    subject.clock.sleepers(1).await;
    subject.clock.advance(PATIENCE);
    assert!(reader.await.unwrap().is_ok());
    subject.clock.advance(PAUSE);
    subject.store.purge_expired();
    assert_eq!((gate.count(), subject.snapshot().under_way), (0, 0));
}

#[tokio::test]
async fn a_batch_is_answered_from_both() {
    let subject = subject();
    subject.read("A").await.unwrap();
    subject.clock.advance(TTL);
    subject.fail(ErrorKind::Unavailable);
    let answers = subject.store.read_many(&["A", "B"].map(path)).await;
    assert!(answers[0].as_ref().unwrap().stale.is_some());
    assert_eq!(answers[1].as_ref().unwrap_err().kind(), ErrorKind::Unavailable);
}

#[tokio::test]
async fn a_value_is_wiped_when_it_may_not_be_answered_any_more() {
    let subject = subject();
    let held = Arc::downgrade(&subject.read("A").await.unwrap().fields);
    subject.memory().delete(&path("A")).await.unwrap();
    subject.clock.advance((TTL + STALE).checked_sub(Duration::from_nanos(1)).unwrap());
    subject.store.purge_expired();
    assert!(held.upgrade().is_some(), "it could still be wanted");
    subject.clock.advance(Duration::from_nanos(1));
    subject.store.purge_expired();
    assert!(held.upgrade().is_none(), "nobody holds it");
}

#[tokio::test]
async fn without_the_option_nothing_is_answered_that_is_too_old() {
    let subject = cached(10);
    subject.read("A").await.unwrap();
    subject.clock.advance(TTL);
    subject.fail(ErrorKind::Unavailable);
    assert_eq!(subject.value("A").await, Err(ErrorKind::Unavailable));
    assert_eq!(subject.snapshot().away, None, "what is of no use is not kept");
}

#[tokio::test]
async fn what_it_has_done_is_counted_and_outlives_it() {
    let subject = subject();
    let gate = subject.hold(|gate| Fault::held_by(gate).times(1));
    let first = subject.spawn_read("A");
    gate.waiting(1).await;
    let second = subject.spawn_read("A");
    tokio::task::yield_now().await;
    let stats = subject.store.stats();
    assert_eq!((stats.snapshot().under_way, stats.snapshot().held), (1, 0));
    gate.open();
    assert!(first.await.unwrap().is_ok() && second.await.unwrap().is_ok());
    subject.read("A").await.unwrap();
    let seen = stats.snapshot();
    assert_eq!((seen.misses, seen.joined, seen.hits, seen.held, seen.under_way), (1, 1, 1, 1, 0));
    drop(subject);
    let seen = stats.snapshot();
    assert_eq!((seen.hits, seen.held), (1, 0));
}

#[tokio::test]
async fn what_is_held_and_too_old_is_not_shown() {
    let (subject, canary) = (subject(), Canary::random());
    subject.memory().put("A", SecretFields::plain(canary.value()));
    subject.read("A").await.unwrap();
    subject.clock.advance(TTL);
    subject.fail(ErrorKind::Unavailable);
    let stale = subject.store.read(&path("A"), ReadOptions::current()).await.unwrap();
    assert!(stale.stale.is_some());
    canary.assert_absent_in_debug(&stale);
    canary.assert_absent_in_debug(&subject.store);
    canary.assert_absent_in_debug(&subject.store.stats());
}
