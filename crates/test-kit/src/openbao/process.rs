//! The process of a server, which never outlives that of the tests.

use std::ffi::OsStr;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Runs `"$@"` until it ends, or until nobody holds the other end of standard input any more, and then kills it.
const KEEPER: &str = r#"
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
{ cat <&3 >/dev/null 2>&1; kill -9 "$server" 2>/dev/null; } &
keeper=$!
wait "$server"
kill "$keeper" 2>/dev/null
"#;

/// A running server.
#[derive(Debug)]
pub(super) struct Process {
    keeper: Child,
}

impl Process {
    /// Starts `program` with nothing in its environment but where programs are, and `home`. What it says goes to `log`.
    pub(super) fn start(program: &Path, arguments: &[&OsStr], home: &Path, log: File) -> Self {
        let log_too = log.try_clone().expect("an open file can be opened twice");
        let keeper = bare(Path::new("sh"), home)
            .args(["-c", KEEPER, "sh"])
            .arg(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(log)
            .stderr(log_too)
            .spawn();
        Self { keeper: keeper.expect("there is a shell") }
    }

    pub(super) fn has_ended(&mut self) -> bool {
        !matches!(self.keeper.try_wait(), Ok(None))
    }
}

/// As the machine's power going: the server has no time for anything.
impl Drop for Process {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// A command that sees nothing of the environment of the tests but `PATH`.
#[expect(clippy::disallowed_methods, reason = "where programs are, is no setting of the product")]
pub(super) fn bare(program: &Path, home: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("HOME", home);
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command
}

/// The program of OpenBao.
#[expect(clippy::disallowed_methods, reason = "which server to test with, is no setting of the product")]
pub(super) fn program() -> PathBuf {
    let named = std::env::var_os("SECRETBRIDGE_BAO").unwrap_or_default();
    assert!(
        !named.is_empty(),
        "this test needs an OpenBao server: run `lab/run openbao`, or set SECRETBRIDGE_BAO to the program `bao`"
    );
    PathBuf::from(named)
}
