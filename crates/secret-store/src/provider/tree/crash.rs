//! What a writer leaves that dies: a child process aborts at a step of a write, and the next one looks.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::Command;

use super::step::{Step, ending};
use super::{Bare, Layout, Tree};
use crate::{ErrorKind, FieldName, Precondition, ReadOptions, SecretFields, SecretPath, WriteOptions};

/// For the child: `ROOT STEP before|after`, to abort at the step of a write.
const TASK: &str = "SECRETBRIDGE_TEST_CRASH";

const SIGABRT: i32 = 6;

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work)
}

async fn open(root: &Path) -> Tree {
    let layout = Layout { provider: "file", root: root.to_owned(), ending: "", private: true };
    Tree::open(layout, Box::new(Bare)).await.unwrap()
}

fn path() -> SecretPath {
    SecretPath::new("folder/a").unwrap()
}

fn map() -> SecretFields {
    SecretFields::plain("new").with(FieldName::new("user").unwrap(), "new")
}

/// The child's part. As a test of its own, it writes and comes to the end.
#[test]
#[expect(clippy::disallowed_methods, reason = "a test speaks with its child process so")]
fn a_writer_writes_unless_it_dies() {
    let Some(task) = std::env::var_os(TASK) else {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &map());
        return;
    };
    let task = task.into_string().unwrap();
    let [root, step, fields] = task.split(' ').collect::<Vec<_>>().try_into().unwrap();
    let steps = [Step::Created, Step::Written, Step::Marked, Step::Renamed, Step::Removed];
    let step = steps.into_iter().find(|known| format!("{known:?}") == step).unwrap();
    ending::LAST.set(step).unwrap();
    write(Path::new(root), &if fields == "map" { map() } else { SecretFields::plain("new") });
    panic!("the step {step:?} was not reached");
}

fn write(root: &Path, fields: &SecretFields) {
    run(async {
        let tree = open(root).await;
        tree.write(&path(), fields.clone(), WriteOptions::replace()).await.unwrap();
        assert_eq!(*tree.read(&path(), ReadOptions::current()).await.unwrap().fields, *fields);
    });
}

fn die(root: &Path, step: Step, fields: &str) {
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "provider::tree::crash::a_writer_writes_unless_it_dies"])
        .env(TASK, format!("{} {step:?} {fields}", root.display()))
        .output()
        .unwrap()
        .status;
    assert_eq!(status.signal(), Some(SIGABRT), "{step:?}: {status}");
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o077, 0, "{entry:?}");
            entry.file_name().into_string().unwrap()
        })
        .collect();
    names.sort();
    names
}

#[test]
fn a_writer_that_dies_leaves_the_old_or_the_new() {
    let cases = [
        ("plain", Step::Created, "old"),
        ("plain", Step::Written, "old"),
        ("plain", Step::Renamed, "new"),
        ("map", Step::Created, "old"),
        ("map", Step::Written, "old"),
        ("map", Step::Marked, "old"),
        ("map", Step::Renamed, "new"),
        ("map", Step::Removed, "new"),
    ];
    for (fields, step, expected) in cases {
        let case = format!("{fields}, {step:?}");
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("folder");
        write(folder.path(), &SecretFields::plain("old"));
        die(folder.path(), step, fields);
        run(async {
            let tree = open(folder.path()).await;
            let secret = tree.read(&path(), ReadOptions::current()).await.unwrap();
            assert_eq!(secret.fields.get("value"), Some(&expected.into()), "{case}");
            let is_map = fields == "map" && expected == "new";
            assert_eq!(secret.fields.len(), if is_map { 2 } else { 1 }, "{case}");
            assert_eq!(tree.list(None).await.unwrap(), [path()], "{case}");
            names(&inner);

            // The next writer sees the same, and leaves nothing of it behind.
            let version = secret.version.unwrap();
            let options = WriteOptions::replace().with_precondition(Precondition::Version(version));
            tree.write(&path(), SecretFields::plain("next"), options).await.unwrap();
            let name = if is_map { "a.yaml" } else { "a" };
            assert_eq!(names(&inner), [name], "{case}");
            tree.delete(&path()).await.unwrap();
            assert_eq!(names(folder.path()), [".secretbridge.lock"], "{case}");
        });
    }
}

#[test]
fn a_first_writer_that_dies_leaves_nothing_or_the_secret() {
    for step in [Step::Created, Step::Written] {
        let folder = tempfile::tempdir().unwrap();
        die(folder.path(), step, "plain");
        run(async {
            let tree = open(folder.path()).await;
            let error = tree.read(&path(), ReadOptions::current()).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::NotFound);
            assert!(tree.list(None).await.unwrap().is_empty());
            let absent = WriteOptions::replace().with_precondition(Precondition::Absent);
            tree.write(&path(), map(), absent).await.unwrap();
            assert_eq!(names(&folder.path().join("folder")), ["a.yaml"]);
        });
    }
}

#[test]
fn a_delete_after_a_crash_deletes_all() {
    for step in [Step::Marked, Step::Renamed, Step::Removed] {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &SecretFields::plain("old"));
        die(folder.path(), step, "map");
        run(async { open(folder.path()).await.delete(&path()).await }).unwrap();
        assert_eq!(names(folder.path()), [".secretbridge.lock"], "{step:?}");
    }
}
