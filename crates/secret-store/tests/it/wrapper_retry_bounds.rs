//! What bounds the attempts: the run's deadline, and what many reads that fail at once may cost.

use std::sync::Arc;
use std::time::Duration;

use events::Operation;
use secret_store::wrapper::{RetryConfig, RetryPolicy, Retrying};
use secret_store::{
    Detail, Error, ErrorKind, Precondition, ReadOptions, SecretFields, SecretPath, SecretStore as _,
    SecretStoreExt as _, WriteOptions,
};
use test_kit::{Clock as _, CountingStore, FakeClock, Fault, FaultyStore, InMemorySecretStore, path};

type Inner = Arc<CountingStore<FaultyStore<InMemorySecretStore>>>;

fn faulty(paths: &[SecretPath], faults: impl IntoIterator<Item = Fault>) -> Inner {
    let memory =
        paths.iter().fold(InMemorySecretStore::new(), |memory, path| memory.with(path.as_str(), "1"));
    let store = FaultyStore::new(memory);
    faults.into_iter().for_each(|fault| store.inject(fault));
    Arc::new(CountingStore::new(store))
}

fn thousand() -> Vec<SecretPath> {
    (0..1000).map(|number| path(&format!("S{number}"))).collect()
}

fn retrying(inner: &Inner, clock: &FakeClock) -> Retrying<Inner> {
    inner.clone().retrying(RetryConfig::default().policy(), Arc::new(clock.clone())).with_seed(7)
}

fn rate_limited(wait: Duration) -> Error {
    Error::new(ErrorKind::RateLimited, Detail::new("read", "too many requests").retry_after(wait))
}

#[tokio::test]
async fn no_wait_goes_beyond_the_deadline_of_the_run() {
    let (inner, clock) =
        (faulty(&[path("A")], [Fault::failing(ErrorKind::Unavailable)]), FakeClock::self_advancing());
    let store = retrying(&inner, &clock).until(Some(Duration::from_secs(8)));
    let error = store.read(&path("A"), ReadOptions::current()).await.unwrap_err();
    insta::assert_snapshot!(error, @"read A: it was told to fail; gave up after 10 attempts: the run's deadline comes before the next (faulty store)");
    assert!(error.is_final() && !error.is_retryable());
    assert!(clock.monotonic() < Duration::from_secs(8));
}

#[tokio::test]
async fn a_store_that_asks_for_more_than_the_time_left_is_not_waited_for() {
    let wait = rate_limited(Duration::from_secs(30));
    let (inner, clock) = (faulty(&[path("A")], [Fault::error(wait)]), FakeClock::self_advancing());
    let store = retrying(&inner, &clock).until(Some(Duration::from_secs(8)));
    let error = store.read_many(&[path("A")]).await.remove(0).unwrap_err();
    insta::assert_snapshot!(error, @"read: too many requests; gave up after 1 attempt: the run's deadline comes before the next");
    assert_eq!(clock.monotonic(), Duration::ZERO, "the wait was not begun");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(30)));
}

