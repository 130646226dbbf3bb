//! What happens at a terminal: questions, hidden answers, values that are not shown.

use insta::assert_snapshot;
use test_kit::Canary;

use crate::sandbox::{BINARY, Ran, Sandbox};

/// Runs the command at a terminal of its own: waits for each text, then types the answer. Prints what the terminal showed,
/// and whether typing is still visible at the end.
const AT_TERMINAL: &str = r#"
import json, os, pty, signal, sys, termios, time
steps = json.loads(sys.argv[1])
child, terminal = pty.fork()
if child == 0:
    os.execv(sys.argv[2], sys.argv[2:])
signal.alarm(60)
shown = b""
def more():
    global shown
    try:
        data = os.read(terminal, 4096)
    except OSError:
        return False
    shown += data
    return bool(data)
for wait, answer in steps:
    while wait.encode() not in shown:
        if not more():
            break
    # The question is shown just before typing is hidden.
    while wait != "[y/N] " and termios.tcgetattr(terminal)[3] & termios.ECHO:
        time.sleep(0.01)
    before, found, shown_after = shown.partition(wait.encode())
    sys.stdout.buffer.write(before + found)
    shown = shown_after
    os.write(terminal, answer.encode())
while more():
    pass
sys.stdout.buffer.write(shown)
sys.stdout.buffer.flush()
_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 99)
"#;

/// What is at the terminal after a command that was interrupted at a question.
const ECHO_AFTER: &str = r#"
import os, pty, signal, sys, termios, time
child, terminal = pty.fork()
if child == 0:
    # As a shell would: the command is a child, and the terminal outlives it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    command = os.fork()
    if command == 0:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.execv(sys.argv[1], sys.argv[1:])
    _, status = os.waitpid(command, 0)
    echo = bool(termios.tcgetattr(0)[3] & termios.ECHO)
    print(f"code {os.waitstatus_to_exitcode(status)} echo {echo}", flush=True)
    os._exit(0)
signal.alarm(60)
shown = b""
asked = False
while True:
    try:
        data = os.read(terminal, 4096)
    except OSError:
        break
    if not data:
        break
    shown += data
    if not asked and b": " in shown:
        asked = True
        # The question is shown just before typing is hidden.
        while termios.tcgetattr(terminal)[3] & termios.ECHO:
            time.sleep(0.01)
        os.write(terminal, b"\x03")
sys.stdout.buffer.write(shown)
"#;

fn at_terminal(sandbox: &Sandbox, steps: &[(&str, &str)], arguments: &[&str]) -> Ran {
    let steps = serde_json::to_string(steps).unwrap();
    let mut all = vec!["-c", AT_TERMINAL, &steps, BINARY];
    all.extend(arguments);
    let mut ran = sandbox.ran(sandbox.program("python3", &all).output().unwrap());
    ran.stdout.retain(|byte| *byte != b'\r');
    ran
}

fn age_store() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.run(&["init", "--instance", "acme"]).ok();
    sandbox
}

#[test]
fn a_value_is_asked_for_twice_and_not_shown() {
    let (mut sandbox, canary) = (age_store(), Canary::random());
    sandbox.watch(canary.clone());
    let answer = format!("{}\n", canary.text());
    let said = at_terminal(&sandbox, &[(": ", &answer), (": ", &answer)], &["store", "put", "A"]);
    assert_snapshot!(said, @"
    exit code 0
    --- stdout
    Value of A: 
    Once more: 
    wrote A, field value
    ");
    assert_eq!(sandbox.run_unwatched(&["store", "get", "A"]).ok().stdout, canary.bytes());
}

#[test]
fn two_answers_that_differ_write_nothing() {
    let sandbox = age_store();
    let said = at_terminal(&sandbox, &[(": ", "one\n"), (": ", "other\n")], &["store", "put", "A"]);
    assert_snapshot!(said, @"
    exit code 2
    --- stdout
    Value of A: 
    Once more: 
    [1;31merror[0m: the two values are not the same: nothing was written
    [1;36mhelp[0m: try again, or pipe the value
    ");
    assert_eq!(sandbox.run(&["store", "list"]).ok().out(), "");
}

#[test]
fn a_value_is_shown_on_a_terminal_only_when_it_is_asked_for() {
    let (mut sandbox, canary) = (age_store(), Canary::random());
    sandbox.pipe(&["store", "put", "A"], canary.bytes()).ok();
    let revealed = at_terminal(&sandbox, &[], &["store", "get", "A", "--reveal"]);
    assert_eq!(revealed.out(), format!("{}\n", canary.text()));
    sandbox.watch(canary);
    assert_snapshot!(at_terminal(&sandbox, &[], &["store", "get", "A"]), @"
    exit code 2
    --- stdout
    [1;31merror[0m: the value would be shown: standard output is a terminal
    [1;36mhelp[0m: give --reveal to show it, or send it on: secretbridge store get PATH | COMMAND
    ");
    assert_eq!(at_terminal(&sandbox, &[], &["store", "get", "A", "--output", "json"]).code, Some(2));
}

#[test]
fn removing_is_asked_about() {
    let sandbox = age_store();
    sandbox.pipe(&["store", "put", "A"], "x").ok();
    assert_snapshot!(at_terminal(&sandbox, &[("[y/N] ", "\n")], &["store", "delete", "A"]), @"
    exit code 0
    --- stdout
    Remove A from the age store at ./store? [y/N] 
    A stays
    ");
    sandbox.run(&["store", "get", "A"]).ok();
    assert_snapshot!(at_terminal(&sandbox, &[("[y/N] ", "y\n")], &["store", "delete", "A"]), @"
    exit code 0
    --- stdout
    Remove A from the age store at ./store? [y/N] y
    A is gone
    ");
    assert_eq!(sandbox.run(&["store", "get", "A"]).code, Some(4));
}

#[test]
fn ctrl_c_at_a_hidden_question_leaves_a_terminal_that_shows_what_is_typed() {
    let sandbox = age_store();
    let ran = sandbox.program("python3", &["-c", ECHO_AFTER, BINARY, "store", "put", "A"]).output().unwrap();
    let shown = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(shown.contains("code 130 echo True"), "{shown}{}", String::from_utf8_lossy(&ran.stderr));
}

#[test]
fn a_long_build_shows_that_it_goes_on_and_only_at_a_terminal() {
    let sandbox = Sandbox::homelab();
    let slow = "identities: [{ command: [sh, -c, 'sleep 1; cat age.key'] }]";
    sandbox.write(
        "secretbridge.yaml",
        &sandbox.text("secretbridge.yaml").replace("identities: [age.key]", slow),
    );
    let at_terminal = at_terminal(&sandbox, &[], &["build"]).ok();
    assert!(at_terminal.out().contains("reading and writing"), "{at_terminal}");
    assert!(at_terminal.out().ends_with("--kustomize out/k8s\n"), "{at_terminal}");
    assert_eq!(sandbox.run(&["build"]).ok().stderr, "");
}

#[test]
fn a_short_build_shows_no_progress() {
    let sandbox = Sandbox::homelab();
    let said = at_terminal(&sandbox, &[], &["build", "--quiet"]);
    assert_eq!((said.code, said.out().as_str()), (Some(0), ""));
}
