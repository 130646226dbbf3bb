//! A store that was unavailable is asked again, within bounds.

use std::sync::Arc;
use std::time::Duration;

use events::Operation;
use secret_store::wrapper::{RetryPolicy, Retrying};
use secret_store::{
    Detail, Error, ErrorKind, Precondition, ReadOptions, SecretFields, SecretStore as _, SecretStoreExt as _,
    WriteOptions,
};
use test_kit::{Clock as _, CountingStore, FakeClock, Fault, FaultyStore, InMemorySecretStore, path};

type Inner = Arc<CountingStore<FaultyStore<InMemorySecretStore>>>;

const POLICY: RetryPolicy = RetryPolicy {
    max_attempts: 4,
    initial: Duration::from_millis(100),
    max: Duration::from_millis(250),
    deadline: None,
};

fn faulty(fault: Fault) -> Inner {
    let memory = InMemorySecretStore::new().with("A", "1").with("B", "2").with("C", "3");
    Arc::new(CountingStore::new(FaultyStore::new(memory).with(fault)))
}

fn retrying(inner: &Inner, policy: RetryPolicy, clock: &FakeClock) -> Retrying<Inner> {
    inner.clone().retrying(policy, Arc::new(clock.clone())).with_seed(7)
}

fn rate_limited(wait: Duration) -> Error {
    Error::new(ErrorKind::RateLimited, Detail::new("read", "too many requests").retry_after(wait))
}

#[tokio::test]
async fn what_fails_for_a_while_succeeds() {
    let (inner, clock) =
        (faulty(Fault::failing(ErrorKind::Unavailable).times(3)), FakeClock::self_advancing());
    assert!(retrying(&inner, POLICY, &clock).read(&path("A"), ReadOptions::current()).await.is_ok());
    assert_eq!(inner.counts().reads_of("A"), 4);
}

#[tokio::test]
async fn after_giving_up_the_error_says_how_often_it_was_tried() {
    let (inner, clock) = (faulty(Fault::failing(ErrorKind::Unavailable)), FakeClock::self_advancing());
    let store = retrying(&inner, POLICY, &clock);
    let errors = [
        store.read(&path("A"), ReadOptions::current()).await.unwrap_err(),
        store.read_many(&[path("A")]).await.remove(0).unwrap_err(),
        store.write(&path("A"), SecretFields::plain("2"), WriteOptions::merge()).await.unwrap_err(),
        store.delete(&path("A")).await.unwrap_err(),
        store.list(None).await.unwrap_err(),
        retrying(&inner, RetryPolicy { max_attempts: 1, ..POLICY }, &clock).list(None).await.unwrap_err(),
    ];
    assert!(errors.iter().all(|error| error.kind() == ErrorKind::Unavailable));
    let texts: Vec<_> = errors.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(texts.join("\n"), @"
    read A: it was told to fail; gave up after 4 attempts (faulty store)
    read A: it was told to fail; gave up after 4 attempts (faulty store)
    write A: it was told to fail; gave up after 4 attempts (faulty store)
    delete A: it was told to fail; gave up after 4 attempts (faulty store)
    list: it was told to fail; gave up after 4 attempts (faulty store)
    list: it was told to fail; gave up after 1 attempt (faulty store)
    ");
    let counts = inner.counts();
    let made = [counts.reads.len(), counts.batches.len(), counts.writes.len(), counts.deletes.len()];
    assert_eq!(made, [4; 4]);
    assert_eq!(counts.lists.len(), 5);
}

#[tokio::test]
async fn an_answer_is_not_asked_for_again() {
    for kind in [
        ErrorKind::NotFound,
        ErrorKind::PermissionDenied,
        ErrorKind::Unauthenticated,
        ErrorKind::Conflict,
        ErrorKind::Unsupported,
        ErrorKind::Invalid,
        ErrorKind::Corrupt,
    ] {
        let (inner, clock) = (faulty(Fault::failing(kind)), FakeClock::self_advancing());
        let error =
            retrying(&inner, POLICY, &clock).read(&path("A"), ReadOptions::current()).await.unwrap_err();
        assert_eq!((error.kind(), inner.counts().total()), (kind, 1));
        assert!(!error.to_string().contains("attempt"), "{error}");
    }
}

#[tokio::test]
async fn waits_are_random_below_a_bound_that_doubles() {
    let (inner, policy) =
        (faulty(Fault::failing(ErrorKind::Unavailable)), RetryPolicy { max_attempts: 200, ..POLICY });
    let sleeps = |seed| {
        let (inner, clock) = (inner.clone(), FakeClock::self_advancing());
        async move {
            let store = inner.retrying(policy, Arc::new(clock.clone())).with_seed(seed);
            store.list(None).await.unwrap_err();
            clock.sleeps()
        }
    };
    let waits = sleeps(1).await;
    assert_eq!(waits.len(), 199);
    let bounds = [100, 200, 250, 250].map(Duration::from_millis);
    assert!(waits.iter().zip(bounds).all(|(wait, bound)| *wait <= bound), "{waits:?}");
    let (shortest, longest) = (waits.iter().min().unwrap(), waits.iter().max().unwrap());
    assert!(*shortest < Duration::from_millis(20), "full jitter begins at zero: {shortest:?}");
    assert!((Duration::from_millis(230)..=bounds[3]).contains(longest), "and fills its bound: {longest:?}");
    assert_eq!(waits, sleeps(1).await, "the same seed waits the same");
    assert_ne!(waits, sleeps(2).await, "another seed waits otherwise");
}

#[tokio::test]
async fn the_store_is_left_alone_for_as_long_as_it_asks() {
    let fault = Fault::error(rate_limited(Duration::from_secs(30))).times(2);
    let (inner, clock) = (faulty(fault), FakeClock::self_advancing());
    assert!(retrying(&inner, POLICY, &clock).read(&path("A"), ReadOptions::current()).await.is_ok());
    assert_eq!(clock.sleeps(), [Duration::from_secs(30); 2]);
}

#[tokio::test]
async fn no_wait_goes_beyond_the_deadline() {
    let policy = RetryPolicy { deadline: Some(Duration::from_secs(45)), ..POLICY };
    let (inner, clock) =
        (faulty(Fault::error(rate_limited(Duration::from_secs(30)))), FakeClock::self_advancing());
    let error = retrying(&inner, policy, &clock).read(&path("A"), ReadOptions::current()).await.unwrap_err();
    insta::assert_snapshot!(error, @"read: too many requests; gave up after 2 attempts");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(30)));
    assert_eq!(clock.monotonic(), Duration::from_secs(30), "the second wait was not begun");
    assert_eq!(inner.counts().reads.len(), 2);
}