#[tokio::test]
async fn after_the_deadline_of_the_run_nobody_is_asked() {
    let (inner, clock) = (faulty(&[path("A")], []), FakeClock::self_advancing());
    clock.sleep(Duration::from_secs(8)).await;
    let store = retrying(&inner, &clock).until(Some(Duration::from_secs(8)));
    let absent = WriteOptions::replace().with_precondition(Precondition::Absent);
    let errors = [
        store.read(&path("A"), ReadOptions::current()).await.unwrap_err(),
        store.read_many(&[path("A")]).await.remove(0).unwrap_err(),
        store.write(&path("A"), SecretFields::plain("2"), WriteOptions::merge()).await.unwrap_err(),
        store.write(&path("B"), SecretFields::plain("2"), absent).await.unwrap_err(),
        store.delete(&path("A")).await.unwrap_err(),
        store.list(None).await.unwrap_err(),
    ];
    assert!(errors.iter().all(|error| error.kind() == ErrorKind::Unavailable && error.is_final()));
    let texts: Vec<_> = errors.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(texts.join("\n"), @"
    read A: the run's deadline has passed; the store was not asked (memory store at this process)
    read A: the run's deadline has passed; the store was not asked (memory store at this process)
    write A: the run's deadline has passed; the store was not asked (memory store at this process)
    write B: the run's deadline has passed; the store was not asked (memory store at this process)
    delete A: the run's deadline has passed; the store was not asked (memory store at this process)
    list: the run's deadline has passed; the store was not asked (memory store at this process)
    ");
    assert_eq!(inner.counts().total(), 0);
}

#[tokio::test]
async fn what_is_ruled_out_by_who_knows_best_is_not_repeated() {
    let detail = Detail::new("write", "the connection was lost; it may have been done").not_again();
    let fault = Fault::error(Error::new(ErrorKind::Unavailable, detail)).on(Operation::Write);
    let (inner, clock) = (faulty(&[], [fault]), FakeClock::self_advancing());
    let store = retrying(&inner, &clock);
    let error = store.write(&path("A"), SecretFields::plain("1"), WriteOptions::replace()).await.unwrap_err();
    insta::assert_snapshot!(error, @"write: the connection was lost; it may have been done");
    assert_eq!(inner.counts().writes.len(), 1);
}

#[tokio::test]
async fn a_store_that_is_down_is_not_asked_for_a_thousand_paths_again_and_again() {
    let paths = thousand();
    let (inner, clock) =
        (faulty(&paths, [Fault::failing(ErrorKind::Unavailable)]), FakeClock::self_advancing());
    let answers = retrying(&inner, &clock).read_many(&paths).await;
    assert!(answers.iter().all(Result::is_err));
    let sizes: Vec<_> = inner.counts().batches.iter().map(Vec::len).collect();
    assert!(sizes.len() > 10, "{sizes:?}");
    assert_eq!(sizes[0], 1000);
    assert!(sizes[1..].iter().all(|size| *size == 16), "{sizes:?}");
    assert!(inner.counts().batches[1] != inner.counts().batches[2], "others are asked for each time");
    assert!((Duration::from_secs(50)..=Duration::from_mins(1)).contains(&clock.monotonic()));
}

#[tokio::test]
async fn a_restart_of_twenty_seconds_is_survived_and_each_path_then_read_once() {
    let paths = thousand();
    // The first attempt, and fourteen of a few each.
    let down = Fault::failing(ErrorKind::Unavailable).times(1000 + 14 * 16);
    let (inner, clock) = (faulty(&paths, [down]), FakeClock::self_advancing());
    let answers = retrying(&inner, &clock).read_many(&paths).await;
    assert!(answers.iter().all(Result::is_ok));
    assert!(clock.monotonic() > Duration::from_secs(20), "{:?}", clock.monotonic());
    let sizes: Vec<_> = inner.counts().batches.iter().map(Vec::len).collect();
    assert_eq!(sizes[sizes.len() - 2..], [16, 984]);
}

#[tokio::test]
async fn one_path_that_never_answers_does_not_keep_the_others_from_theirs() {
    let paths = thousand();
    let faults =
        [Fault::failing(ErrorKind::Unavailable).at("S0"), Fault::failing(ErrorKind::RateLimited).times(1)];
    let (inner, clock) = (faulty(&paths, faults), FakeClock::self_advancing());
    let answers = retrying(&inner, &clock).read_many(&paths).await;
    let failed: Vec<_> = answers.iter().filter_map(|answer| answer.as_ref().err()).collect();
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0].path().unwrap().as_str(), "S0");
}

#[tokio::test]
async fn a_batch_of_which_a_part_was_answered_begins_anew() {
    // Ten paths, each of which fails one time more than the one before: three attempts in a row never bring nothing.
    let paths: Vec<_> = (0..10).map(|number| path(&format!("S{number}"))).collect();
    let faults =
        (1..10).map(|number| Fault::failing(ErrorKind::RateLimited).at(&format!("S{number}")).times(number));
    let (inner, clock) = (faulty(&paths, faults), FakeClock::self_advancing());
    let policy = RetryPolicy { max_attempts: 2, ..RetryPolicy::default() };
    let store = inner.clone().retrying(policy, Arc::new(clock.clone())).with_seed(7);
    assert!(store.read_many(&paths).await.iter().all(Result::is_ok));
    assert_eq!(inner.counts().batches.len(), 10);
}

#[test]
fn a_configuration_says_when_to_give_up() {
    let read = |text: &str| serde_yaml::from_str::<RetryConfig>(text).map(|config| config.policy());
    let policy = read("{ within: 2m, max_wait: 10s, attempts: 20 }").unwrap();
    assert_eq!(policy.deadline, Some(Duration::from_mins(2)));
    assert_eq!((policy.max, policy.max_attempts), (Duration::from_secs(10), 20));
    assert_eq!(read("{}").unwrap(), RetryConfig::default().policy());
    let errors = ["{ within: -1s }", "{ attempts: 0 }", "{ within: soon }"]
        .map(|text| read(text).unwrap_err().to_string());
    insta::assert_snapshot!(errors.join("\n"), @r#"
    a time to wait is not negative
    attempts: invalid value: integer `0`, expected a nonzero u32 at line 1 column 13
    within: failed to parse input in the "friendly" duration format: expected duration to start with a unit value (a decimal integer) after an optional sign, but no integer was found at line 1 column 11
    "#);
}
