//! What is written.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::time::Duration;

use events::audit::{Record, Verdict};
use events::{
    Event, EventBus, FanOut, Label, Operation, Outcome, RequestServed, SecretAccessed, SecretMaterialized,
};

use crate::sample::{at, check, check_bytes, delivery, labels, log_of, open, read};

fn one_of_each() -> Vec<Event> {
    let Event::SecretMaterialized(by_value) = delivery("backups", "minio-credentials") else {
        unreachable!("a delivery is a delivery")
    };
    let by_reference = SecretMaterialized { mode: events::DeliveryMode::ExternalSecrets, ..by_value.clone() };
    let failed_list = SecretAccessed {
        at: at(2),
        actor: Some(Label::new("accessor:hmac-7")),
        operation: Operation::List,
        path: None,
        fields: Vec::new(),
        outcome: Outcome::Failed(Label::new("unavailable")),
        duration: Duration::from_millis(30),
    };
    vec![by_value.into(), by_reference.into(), read("infrastructure/minio"), failed_list.into()]
}

#[test]
fn each_event_is_one_line_of_a_fixed_schema() {
    let log = log_of(&one_of_each());
    insta::assert_snapshot!(String::from_utf8_lossy(&log), @r#"
    {"seq":1,"instance":"acme","actor":"alice@host","event":"secret-materialized","at":"2026-01-02T03:04:06Z","namespace":"backups","name":"minio-credentials","mode":"build-time","fields":["rootPassword","rootUser"],"paths":["infrastructure/minio"],"prev":"0000000000000000000000000000000000000000000000000000000000000000","hash":"4a9e6c22ac69c48b5ae315a4a573498c5960d0f78daaf84be2fa842653892dfb"}
    {"seq":2,"instance":"acme","actor":"alice@host","event":"secret-materialized","at":"2026-01-02T03:04:06Z","namespace":"backups","name":"minio-credentials","mode":"external-secrets","fields":["rootPassword","rootUser"],"paths":["infrastructure/minio"],"prev":"4a9e6c22ac69c48b5ae315a4a573498c5960d0f78daaf84be2fa842653892dfb","hash":"83186396226db0c3c7760186fb3a18ad6a3c6e8db4ebf99fc779ca692bf5a9df"}
    {"seq":3,"instance":"acme","actor":"alice@host","event":"secret-accessed","at":"2026-01-02T03:04:05Z","operation":"read","path":"infrastructure/minio","fields":["value"],"outcome":"ok","duration_us":1250,"prev":"83186396226db0c3c7760186fb3a18ad6a3c6e8db4ebf99fc779ca692bf5a9df","hash":"cb5626f2cde84ae9ba6a2fabfd34a1a6f7adf6a966f50881325c9f2afadf8953"}
    {"seq":4,"instance":"acme","actor":"accessor:hmac-7","event":"secret-accessed","at":"2026-01-02T03:04:07Z","operation":"list","outcome":{"failed":"unavailable"},"duration_us":30000,"prev":"cb5626f2cde84ae9ba6a2fabfd34a1a6f7adf6a966f50881325c9f2afadf8953","hash":"df07d41d1eb94b18f5fbb8df16b61709049a54666d9ebb8053d860b59a897189"}
    "#);
    insta::assert_snapshot!(check_bytes(&log), @"intact: 4 records, head df07d41d1eb94b18f5fbb8df16b61709049a54666d9ebb8053d860b59a897189");
}

#[test]
fn a_request_is_of_whoever_sent_it_and_never_of_who_runs_the_server() {
    let served = |actor: Option<&str>, status, outcome| RequestServed {
        at: at(0),
        request: Label::new("0a2922c3-5b55-4922-b393-40c748c5d27d"),
        remote: Label::new("10.0.0.7"),
        actor: actor.map(Label::new),
        method: Label::new("GET"),
        path: Label::new("secret/data/app"),
        fields: labels(&["password"]),
        status,
        outcome,
        duration: Duration::from_micros(250),
    };
    let known = served(Some("6b54a2fe128831635f33091b67e0a5d6"), 200, Outcome::Ok);
    let unknown = RequestServed {
        fields: Vec::new(),
        ..served(None, 403, Outcome::Failed(Label::new("unauthenticated")))
    };
    insta::assert_snapshot!(String::from_utf8_lossy(&log_of(&[known.into(), unknown.into()])));
}

#[test]
fn each_operation_has_a_word_of_its_own() {
    let words = [
        (Operation::Read, "read"),
        (Operation::Write, "write"),
        (Operation::Delete, "delete"),
        (Operation::List, "list"),
        (Operation::Undelete, "undelete"),
        (Operation::Destroy, "destroy"),
        (Operation::ReadMetadata, "read-metadata"),
        (Operation::WriteMetadata, "write-metadata"),
    ];
    for (operation, word) in words {
        assert_eq!(serde_json::to_value(operation).expect("a word"), word);
    }
}

#[test]
fn a_line_is_read_back_as_the_event_that_was_published() {
    let events = one_of_each();
    let log = log_of(&events);
    let records: Vec<Record> =
        serde_json::Deserializer::from_slice(&log).into_iter().collect::<Result<_, _>>().expect("records");
    for (record, mut event) in records.iter().zip(events) {
        let mut actor = Label::new("alice@host");
        if let Event::SecretAccessed(accessed) = &mut event {
            actor = accessed.actor.take().unwrap_or(actor);
        }
        assert_eq!((&record.event, &record.actor), (&event, &actor));
    }
    assert_eq!(records.iter().map(|record| record.seq).collect::<Vec<_>>(), [1, 2, 3, 4]);
}

#[test]
fn the_chain_can_be_checked_with_the_tools_of_any_shell() {
    let directory = tempfile::tempdir().expect("a directory");
    let log = open(directory.path());
    log.append(&one_of_each()).expect("an append");
    let hashes = r#"sed 's/,"hash":.*//' "$1" | while read -r line; do printf %s "$line" | sha256sum | cut -c-64; done"#;
    let output = Command::new("sh").args(["-c", hashes, "sh"]).arg(log.path()).output().expect("a shell");
    let computed = String::from_utf8_lossy(&output.stdout).into_owned();
    let text = fs::read_to_string(log.path()).expect("a log");
    let written: String = text
        .lines()
        .map(|line| serde_json::from_str::<Record>(line).expect("a record").hash.to_string() + "\n")
        .collect();
    assert_eq!(computed, written);
}

#[test]
fn the_directory_is_0700_and_the_file_0600() {
    let directory = tempfile::tempdir().expect("a directory");
    let log = open(&directory.path().join("state/audit"));
    let mode = |path| fs::metadata(path).expect("metadata").permissions().mode() & 0o7777;
    assert_eq!(mode(log.path()), 0o600);
    assert_eq!(mode(log.path().parent().expect("a parent")), 0o700);
    assert_eq!(log.path(), directory.path().join("state/audit/acme.jsonl"));
}

#[test]
fn a_log_that_others_may_read_is_taken_back_from_them() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = open(directory.path()).path().to_owned();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("a mode");
    open(directory.path());
    assert_eq!(fs::metadata(path).expect("metadata").permissions().mode() & 0o7777, 0o600);
}

