//! Events and logs to test with.

use std::fs;
use std::path::Path;
use std::time::Duration;

use events::audit::{AuditLog, Report, VerifyOptions, verify};
use events::{DeliveryMode, Event, Label, Operation, Outcome, SecretAccessed, SecretMaterialized, Timestamp};
use sha2::{Digest, Sha256};

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_767_323_045 + second).expect("a time in range")
}

pub(crate) fn labels(names: &[&str]) -> Vec<Label> {
    names.iter().map(|name| Label::new(name)).collect()
}

/// A read of `path`.
pub(crate) fn read(path: &str) -> Event {
    Event::from(SecretAccessed {
        at: at(0),
        actor: None,
        operation: Operation::Read,
        path: Some(Label::new(path)),
        fields: labels(&["value"]),
        outcome: Outcome::Ok,
        duration: Duration::from_micros(1250),
    })
}

/// The delivery of `namespace/name`.
pub(crate) fn delivery(namespace: &str, name: &str) -> Event {
    Event::from(SecretMaterialized {
        at: at(1),
        namespace: Label::new(namespace),
        name: Label::new(name),
        mode: DeliveryMode::BuildTime,
        fields: labels(&["rootPassword", "rootUser"]),
        paths: labels(&["infrastructure/minio"]),
    })
}

pub(crate) fn open(directory: &Path) -> AuditLog {
    AuditLog::open(directory, "acme", Label::new("alice@host")).expect("a log that opens")
}

pub(crate) fn check(path: &Path) -> Report {
    check_bytes(&fs::read(path).expect("a log that can be read"))
}

pub(crate) fn check_bytes(log: &[u8]) -> Report {
    verify(log, &VerifyOptions::default()).expect("bytes in memory can be read")
}

/// The bytes of a log with one record for each event.
pub(crate) fn log_of(events: &[Event]) -> Vec<u8> {
    let directory = tempfile::tempdir().expect("a directory");
    let log = open(directory.path());
    log.append(events).expect("an append");
    fs::read(log.path()).expect("a log that can be read")
}

pub(crate) fn lines_of(log: &[u8]) -> Vec<Vec<u8>> {
    log.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
}

/// The line with `from` replaced, and its own hash computed anew: what a careful forger would write.
pub(crate) fn forged(line: &[u8], from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8_lossy(line).replace(from, to);
    let (body, _) = text.rsplit_once(",\"hash\":").expect("a sealed line");
    format!("{body},\"hash\":\"{}\"}}\n", hex::encode(Sha256::digest(body))).into_bytes()
}
