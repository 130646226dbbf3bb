//! A folder of its own for each test, and what a command said and left in it.

use std::fmt;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use secret_store::provider::vault::ENVIRONMENT;
use tempfile::TempDir;
use test_kit::Canary;

/// The command under test.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_secretbridge");

/// A folder of its own. Commands run in it, and no canary that is planted in it may turn up in what they say.
pub(crate) struct Sandbox {
    folder: TempDir,
    canaries: Vec<Canary>,
    variables: Vec<(String, String)>,
}

/// What a command said.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        let folder = tempfile::Builder::new().permissions(Permissions::from_mode(0o700)).tempdir().unwrap();
        Self { folder, canaries: Vec::new(), variables: Vec::new() }
    }

    /// One with a store of plain files, and this list of manifests.
    pub(crate) fn with_secrets(secrets: &str) -> Self {
        let sandbox = Self::new();
        sandbox.write(
            "secretbridge.yaml",
            &format!("instance: acme\nstore: {{ provider: file, path: store }}\n{secrets}"),
        );
        sandbox.private_folder("store");
        sandbox
    }

    /// One with the example set-up in it that new users build first.
    pub(crate) fn homelab() -> Self {
        Self::example("homelab")
    }

    /// One with that example set-up in it.
    pub(crate) fn example(name: &str) -> Self {
        let sandbox = Self::new();
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name);
        copy(&example, sandbox.path());
        sandbox
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn join(&self, path: impl AsRef<Path>) -> PathBuf {
        self.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, content: &str) {
        fs::write(self.join(path), content).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> Vec<u8> {
        fs::read(self.join(path)).unwrap()
    }

    pub(crate) fn text(&self, path: &str) -> String {
        fs::read_to_string(self.join(path)).unwrap()
    }

    pub(crate) fn exists(&self, path: &str) -> bool {
        self.join(path).symlink_metadata().is_ok()
    }

    pub(crate) fn mode(&self, path: &str) -> u32 {
        fs::metadata(self.join(path)).unwrap().permissions().mode() & 0o7777
    }

    pub(crate) fn private_folder(&self, path: &str) {
        fs::create_dir_all(self.join(path)).unwrap();
        fs::set_permissions(self.join(path), Permissions::from_mode(0o700)).unwrap();
    }

    /// Puts a value into the store of plain files.
    pub(crate) fn secret(&self, path: &str, value: impl AsRef<[u8]>) {
        let file = self.join("store").join(path);
        self.private_folder(file.parent().unwrap().strip_prefix(self.path()).unwrap().to_str().unwrap());
        fs::write(&file, value).unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
    }

    /// Puts a value into the store that must not turn up in what a command says.
    pub(crate) fn canary(&mut self, path: &str) -> Canary {
        // The same in each run: an error may say in which column a value is not what it should be.
        let canary = Canary::seeded(self.canaries.len() as u64);
        self.secret(path, canary.bytes());
        self.watch(canary.clone());
        canary
    }

    /// Looks for this value in what each command says.
    pub(crate) fn watch(&mut self, canary: Canary) {
        self.canaries.push(canary);
    }

    /// Sets an environment variable for each command.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    /// The command, in this folder, under a name that is the same everywhere.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(BINARY);
        self.prepare(command.args(arguments));
        command
    }

    /// Another program, in the same surroundings.
    pub(crate) fn program(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        self.prepare(command.args(arguments));
        command
    }

    fn prepare(&self, command: &mut Command) {
        command
            .current_dir(self.path())
            .env("LOGNAME", "alice")
            .env_remove("NO_COLOR")
            .env_remove("KUBECONFIG")
            .env_remove("SECRETBRIDGE_CONFIG")
            .env_remove("SECRETBRIDGE_DEADLINE")
            .env_remove("SECRETBRIDGE_LISTEN")
            .env_remove("SECRETBRIDGE_LOG_FORMAT")
            .env_remove("SECRETBRIDGE_LOG_LEVEL")
            .env_remove("RUST_BACKTRACE")
            .stdin(Stdio::null());
        // The tests are not to reach the server of whoever runs them.
        for name in ENVIRONMENT.iter().flat_map(|variable| variable.names) {
            command.env_remove(name);
        }
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.ran(self.command(arguments).output().unwrap())
    }

    /// With this on stdin.
    pub(crate) fn pipe(&self, arguments: &[&str], input: impl Into<Vec<u8>>) -> Ran {
        let output =
            assert_cmd::Command::from_std(self.command(arguments)).write_stdin(input).output().unwrap();
        self.ran(output)
    }

    /// What a command said, in which no canary is.
    pub(crate) fn ran(&self, output: Output) -> Ran {
        for canary in &self.canaries {
            canary.assert_absent("stdout", &output.stdout);
            canary.assert_absent("stderr", &output.stderr);
        }
        unwatched(output)
    }

    /// What a command said that was asked for a value.
    pub(crate) fn run_unwatched(&self, arguments: &[&str]) -> Ran {
        unwatched(self.command(arguments).output().unwrap())
    }
}

fn unwatched(output: Output) -> Ran {
    Ran {
        code: output.status.code(),
        stdout: output.stdout,
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

impl Ran {
    pub(crate) fn ok(self) -> Self {
        assert_eq!(self.code, Some(0), "{self}");
        self
    }

    pub(crate) fn out(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self}"))
    }
}

/// For snapshots: the exit code, and what was said where.
impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => writeln!(f, "exit code {code}")?,
            None => writeln!(f, "killed")?,
        }
        if !self.stdout.is_empty() {
            write!(f, "--- stdout\n{}", self.out())?;
        }
        if !self.stderr.is_empty() {
            write!(f, "--- stderr\n{}", self.stderr)?;
        }
        Ok(())
    }
}

/// What is ignored by Git there (a log, an output of somebody who tries the example) is not part of the example.
fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if ["audit", "out"].iter().any(|ignored| entry.file_name() == *ignored) {
            continue;
        }
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir(&target).unwrap();
            copy(&source, &target);
        } else {
            fs::copy(&source, &target).unwrap();
        }
    }
}