#[tokio::test]
async fn a_write_under_a_precondition_is_not_repeated() {
    let fault = Fault::failing(ErrorKind::Unavailable).on(Operation::Write).after_applying().times(1);
    let (inner, clock) = (faulty(fault), FakeClock::self_advancing());
    let absent = WriteOptions::replace().with_precondition(Precondition::Absent);
    let store = retrying(&inner, POLICY, &clock);
    let error = store.write(&path("NEW"), SecretFields::plain("1"), absent).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "not a conflict with itself");
    insta::assert_snapshot!(error, @"write NEW: it was told to fail; not tried again, since it may have been done (faulty store)");
    assert_eq!(inner.counts().writes.len(), 1);
    assert!(inner.inner().inner().peek("NEW").is_some(), "it had been done");
}

#[tokio::test]
async fn a_plain_write_and_a_delete_of_which_the_answer_was_lost_are_repeated() {
    let fault = Fault::failing(ErrorKind::Unavailable).after_applying().times(1);
    let (inner, clock) = (faulty(fault.clone()), FakeClock::self_advancing());
    let store = retrying(&inner, POLICY, &clock);
    store.write(&path("A"), SecretFields::plain("9"), WriteOptions::replace()).await.unwrap();
    assert_eq!(inner.inner().inner().peek("A").unwrap().as_plain(), Some(&"9".into()));
    inner.inner().inject(fault);
    store.delete(&path("A")).await.unwrap();
    assert!(inner.inner().inner().peek("A").is_none());
    assert_eq!((inner.counts().writes.len(), inner.counts().deletes.len()), (2, 2));
}

#[tokio::test]
async fn of_many_only_those_that_failed_are_read_again_in_one_batch() {
    let inner = faulty(Fault::failing(ErrorKind::Unavailable).at("B").times(2));
    inner.inner().inject(Fault::failing(ErrorKind::RateLimited).at("C").times(1));
    inner.inner().inject(Fault::failing(ErrorKind::Corrupt).at("BAD"));
    let clock = FakeClock::self_advancing();
    let paths = ["A", "B", "GONE", "C", "BAD", "B"].map(path);
    let answers = retrying(&inner, POLICY, &clock).read_many(&paths).await;
    let kinds: Vec<_> = answers.iter().map(|it| it.as_ref().err().map(Error::kind)).collect();
    assert_eq!(kinds, [None, None, Some(ErrorKind::NotFound), None, Some(ErrorKind::Corrupt), None]);
    let again: Vec<_> = inner.counts().batches.into_iter().skip(1).collect();
    // Both of B failed the first time; the fault was then used up.
    assert_eq!(again, [vec![path("B"), path("C"), path("B")]]);
    assert!(!answers[4].as_ref().unwrap_err().to_string().contains("attempt"), "an answer is not reworded");
}
