//! A child process of the tests: another user, or another writer.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use secret_store::provider::file::FileStore;
use secret_store::{ReadOptions, SecretFields, SecretPath, SecretStore as _, WriteOptions};
use test_kit::{block_on, field, path};

/// For the child: `TASK ROOT ARGUMENT`.
const TASK: &str = "SECRETBRIDGE_TEST_TASK";

/// What comes before the child's answer, among what the test harness prints.
const ANSWER: &str = "the child says: ";

/// Whom a child of root runs as: nobody.
const NOBODY: u32 = 65534;

/// The child's part. As a test of its own, it does one of the tasks.
#[test]
#[expect(clippy::disallowed_methods, reason = "a test speaks with its child process so")]
#[expect(clippy::print_stdout, reason = "a test speaks with its child process so")]
fn a_child_does_its_task() {
    if let Some(task) = std::env::var_os(TASK) {
        let task = task.into_string().unwrap();
        let [task, root, argument] = task.split(' ').collect::<Vec<_>>().try_into().unwrap();
        println!("\n{ANSWER}{}", block_on(perform(task, Path::new(root), argument)));
    } else {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(block_on(perform("merge", folder.path(), "me")), "done");
        assert_eq!(block_on(perform("read", folder.path(), "shared")), "25 fields");
    }
}

async fn perform(task: &str, root: &Path, argument: &str) -> String {
    let store = match FileStore::open(root).await {
        Ok(store) => store,
        Err(error) => return describe(&error),
    };
    let answer = match task {
        "merge" => merge(&store, argument).await.map(|()| "done".to_owned()),
        "read" => store
            .read(&path(argument), ReadOptions::current())
            .await
            .map(|secret| format!("{} fields", secret.fields.len())),
        "list" => store.list(None).await.map(|paths| format!("{paths:?}")),
        "write" => {
            let fields = SecretFields::plain("x");
            store.write(&path(argument), fields, WriteOptions::replace()).await.map(|_| "done".to_owned())
        }
        "delete" => store.delete(&path(argument)).await.map(|()| "done".to_owned()),
        _ => panic!("no such task: {task}"),
    };
    answer.unwrap_or_else(|error| describe(&error))
}

/// Adds 25 fields of its own to one secret, one by one.
pub(crate) async fn merge(store: &FileStore, who: &str) -> secret_store::Result<()> {
    for number in 0..25 {
        let fields = SecretFields::new().with(field(&format!("{who}-{number}")), "x");
        store.write(&SecretPath::new("shared").unwrap(), fields, WriteOptions::merge()).await?;
    }
    Ok(())
}

/// An error as a snapshot shows it.
pub(crate) fn describe(error: &secret_store::Error) -> String {
    format!("{}: {error}; help: {}", error.kind(), error.help().unwrap_or("none"))
}

/// Starts a child with a task on the store at `root`.
pub(crate) fn start(task: &str, root: &Path, argument: &str) -> Child {
    command(&std::env::current_exe().unwrap(), task, root, argument).spawn().unwrap()
}

/// What a child answers that runs as an ordinary user, who owns all below `root`.
pub(crate) fn as_ordinary_user(task: &str, root: &Path, argument: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("it");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    let mut command = command(&program, task, root, argument);
    if fs::metadata(folder.path()).unwrap().uid() == 0 {
        chown(folder.path(), Some(NOBODY), Some(NOBODY)).unwrap();
        chown(root, Some(NOBODY), Some(NOBODY)).unwrap();
        command.uid(NOBODY).gid(NOBODY);
    }
    answer(&command.output().unwrap())
}

/// Gives a file to the ordinary user.
pub(crate) fn give(file: &Path) {
    if fs::metadata(file).unwrap().uid() == 0 {
        chown(file, Some(NOBODY), Some(NOBODY)).unwrap();
    }
}

fn command(program: &Path, task: &str, root: &Path, argument: &str) -> Command {
    let mut command = Command::new(program);
    command
        .args(["--exact", "child::a_child_does_its_task", "--nocapture"])
        .env(TASK, format!("{task} {} {argument}", root.display()))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// What a child has answered.
pub(crate) fn answer(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().find_map(|line| line.strip_prefix(ANSWER));
    line.unwrap_or_else(|| panic!("no answer: {text} {}", String::from_utf8_lossy(&output.stderr))).to_owned()
}
