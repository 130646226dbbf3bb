//! Reading along.

use std::collections::VecDeque;
use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use events::audit::{Line, Tail, Verdict};
use events::{Clock, Event, Timestamp};
use test_kit::Canary;

use crate::sample::{at, check, forged, log_of, open, read};

type Step = Box<dyn FnOnce() + Send>;

/// A clock on which something happens each time that one waits.
#[derive(Default)]
struct Scripted(Mutex<VecDeque<Step>>);

impl fmt::Debug for Scripted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scripted").finish_non_exhaustive()
    }
}

impl Scripted {
    fn then(self, step: impl FnOnce() + Send + 'static) -> Self {
        self.0.lock().expect("no panic").push_back(Box::new(step));
        self
    }
}

#[async_trait]
impl Clock for Scripted {
    fn now(&self) -> Timestamp {
        at(0)
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }

    async fn sleep(&self, _duration: Duration) {
        let step = self.0.lock().expect("no panic").pop_front().expect("nothing more will happen");
        step();
    }
}

fn path_of(line: &Line) -> String {
    match line {
        Line::Record(record) => match &record.event {
            Event::SecretAccessed(accessed) => accessed.path.as_ref().expect("a path").to_string(),
            other => panic!("not an access: {other:?}"),
        },
        Line::Other(text) => format!("other: {text}"),
    }
}

#[test]
fn the_last_lines_come_oldest_first() {
    let directory = tempfile::tempdir().expect("a directory");
    let log = open(directory.path());
    let events: Vec<_> = (0..500).map(|n| read(&format!("p{n}"))).collect();
    log.append(&events).expect("an append");
    let mut tail = Tail::open(log.path()).expect("a log");
    for count in [0, 1, 3, 40, 499, 500, 501] {
        let paths: Vec<_> = tail.last(count).expect("lines").iter().map(path_of).collect();
        let expected: Vec<_> = (500 - count.min(500)..500).map(|n| format!("p{n}")).collect();
        assert_eq!(paths, expected);
    }
}

#[tokio::test]
async fn lines_are_followed_as_they_are_written() {
    let directory = tempfile::tempdir().expect("a directory");
    let log = open(directory.path());
    log.append(&[read("a"), read("b")]).expect("an append");
    let mut tail = Tail::open(log.path()).expect("a log");
    assert_eq!(tail.last(1).expect("lines").iter().map(path_of).collect::<Vec<_>>(), ["b"]);

    let writer = log.clone();
    let clock = Scripted::default()
        .then(|| {})
        .then(move || writer.append(&[read("c"), read("d")]).expect("an append"));
    assert_eq!(path_of(&tail.next(&clock).await.expect("a line")), "c");
    assert_eq!(path_of(&tail.next(&clock).await.expect("a line")), "d");
}

#[tokio::test]
async fn an_incomplete_line_is_waited_for() {
    let directory = tempfile::tempdir().expect("a directory");
    let log = open(directory.path());
    log.append(&[read("a")]).expect("an append");
    let record = fs::read(log.path()).expect("a log");
    let (half, rest) = record.split_at(100);
    let path = log.path().to_owned();
    let append = move |bytes: &[u8]| {
        OpenOptions::new()
            .append(true)
            .open(&path)
            .and_then(|mut file| file.write_all(bytes))
            .expect("a write");
    };
    append(half);
    let mut tail = Tail::open(log.path()).expect("a log");
    assert_eq!(tail.last(5).expect("lines").len(), 1);
    let rest = rest.to_vec();
    let clock = Scripted::default().then(move || append(&rest));
    assert_eq!(path_of(&tail.next(&clock).await.expect("a line")), "a");
}

#[tokio::test]
async fn a_rotated_log_is_followed_into_the_new_file() {
    let directory = tempfile::tempdir().expect("a directory");
    let log = open(directory.path());
    log.append(&[read("a")]).expect("an append");
    let mut tail = Tail::open(log.path()).expect("a log");
    tail.last(0).expect("no lines");
    let (writer, old) = (log.clone(), directory.path().join("old"));
    let clock = Scripted::default()
        .then({
            let path = log.path().to_owned();
            move || fs::rename(path, old).expect("a rename")
        })
        .then(move || writer.append(&[read("b")]).expect("an append"));
    assert_eq!(path_of(&tail.next(&clock).await.expect("a line")), "b");
}

#[test]
fn a_record_of_a_later_version_is_shown_as_it_stands() {
    let directory = tempfile::tempdir().expect("a directory");
    let line = forged(&log_of(&[read("a")]), "\"event\":\"secret-accessed\"", "\"event\":\"secret-admired\"");
    let path = directory.path().join("acme.jsonl");
    fs::write(&path, &line).expect("a file");
    let lines = Tail::open(&path).expect("a log").last(9).expect("lines");
    assert_eq!(path_of(&lines[0]), format!("other: {}", String::from_utf8_lossy(line.trim_ascii_end())));
    assert_eq!(check(&path).verdict(), Verdict::Intact);
}

#[test]
fn nothing_is_shown_of_a_file_that_is_no_log() {
    let canary = Canary::random();
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("acme.jsonl");
    let mut text = Vec::new();
    for around in [
        ("", ""),
        ("{\"seq\":1,\"", "\":1}"),
        ("{\"seq\":\"", "\"}"),
        ("{\"seq\":1,\"instance\":\"", "\",\"prev\":1}"),
    ] {
        text.extend_from_slice(format!("{}{}{}\n", around.0, canary.text(), around.1).as_bytes());
    }
    fs::write(&path, &text).expect("a file");

    let lines = Tail::open(&path).expect("a file").last(9).expect("lines");
    canary.assert_absent("the tail", format!("{lines:?}"));
    insta::assert_snapshot!(path_of(&lines[0]), @"other: 32 bytes that are no record");
    let report = check(&path);
    canary.assert_absent("the report", format!("{report} {report:?}"));
    canary.assert_absent("the report as JSON", serde_json::to_string(&report).expect("JSON"));
}
