//! Buses for tests.

use std::time::Duration;

use events::{Event, EventBus as _, FanOut, Label, Operation, Outcome, SecretAccessed};
use test_kit::{Clock as _, FailingEventBus, FakeClock, RecordingEventBus};

fn access(path: &str) -> Event {
    let event = SecretAccessed {
        at: FakeClock::new().now(),
        actor: None,
        operation: Operation::Read,
        path: Some(Label::new(path)),
        fields: vec![],
        outcome: Outcome::Ok,
        duration: Duration::ZERO,
    };
    event.into()
}

#[tokio::test]
async fn a_recording_bus_keeps_every_event_in_order() {
    let bus = RecordingEventBus::new();
    for path in ["A", "B", "A"] {
        bus.clone().publish(&access(path)).await.unwrap();
    }
    assert_eq!(bus.events(), [access("A"), access("B"), access("A")]);
    assert_eq!(Event::from(bus.sole_access(Operation::Read, "B")), access("B"));
    assert_eq!((bus.accessed().len(), bus.materialized().len()), (3, 0));
    assert_eq!(bus.take().len(), 3);
    assert!(bus.events().is_empty());
}

#[tokio::test]
#[should_panic(expected = "expected one Read of A, found 2")]
async fn two_accesses_are_not_the_sole_one() {
    let bus = RecordingEventBus::new();
    bus.publish(&access("A")).await.unwrap();
    bus.publish(&access("A")).await.unwrap();
    let _event = bus.sole_access(Operation::Read, "A");
}

#[tokio::test]
async fn a_failing_subscriber_is_named_and_the_others_hear() {
    let heard = RecordingEventBus::new();
    let bus = FanOut::new().with(FailingEventBus::after(1)).with(heard.clone());
    bus.publish(&access("A")).await.unwrap();
    let error = bus.publish(&access("B")).await.unwrap_err();
    assert_eq!(error.to_string(), "the event was not taken by failing bus: it was told to fail");
    assert_eq!(heard.events().len(), 2);
}