#[test]
fn a_label_with_newlines_stays_within_its_line() {
    let forged = "a\n{\"seq\":2,\"instance\":\"acme\"}\r\n\u{2028}\u{85}\0\u{1b}[2J\"}";
    let mut event = read(forged);
    if let Event::SecretAccessed(accessed) = &mut event {
        accessed.actor = Some(Label::new(forged));
        accessed.fields = labels(&[forged]);
        accessed.outcome = Outcome::Failed(Label::new(forged));
    }
    let log = log_of(&[event, delivery(forged, forged)]);
    let text = String::from_utf8_lossy(&log);
    assert_eq!(text.lines().count(), 2);
    assert!(!text.lines().any(|line| line.contains(char::is_control)), "{text:?}");
    assert_eq!(check_bytes(&log).verdict(), Verdict::Intact);
}

#[test]
fn a_line_may_be_longer_than_any_block_that_is_read() {
    let directory = tempfile::tempdir().expect("a directory");
    let Event::SecretMaterialized(mut wide) = delivery("backups", "wide") else {
        unreachable!("a delivery is a delivery")
    };
    wide.fields = (0..20_000).map(|n| Label::new(&format!("a-rather-long-name-of-a-key-{n:08}"))).collect();
    for _ in 0..3 {
        // Each log opens the file anew, and so has to find the last record in it.
        open(directory.path()).append(&[wide.clone().into()]).expect("an append");
    }
    let report = check(open(directory.path()).path());
    assert_eq!((report.verdict(), report.records), (Verdict::Intact, 3));
}

#[tokio::test]
async fn ten_thousand_events_are_taken_in_one_publish() {
    let directory = tempfile::tempdir().expect("a directory");
    let log = open(directory.path());
    let bus = FanOut::new().with(log.clone());
    let events: Vec<_> = (0..10_000).map(|n| delivery("apps", &format!("app-{n}"))).collect();
    bus.publish_all(&events).await.expect("a publish");
    log.sync().expect("a sync");
    let report = check(log.path());
    assert_eq!((report.verdict(), report.records), (Verdict::Intact, 10_000));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_tasks_share_one_chain() {
    let directory = tempfile::tempdir().expect("a directory");
    let bus = FanOut::new().with(open(directory.path()));
    let other = FanOut::new().with(open(directory.path()));
    let tasks: Vec<_> = [bus.clone(), bus, other]
        .into_iter()
        .map(|bus| {
            tokio::spawn(async move {
                for n in 0..500 {
                    bus.publish(&read(&format!("path-{n}"))).await.expect("a publish");
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("a task that ends");
    }
    let report = check(&directory.path().join("acme.jsonl"));
    assert_eq!((report.verdict(), report.records), (Verdict::Intact, 1500));
}
