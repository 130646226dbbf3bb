//! Identities under a passphrase: asked for at a terminal, taken from where the configuration says, never guessed.

use std::fs;

use insta::assert_snapshot;
use test_kit::Canary;

use crate::sandbox::{BINARY, Sandbox};

const PASSPHRASE: &str = "correct horse battery staple";

/// A set-up whose identity is an ssh key under a passphrase, with one secret.
fn locked(config: &str) -> Sandbox {
    let mut sandbox = Sandbox::new();
    let made = ["-q", "-t", "ed25519", "-N", PASSPHRASE, "-C", "", "-f", "id"];
    assert!(sandbox.program("ssh-keygen", &made).status().unwrap().success());
    sandbox.private_folder("store");
    fs::copy(sandbox.join("id.pub"), sandbox.join("store/.age-recipients")).unwrap();
    sandbox.write("secretbridge.yaml", config);
    sandbox.pipe(&["store", "put", "A", "--replace"], "value").ok();
    sandbox.watch(Canary::of(PASSPHRASE));
    sandbox
}

const ASKED: &str = "instance: acme\nstore: { provider: age, path: store, identities: [id] }\n";
const REFERRED: &str = "\
instance: acme
store: { provider: age, path: store, identities: [{ file: id, passphrase: { env: THE_PASSPHRASE } }] }
";

#[test]
fn a_passphrase_is_taken_from_where_the_configuration_says() {
    let sandbox = locked(REFERRED);
    let get = |passphrase: &str| {
        sandbox
            .ran(sandbox.command(&["store", "get", "A"]).env("THE_PASSPHRASE", passphrase).output().unwrap())
    };
    assert_eq!(get(PASSPHRASE).ok().out(), "value");
    assert_snapshot!(get("wrong"), @"
    exit code 5
    --- stderr
    error: read A: the passphrase of file id is wrong (age store at ./store)
    help: check environment variable THE_PASSPHRASE: `age -d` and `ssh-keygen -y -f` try a passphrase
    ");
    assert_snapshot!(sandbox.run(&["store", "get", "A"]), @"
    exit code 5
    --- stderr
    error: read A: environment variable THE_PASSPHRASE is not set (age store at ./store)
    help: set THE_PASSPHRASE, or name another variable in the configuration
    ");
}

#[test]
fn without_a_terminal_a_passphrase_is_not_waited_for() {
    let sandbox = locked(ASKED);
    let without_terminal = ["--wait", BINARY, "store", "get", "A"];
    let ran = sandbox.ran(sandbox.program("setsid", &without_terminal).output().unwrap());
    assert_snapshot!(ran, @"
    exit code 5
    --- stderr
    error: read A: no passphrase was given for file id (age store at ./store)
    help: run it at a terminal to be asked, or say where the passphrase is: identities: [{file: FILE, passphrase: {env: NAME}}]
    ");
}

#[test]
fn a_passphrase_is_asked_for_once_and_not_shown() {
    let sandbox = locked(ASKED);
    let session = r#"
import os, pty, signal, sys, termios, time
child, terminal = pty.fork()
if child == 0:
    os.execv(sys.argv[2], sys.argv[2:])
signal.alarm(60)
shown = b""
typed = False
while True:
    try:
        data = os.read(terminal, 4096)
    except OSError:
        break
    if not data:
        break
    shown += data
    if not typed and b": " in shown:
        typed = True
        # The question is shown just before typing is hidden.
        while termios.tcgetattr(terminal)[3] & termios.ECHO:
            time.sleep(0.01)
        os.write(terminal, sys.argv[1].encode() + b"\n")
sys.stdout.buffer.write(shown.replace(b"\r", b""))
"#;
    let all = ["-c", session, PASSPHRASE, BINARY, "store", "get", "A", "--reveal"];
    let ran = sandbox.ran(sandbox.program("python3", &all).output().unwrap());
    assert_snapshot!(ran, @"
    exit code 0
    --- stdout
    Passphrase of file id: 
    value
    ");
}
