//! A process that is killed at any step of a write leaves the old file or the new one, of mode 0600; several at once leave
//! one of theirs, whole.
//!
//! The tests start their own binary again: [`child`] is the test that runs in it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use k8s_bundle::{BundlePath, BundleWriter, DirectoryWriter, Step};

const ROOT: &str = "KILLED_WRITES_ROOT";
const STEP: &str = "KILLED_WRITES_STEP";
const CONTENTS: &str = "KILLED_WRITES_CONTENTS";
const TIMES: &str = "KILLED_WRITES_TIMES";
const LENGTH: usize = 200_000;

fn secrets() -> BundlePath {
    "k8s/secrets.yaml".parse().expect("a path")
}

fn variable(name: &str) -> Option<String> {
    std::env::vars().find_map(|(key, value)| (key == name).then_some(value))
}

/// Does nothing unless the process was started by one of the other tests.
#[test]
fn child() {
    let Some(root) = variable(ROOT) else { return };
    let kill_at = variable(STEP);
    let observer = move |step: Step| {
        if kill_at.as_deref() == Some(&format!("{step:?}")) {
            std::process::abort();
        }
        Ok(())
    };
    let writer = DirectoryWriter::with_observer(root, Arc::new(observer));
    let contents = variable(CONTENTS).expect("contents").repeat(LENGTH);
    let times: usize = variable(TIMES).expect("times").parse().expect("a number");
    for _ in 0..times {
        writer.write_secret(&secrets(), contents.as_bytes()).expect("writes");
    }
}

fn start(root: &Path, kill_at: Option<Step>, contents: &str, times: usize) -> Child {
    let mut command = Command::new(std::env::current_exe().expect("this binary"));
    command.args(["--exact", "killed_writes::child", "--nocapture"]);
    command.env(ROOT, root).env(CONTENTS, contents).env(TIMES, times.to_string());
    if let Some(step) = kill_at {
        command.env(STEP, format!("{step:?}"));
    }
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("starts")
}

/// The one letter that the file consists of, after a check that it is whole and private.
fn letter(root: &Path) -> char {
    let file = root.join("k8s/secrets.yaml");
    assert_eq!(fs::metadata(&file).expect("a file").permissions().mode() & 0o7777, 0o600);
    let text = fs::read_to_string(&file).expect("reads");
    let letter = text.chars().next().expect("not empty");
    assert!(text.len() == LENGTH && text.chars().all(|c| c == letter), "the file is of two writes");
    letter
}

fn entries(root: &Path) -> Vec<(String, u32)> {
    let mut entries: Vec<_> = fs::read_dir(root.join("k8s"))
        .expect("a directory")
        .map(|entry| {
            let entry = entry.expect("an entry");
            let mode = entry.metadata().expect("metadata").permissions().mode() & 0o7777;
            (entry.file_name().to_string_lossy().into_owned(), mode)
        })
        .collect();
    entries.sort();
    entries
}

#[test]
fn a_kill_at_each_step_leaves_the_old_file_or_the_new_one() {
    const SIGABRT: i32 = 6;
    for step in Step::ALL {
        let directory = tempfile::tempdir().expect("a directory");
        let root = directory.path();
        DirectoryWriter::new(root).write_secret(&secrets(), "a".repeat(LENGTH).as_bytes()).expect("writes");
        fs::remove_file(root.join(".gitignore")).expect("removes");

        let killed = start(root, Some(step), "b", 1).wait().expect("ends");
        assert_eq!(killed.signal(), Some(SIGABRT), "{step:?} was reached");
        assert_eq!(letter(root), if step == Step::SyncDirectory { 'b' } else { 'a' }, "{step:?}");
        assert!(entries(root).iter().all(|(_, mode)| *mode == 0o600), "{step:?}: {:?}", entries(root));

        let next = start(root, None, "c", 1).wait().expect("ends");
        assert!(next.success(), "{step:?}: the lock of a killed process does not stay");
        assert_eq!(letter(root), 'c');
        assert_eq!(entries(root), [("secrets.yaml".to_owned(), 0o600)], "{step:?}: nothing is left behind");
        assert!(root.join(".gitignore").exists());
    }
}

#[test]
fn a_kill_at_each_step_of_the_first_write_leaves_nothing_or_the_file() {
    for step in Step::ALL {
        let directory = tempfile::tempdir().expect("a directory");
        let root = directory.path();
        assert!(!start(root, Some(step), "b", 1).wait().expect("ends").success());
        assert_eq!(root.join("k8s/secrets.yaml").exists(), step == Step::SyncDirectory, "{step:?}");
        DirectoryWriter::new(root).write_secret(&secrets(), "c".repeat(LENGTH).as_bytes()).expect("writes");
        assert_eq!((letter(root), entries(root).len()), ('c', 1), "{step:?}");
    }
}

#[test]
fn several_processes_at_once_leave_one_whole_file() {
    let directory = tempfile::tempdir().expect("a directory");
    let root = directory.path();
    let writers = ["a", "b", "c", "d", "e", "f"].map(|contents| start(root, None, contents, 10));
    let killed = start(root, Some(Step::Rename), "x", 1);
    for mut child in writers.into_iter().chain([killed]) {
        let killed = child.wait().expect("ends").signal().is_some();
        if root.join("k8s/secrets.yaml").exists() {
            assert_ne!(letter(root), 'x', "killed: {killed}");
        }
    }
    DirectoryWriter::new(root).write_secret(&secrets(), "z".repeat(LENGTH).as_bytes()).expect("writes");
    assert_eq!((letter(root), entries(root)), ('z', vec![("secrets.yaml".to_owned(), 0o600)]));
    let ignored = fs::read_to_string(root.join(".gitignore")).expect("reads");
    assert_eq!(ignored.lines().count(), 3, "each entry once: {ignored}");
}
