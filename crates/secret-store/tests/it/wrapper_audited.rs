//! Each operation is one event, and what is not audited is not answered.

use std::sync::Arc;
use std::time::Duration;

use events::{Event, Label, Operation, Outcome};
use secret_store::wrapper::{AuditPolicy, Audited};
use secret_store::{
    ErrorKind, ReadOptions, SecretFields, SecretStore as _, SecretStoreExt as _, WriteOptions,
};
use test_kit::{
    Canary, Clock as _, CountingStore, FailingEventBus, FakeClock, Fault, FaultyStore, InMemorySecretStore,
    RecordingEventBus, field, path,
};

fn audited<S: secret_store::SecretStore>(store: S, bus: &RecordingEventBus) -> Audited<S> {
    store.audited(Arc::new(bus.clone()), Arc::new(FakeClock::new()))
}

fn one_line(event: &events::SecretAccessed) -> String {
    let path = event.path.as_ref().map_or("-", Label::as_str);
    let fields: Vec<_> = event.fields.iter().map(Label::as_str).collect();
    format!(
        "{:?} {path} [{}] {:?} after {:?}",
        event.operation,
        fields.join(" "),
        event.outcome,
        event.duration
    )
}

#[tokio::test]
async fn each_operation_is_one_event() {
    let clock = FakeClock::self_advancing();
    let slow =
        FaultyStore::new(InMemorySecretStore::new().with_fields("a/minio", [("user", "u"), ("pass", "p")]))
            .with_clock(Arc::new(clock.clone()))
            .with(Fault::delayed(Duration::from_millis(7)).on(Operation::Read).at("a/minio").times(1))
            .with(Fault::failing(ErrorKind::Unavailable).at("DOWN"));
    let bus = RecordingEventBus::new();
    let store = slow.audited(Arc::new(bus.clone()), Arc::new(clock)).with_actor("token-accessor-7");
    let fields = SecretFields::new().with(field("x"), "1").with(field("y"), "2");

    store.read(&path("a/minio"), ReadOptions::current()).await.unwrap();
    store.read(&path("GONE"), ReadOptions::current()).await.unwrap_err();
    let _answers = store.read_many(&[path("GONE"), path("a/minio"), path("DOWN")]).await;
    store.write(&path("NEW"), fields, WriteOptions::replace()).await.unwrap();
    store.write(&path("DOWN"), SecretFields::plain("1"), WriteOptions::merge()).await.unwrap_err();
    store.delete(&path("NEW")).await.unwrap();
    store.list(None).await.unwrap();
    store.list(Some(&path("a"))).await.unwrap();

    let lines: Vec<_> = bus.accessed().iter().map(one_line).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    Read a/minio [pass user] Ok after 7ms
    Read GONE [] Failed("not-found") after 0ns
    Read GONE [] Failed("not-found") after 0ns
    Read a/minio [pass user] Ok after 0ns
    Read DOWN [] Failed("unavailable") after 0ns
    Write NEW [x y] Ok after 0ns
    Write DOWN [value] Failed("unavailable") after 0ns
    Delete NEW [] Ok after 0ns
    List - [] Ok after 0ns
    List a [] Ok after 0ns
    "#);
    assert!(bus.accessed().iter().all(|event| event.actor == Some(Label::new("token-accessor-7"))));
}

#[tokio::test]
async fn an_event_is_dated_when_the_store_answered() {
    let clock = FakeClock::self_advancing();
    let store = FaultyStore::new(InMemorySecretStore::new().with("A", "1"))
        .with_clock(Arc::new(clock.clone()))
        .with(Fault::delayed(Duration::from_secs(3)));
    let bus = RecordingEventBus::new();
    let store = store.audited(Arc::new(bus.clone()), Arc::new(clock.clone()));
    store.read(&path("A"), ReadOptions::current()).await.unwrap();
    let event = bus.sole_access(Operation::Read, "A");
    assert_eq!((event.at, event.duration), (clock.now(), Duration::from_secs(3)));
    assert_eq!(event.outcome, Outcome::Ok);
}

#[tokio::test]
async fn what_cannot_be_audited_is_not_answered() {
    let inner = Arc::new(CountingStore::new(InMemorySecretStore::new().with("A", "1")));
    let store = inner.clone().audited(Arc::new(FailingEventBus::new()), Arc::new(FakeClock::new()));
    let errors = [
        store.read(&path("A"), ReadOptions::current()).await.unwrap_err(),
        store.read(&path("GONE"), ReadOptions::current()).await.unwrap_err(),
        store.read_many(&[path("A")]).await.remove(0).unwrap_err(),
        store.write(&path("B"), SecretFields::plain("1"), WriteOptions::replace()).await.unwrap_err(),
        store.write(&path("B"), SecretFields::new(), WriteOptions::replace()).await.unwrap_err(),
        store.delete(&path("B")).await.unwrap_err(),
        store.list(None).await.unwrap_err(),
    ];
    assert!(errors.iter().all(|error| error.kind() == ErrorKind::Unavailable), "{errors:?}");
    let texts: Vec<_> = errors.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(texts.join("\n"), @"
    read A: it could not be audited: the event was not taken by failing bus: it was told to fail
    read GONE: it could not be audited: the event was not taken by failing bus: it was told to fail
    read A: it could not be audited: the event was not taken by failing bus: it was told to fail
    write B: the secret was written, but that could not be audited: the event was not taken by failing bus: it was told to fail
    write B: it could not be audited: the event was not taken by failing bus: it was told to fail
    delete B: the secret was deleted, but that could not be audited: the event was not taken by failing bus: it was told to fail
    list: it could not be audited: the event was not taken by failing bus: it was told to fail
    ");
    insta::assert_snapshot!(std::error::Error::source(&errors[0]).unwrap(), @"the event was not taken by failing bus: it was told to fail");
}

#[tokio::test]
async fn one_path_of_many_that_cannot_be_audited_is_not_answered() {
    let inner = InMemorySecretStore::new().with("A", "1").with("B", "2");
    let store = inner.audited(Arc::new(FailingEventBus::after(1)), Arc::new(FakeClock::new()));
    let answers = store.read_many(&[path("A"), path("B")]).await;
    assert!(answers[0].is_ok());
    assert_eq!(answers[1].as_ref().unwrap_err().kind(), ErrorKind::Unavailable);
}

#[tokio::test]
async fn best_effort_answers_and_counts_what_was_lost() {
    let inner = InMemorySecretStore::new().with("A", "1");
    let store = inner
        .audited(Arc::new(FailingEventBus::after(1)), Arc::new(FakeClock::new()))
        .with_policy(AuditPolicy::BestEffort);
    for lost in 0..3 {
        assert!(store.read(&path("A"), ReadOptions::current()).await.is_ok());
        assert_eq!(store.lost(), lost);
    }
}

#[tokio::test]
async fn no_event_holds_a_value() {
    let (held, written) = (Canary::random(), Canary::hostile());
    let bus = RecordingEventBus::new();
    let store = audited(InMemorySecretStore::new().with("A", held.value()), &bus);
    store.read(&path("A"), ReadOptions::current()).await.unwrap();
    let _answers = store.read_many(&[path("A"), path("B")]).await;
    store.write(&path("A"), SecretFields::plain(written.value()), WriteOptions::replace()).await.unwrap();
    assert_eq!(bus.events().len(), 4);
    for canary in [held, written] {
        canary.assert_absent_in_debug(&bus.events());
        canary.assert_absent_in_debug(&store);
    }
    assert!(matches!(bus.events()[0], Event::SecretAccessed(_)));
}
