//! Many at once.
#![expect(clippy::missing_panics_doc, reason = "a behaviour panics when the store does not behave")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use secret_store::{
    ErrorKind, Precondition, ReadOptions, SecretFields, SecretStore, SecretValue, WriteOptions,
};
use tokio::task::JoinSet;

use super::fixture::{Fixture, expect_ok, two};
use crate::{bytes, field, path};

/// How many write at once.
const WRITERS: usize = 6;
/// How often each does.
const ROUNDS: usize = 4;

/// Runs one task for each writer; a panic in one is a panic here.
pub(super) async fn at_once<F>(
    fixture: &Fixture,
    count: usize,
    task: impl Fn(Arc<dyn SecretStore>, usize) -> F,
) -> Vec<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    let mut tasks: JoinSet<_> = (0..count).map(|writer| task(fixture.store().clone(), writer)).collect();
    let mut outputs = Vec::new();
    while let Some(joined) = tasks.join_next().await {
        match joined {
            Ok(output) => outputs.push(output),
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(error) => panic!("a task was lost: {error}"),
            },
        }
    }
    outputs
}

/// Writers who each read, add one, and write under the version that they read, lose no count.
pub async fn writers_under_a_version_lose_no_update(fixture: Fixture) {
    if fixture.lacks_check_and_set().await {
        return;
    }
    fixture.put("COUNT", "0").await;
    at_once(&fixture, WRITERS, |store, _| async move {
        for _ in 0..ROUNDS {
            count_up(&*store).await;
        }
    })
    .await;
    fixture.expect_value("COUNT", (WRITERS * ROUNDS).to_string().as_str()).await;
}

async fn count_up(store: &dyn SecretStore) {
    loop {
        let secret = expect_ok(store.read(&path("COUNT"), ReadOptions::current()).await, "reading the count");
        let count = secret.fields.as_plain().map(bytes::of).and_then(|text| core::str::from_utf8(text).ok());
        let count: usize = count.and_then(|text| text.parse().ok()).expect("the count is a number");
        let version = secret.version.expect("a store that checks versions tells them");
        let options = WriteOptions::replace().with_precondition(Precondition::Version(version));
        let fields = SecretFields::plain((count + 1).to_string().as_str());
        match store.write(&path("COUNT"), fields, options).await {
            Ok(_) => return,
            Err(error) if error.kind() == ErrorKind::Conflict => {}
            Err(error) => panic!("a write beside others must succeed or conflict, but: {error}"),
        }
    }
}

/// Of many who make the same secret under `Absent`, one does.
pub async fn of_many_makers_one_wins(fixture: Fixture) {
    if fixture.lacks_check_and_set().await {
        return;
    }
    for round in 0..ROUNDS {
        let at = format!("made/{round}");
        let won = at_once(&fixture, WRITERS, |store, writer| {
            let at = path(&at);
            async move {
                let absent = WriteOptions::replace().with_precondition(Precondition::Absent);
                match store.write(&at, SecretFields::plain(writer.to_string().as_str()), absent).await {
                    Ok(_) => Some(writer),
                    Err(error) if error.kind() == ErrorKind::Conflict => None,
                    Err(error) => {
                        panic!("making a secret beside others must succeed or conflict, but: {error}")
                    }
                }
            }
        })
        .await;
        let winners: Vec<_> = won.into_iter().flatten().collect();
        assert_eq!(winners.len(), 1, "exactly one makes the secret, not {winners:?}");
        fixture.expect_value(&at, winners[0].to_string().as_str()).await;
    }
}

/// Writers who each merge a field of their own lose none.
pub async fn merges_at_once_lose_no_field(fixture: Fixture) {
    if fixture.lacks_fields().await {
        return;
    }
    at_once(&fixture, WRITERS, |store, writer| async move {
        for round in 0..ROUNDS {
            let name = field(&format!("field-{writer}-{round}"));
            let fields = SecretFields::new().with(name, "1");
            expect_ok(
                store.write(&path("MERGED"), fields, WriteOptions::merge()).await,
                "merging beside others",
            );
        }
    })
    .await;
    let all =
        (0..WRITERS * ROUNDS).map(|i| (field(&format!("field-{}-{}", i / ROUNDS, i % ROUNDS)), "1".into()));
    fixture.expect("MERGED", &all.collect()).await;
}

