//! Events that are published at once, which one write takes.

use std::time::Duration;

use events::audit::{Record, Verdict};
use events::{Event, EventBus, FanOut, Label, Operation, Outcome, SecretAccessed};
use futures::future::join_all;
use futures::{join, poll};
use tokio::runtime::Builder;

use crate::sample::{at, check, open, read};

/// An event whose line is longer than any that is written.
fn endless() -> Event {
    let name = Label::new(&"n".repeat(Label::MAX_BYTES));
    SecretAccessed {
        at: at(0),
        actor: None,
        operation: Operation::Read,
        path: None,
        fields: vec![name; 17_000],
        outcome: Outcome::Ok,
        duration: Duration::ZERO,
    }
    .into()
}

#[tokio::test]
async fn each_of_many_publishers_finds_its_line_written() {
    let directory = tempfile::tempdir().expect("a directory");
    let log = open(directory.path());
    let bus = FanOut::new().with(log.clone());
    let publish = |number: usize| {
        let (bus, path) = (bus.clone(), log.path().to_owned());
        async move {
            let name = format!("path-{number}");
            bus.publish(&read(&name)).await.expect("a publish");
            let text = std::fs::read_to_string(path).expect("a log");
            let is_it = |line: &str| {
                let record: Record = serde_json::from_str(line).expect("a record");
                matches!(record.event, Event::SecretAccessed(event) if event.path == Some(Label::new(&name)))
            };
            assert_eq!(text.lines().filter(|line| is_it(line)).count(), 1, "{name}");
        }
    };
    join_all((0..40).map(publish)).await;
    assert_eq!(check(log.path()).records, 40);
}

#[tokio::test]
async fn what_is_too_long_is_refused_alone() {
    let directory = tempfile::tempdir().expect("a directory");
    let log = open(directory.path());
    let bus = FanOut::new().with(log.clone());
    let (before, endless) = (read("before"), endless());
    let (first, refused, last) = join!(bus.publish(&before), bus.publish(&endless), bus.publish(&before));
    assert!(first.is_ok() && last.is_ok());
    let refused = refused.expect_err("a refusal").to_string();
    assert!(refused.contains("16777216 are allowed"), "{refused}");
    let report = check(log.path());
    assert_eq!((report.verdict(), report.records), (Verdict::Intact, 2));
}

#[tokio::test]
async fn a_publisher_that_gives_up_leaves_nobody_waiting() {
    let directory = tempfile::tempdir().expect("a directory");
    let log = open(directory.path());
    let bus = FanOut::new().with(log.clone());
    let (one, two) = (read("one"), read("two"));
    {
        let mut first = bus.publish(&one);
        assert!(poll!(&mut first).is_pending());
        let mut second = bus.publish(&two);
        assert!(poll!(&mut second).is_pending());
        drop(first);
        second.await.expect("a publish");
    }
    bus.publish(&two).await.expect("a publish");
    // What nobody waits for any more may have happened all the same.
    assert_eq!(check(log.path()).records, 3);
}

#[test]
fn a_runtime_that_ends_leaves_the_log_to_the_next() {
    let directory = tempfile::tempdir().expect("a directory");
    let log = open(directory.path());
    let bus = FanOut::new().with(log.clone());
    let (lost, kept) = (read("lost"), read("kept"));
    let runtime = || Builder::new_current_thread().build().expect("a runtime");
    let first = runtime();
    let mut publish = bus.publish(&lost);
    first.block_on(async { assert!(poll!(&mut publish).is_pending()) });
    drop(first);
    runtime().block_on(async {
        assert!(publish.await.is_err());
        bus.publish(&kept).await.expect("a publish");
    });
    assert_eq!(check(log.path()).records, 1);
}
