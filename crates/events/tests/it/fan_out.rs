//! Who hears of an event.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use events::{Event, EventBus, FanOut, Silent, Subscriber, SubscriberError};

use crate::sample::{open, read};

#[derive(Debug, Default)]
struct Recording(Mutex<Vec<Event>>);

#[async_trait]
impl Subscriber for Recording {
    fn name(&self) -> String {
        "recording".to_owned()
    }

    async fn receive(&self, event: &Event) -> Result<(), SubscriberError> {
        self.0.lock().expect("no panic").push(event.clone());
        Ok(())
    }
}

#[derive(Debug)]
struct Failing(&'static str);

#[async_trait]
impl Subscriber for Failing {
    fn name(&self) -> String {
        self.0.to_owned()
    }

    async fn receive(&self, _event: &Event) -> Result<(), SubscriberError> {
        Err("out of order".into())
    }
}

#[tokio::test]
async fn one_failing_subscriber_does_not_keep_an_event_from_another() {
    let recording = Arc::new(Recording::default());
    let bus = FanOut::new().with(Failing("first")).with(recording.clone()).with(Failing("last"));
    let error = bus.publish(&read("a")).await.expect_err("two of three fail");
    insta::assert_snapshot!(error, @"the event was not taken by first: out of order; last: out of order");
    bus.publish_all(&[read("b"), read("c")]).await.expect_err("two of three fail");
    assert_eq!(*recording.0.lock().expect("no panic"), [read("a"), read("b"), read("c")]);
}

#[tokio::test]
async fn a_log_that_fails_is_named_in_the_error() {
    let directory = tempfile::tempdir().expect("a directory");
    std::os::unix::fs::symlink("/dev/full", directory.path().join("acme.jsonl")).expect("a link");
    let bus = FanOut::new().with(open(directory.path()));
    let error = bus.publish(&read("a")).await.expect_err("/dev/full is full");
    insta::assert_snapshot!(error.to_string().replace(&*directory.path().to_string_lossy(), "<dir>"), @"the event was not taken by audit log <dir>/acme.jsonl: cannot append to the audit log <dir>/acme.jsonl: No space left on device (os error 28)");
}

#[tokio::test]
async fn a_bus_behind_a_pointer_is_a_bus() {
    let recording = Arc::new(Recording::default());
    let bus: Arc<dyn EventBus> = Arc::new(FanOut::new().with(recording.clone()));
    bus.publish(&read("a")).await.expect("a publish");
    bus.publish_all(&[read("b")]).await.expect("a publish");
    Silent.publish_all(&[read("c")]).await.expect("nobody fails");
    assert_eq!(*recording.0.lock().expect("no panic"), [read("a"), read("b")]);
}