/// Who reads while another writes sees the value before or the value after, whole; and always a value.
pub async fn a_reader_sees_the_old_or_the_new(fixture: Fixture) {
    let fields = |round: usize, named: bool| {
        let letter = b'a' + u8::try_from(round % 26).expect("26 letters fit");
        let value = SecretValue::new(vec![letter; 9_000]);
        if named { two(value.clone(), value) } else { SecretFields::plain(value) }
    };
    let named = fixture.capabilities().fields;
    fixture.put_fields("A", fields(0, named)).await;
    let written = Arc::new(AtomicBool::new(false));
    at_once(&fixture, 4, |store, task| {
        let written = written.clone();
        async move {
            if task == 0 {
                for round in 0..12 {
                    let answer = store.write(&path("A"), fields(round, named), WriteOptions::replace()).await;
                    expect_ok(answer, "writing beside readers");
                    tokio::task::yield_now().await;
                }
                written.store(true, Ordering::Release);
                return;
            }
            // For as long as there are writes, however late they come, and some reads in any case.
            let mut reads = 0;
            while reads < 12 || !written.load(Ordering::Acquire) {
                reads += 1;
                let answer = store.read(&path("A"), ReadOptions::current()).await;
                let secret = expect_ok(answer, "reading beside a writer");
                let whole = (0..26).any(|round| *secret.fields == fields(round, named));
                assert!(whole, "a mix of two values was read: {}", bytes::show(&secret.fields));
                tokio::task::yield_now().await;
            }
        }
    })
    .await;
}

/// Writers of different paths, in the same places and in new ones, do not disturb each other.
pub async fn writers_of_different_paths_do_not_meet(fixture: Fixture) {
    at_once(&fixture, WRITERS, |store, writer| async move {
        for round in 0..ROUNDS {
            let at = path(&format!("shared/deep/{round}/{writer}"));
            let answer = store.write(&at, SecretFields::plain(at.as_str()), WriteOptions::replace()).await;
            expect_ok(answer, "writing beside writers of other paths");
        }
    })
    .await;
    for writer in 0..WRITERS {
        for round in 0..ROUNDS {
            let at = format!("shared/deep/{round}/{writer}");
            fixture.expect_value(&at, at.as_str()).await;
        }
    }
}

/// A write beside the delete of its neighbour, the last one there, succeeds and stays.
pub async fn a_write_beside_a_delete_stays(fixture: Fixture) {
    at_once(&fixture, WRITERS, |store, writer| async move {
        let at = path(&format!("place/{writer}"));
        for _ in 0..ROUNDS {
            let answer = store.write(&at, SecretFields::plain("1"), WriteOptions::replace()).await;
            expect_ok(answer, "writing beside deletes");
            let answer = store.read(&at, ReadOptions::current()).await;
            expect_ok(answer, "reading what was written, beside deletes of others");
            expect_ok(store.delete(&at).await, "deleting beside writes");
        }
    })
    .await;
    fixture.expect_list(None, &[]).await;
}

/// Who lists while others write sees all that was there before.
pub async fn a_list_beside_writers_misses_nothing(fixture: Fixture) {
    let steady = ["steady/a", "steady/b/c", "steady/d"];
    for at in steady {
        fixture.put(at, "1").await;
    }
    let lists = fixture.lists();
    at_once(&fixture, 4, |store, task| async move {
        for round in 0..8 {
            if task < 2 {
                let at = path(&format!("steady/new/{task}/{round}"));
                let answer = store.write(&at, SecretFields::plain("1"), WriteOptions::replace()).await;
                expect_ok(answer, "writing beside a list");
                let answer =
                    store.write(&path("steady/d"), SecretFields::plain("2"), WriteOptions::replace()).await;
                expect_ok(answer, "writing beside a list");
                expect_ok(store.delete(&at).await, "deleting beside a list");
            } else if lists {
                let paths = expect_ok(store.list(Some(&path("steady"))).await, "listing beside writers");
                assert!(paths.is_sorted(), "a list is sorted: {paths:?}");
                for at in steady {
                    assert!(paths.contains(&path(at)), "{at:?} was there all the while: {paths:?}");
                }
            }
            tokio::task::yield_now().await;
        }
    })
    .await;
    let mut sorted = steady;
    sorted.sort_unstable();
    fixture.expect_list(None, &sorted).await;
}
