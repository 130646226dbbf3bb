//! Several processes, and what the system does to them. Each test starts its own executable again: what it does there
//! is in the first lines of the test.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use events::audit::{AuditError, Line, Tail, Verdict};
use events::{Event, Operation};

use crate::sample::{check, delivery, open, read};

const DIRECTORY: &str = "EVENTS_TEST_DIRECTORY";

/// The directory to write to, in a process that a test has started.
#[expect(clippy::disallowed_methods, reason = "how a test tells the process that it starts what to do")]
fn started_for() -> Option<PathBuf> {
    std::env::var_os(DIRECTORY).map(PathBuf::from)
}

/// This executable, to run `test` alone, with `directory` to write to.
fn again(mut command: Command, test: &str, directory: &std::path::Path) -> Child {
    command
        .args(["--exact", test, "--nocapture"])
        .env(DIRECTORY, directory)
        .stdout(Stdio::null())
        .spawn()
        .expect("a process")
}

fn this_executable() -> Command {
    Command::new(std::env::current_exe().expect("a path"))
}

#[test]
fn several_processes_write_one_chain_and_lose_nothing() {
    const EVENTS: usize = 2500;
    const PROCESSES: usize = 4;
    if let Some(directory) = started_for() {
        let log = open(&directory);
        for n in 0..EVENTS {
            log.append(&[read(&format!("{}/{n}", std::process::id()))]).expect("an append");
        }
        return;
    }
    let directory = tempfile::tempdir().expect("a directory");
    let test = "processes::several_processes_write_one_chain_and_lose_nothing";
    let children: Vec<_> = (0..PROCESSES).map(|_| again(this_executable(), test, directory.path())).collect();
    let mut expected = Vec::new();
    for mut child in children {
        expected.extend((0..EVENTS).map(|n| format!("{}/{n}", child.id())));
        assert!(child.wait().expect("an end").success());
    }
    let path = directory.path().join("acme.jsonl");
    let report = check(&path);
    assert_eq!(report.verdict(), Verdict::Intact, "{report}");
    assert_eq!(report.records, (PROCESSES * EVENTS) as u64);
    assert!(report.torn.is_empty(), "{report}");

    let lines = Tail::open(&path).expect("a log").last(usize::MAX).expect("lines");
    let mut written: Vec<_> = lines.iter().map(path_of).collect();
    written.sort();
    expected.sort();
    assert_eq!(written, expected);
}

fn path_of(line: &Line) -> String {
    let Line::Record(record) = line else { panic!("not a record: {line:?}") };
    let Event::SecretAccessed(accessed) = &record.event else { panic!("not an access: {record:?}") };
    assert_eq!(accessed.operation, Operation::Read);
    accessed.path.as_ref().expect("a path").to_string()
}

#[test]
fn a_writer_killed_in_the_middle_leaves_a_log_that_goes_on() {
    if let Some(directory) = started_for() {
        let log = open(&directory);
        let many: Vec<_> = (0..2000).map(|n| delivery("apps", &format!("app-{n}"))).collect();
        loop {
            log.append(&many).expect("an append");
        }
    }
    let directory = tempfile::tempdir().expect("a directory");
    let test = "processes::a_writer_killed_in_the_middle_leaves_a_log_that_goes_on";
    let path = directory.path().join("acme.jsonl");
    let size = || fs::metadata(&path).map_or(0, |metadata| metadata.len());
    for round in 1..=6 {
        let before = size();
        let mut child = again(this_executable(), test, directory.path());
        while size() < before + 300_000 {
            std::thread::sleep(Duration::from_millis(1));
        }
        child.kill().expect("a kill");
        child.wait().expect("an end");
        let killed = check(&path);
        assert!(killed.problems.is_empty(), "round {round}:\n{killed}");

        open(directory.path()).append(&[read("after")]).expect("an append");
        let after = check(&path);
        assert_eq!(after.verdict(), Verdict::Intact, "round {round}:\n{after}");
        assert_eq!(after.records, killed.records + 1);
    }
}

#[test]
fn a_write_that_the_system_cuts_short_is_an_error_and_marked_by_the_next() {
    if let Some(directory) = started_for() {
        let log = open(&directory);
        let error = (0..1000).find_map(|_| log.append(&[read("a")]).err()).expect("a limit");
        assert!(matches!(&error, AuditError::Io { operation: "append to", .. }), "{error}");
        let again = log.append(&[read("b")]).expect_err("the limit is still there");
        assert!(matches!(&again, AuditError::Io { operation: "append to", .. }), "{again}");
        return;
    }
    let directory = tempfile::tempdir().expect("a directory");
    let test = "processes::a_write_that_the_system_cuts_short_is_an_error_and_marked_by_the_next";
    let mut limited = Command::new("sh");
    limited.args(["-c", r#"trap "" XFSZ; ulimit -f 8; exec "$0" "$@""#]);
    limited.arg(std::env::current_exe().expect("a path"));
    let mut child = again(limited, test, directory.path());
    assert!(child.wait().expect("an end").success());

    let path = directory.path().join("acme.jsonl");
    assert_eq!(fs::metadata(&path).expect("metadata").len() % 512, 0, "the file is as long as it may be");
    let torn = check(&path);
    assert_eq!(torn.verdict(), Verdict::Torn, "{torn}");
    open(directory.path()).append(&[read("after")]).expect("an append");
    let after = check(&path);
    assert_eq!((after.verdict(), after.records), (Verdict::Intact, torn.records + 1), "{after}");
    assert_eq!(after.torn, [torn.unfinished.expect("a torn line")]);
}
