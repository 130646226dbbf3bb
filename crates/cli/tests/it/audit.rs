//! `secretbridge audit`.

use insta::assert_snapshot;

use crate::sandbox::{BINARY, Sandbox};

/// A set-up with a log of three reads.
fn with_log() -> Sandbox {
    let mut sandbox = Sandbox::with_secrets("");
    for name in ["A", "B", "C"] {
        sandbox.canary(name);
        sandbox.run_unwatched(&["store", "get", name]).ok();
    }
    sandbox
}

fn head(sandbox: &Sandbox) -> String {
    let verified = sandbox.run(&["audit", "verify", "--output", "json"]).ok().json();
    verified["head"].as_str().unwrap().to_owned()
}

#[test]
fn an_intact_log_verifies() {
    let sandbox = with_log();
    test_kit::snapshot::settings().bind(|| {
        assert_snapshot!(sandbox.run(&["audit", "verify"]).ok(), @"
        exit code 0
        --- stdout
        ./audit/acme.jsonl: intact: 3 records, head [sha256]
        ");
        assert_snapshot!(sandbox.run(&["audit", "verify", "--output", "json"]).ok(), @r#"
        exit code 0
        --- stdout
        {
          "file": "./audit/acme.jsonl",
          "verdict": "intact",
          "records": 3,
          "head": "[sha256]",
          "continues": null,
          "torn": [],
          "unfinished": null,
          "problems": []
        }
        "#);
    });
}

#[test]
fn an_altered_line_is_found() {
    let sandbox = with_log();
    sandbox.write(
        "audit/acme.jsonl",
        &sandbox.text("audit/acme.jsonl").replace(r#""path":"B""#, r#""path":"X""#),
    );
    test_kit::snapshot::settings().bind(|| {
        assert_snapshot!(sandbox.run(&["audit", "verify"]), @"
    exit code 8
    --- stdout
    ./audit/acme.jsonl: damaged: 2 records, head [sha256]
    line 2: altered: its hash is that of other bytes
    --- stderr
    error: the audit log ./audit/acme.jsonl was changed
    help: keep the file as it is and compare it with a copy; to go on, move it away: a new log is begun
    ");
    });
}

#[test]
fn a_log_that_was_cut_off_is_found_by_its_head() {
    let sandbox = with_log();
    let head = head(&sandbox);
    sandbox.run(&["audit", "verify", "--anchor", &head]).ok();
    let log = sandbox.text("audit/acme.jsonl");
    let (two, _) = log.trim_end().rsplit_once('\n').unwrap();
    sandbox.write("audit/acme.jsonl", &format!("{two}\n"));
    sandbox.run(&["audit", "verify"]).ok();
    test_kit::snapshot::settings().bind(|| {
        assert_snapshot!(sandbox.run(&["audit", "verify", "--anchor", &head]), @"
        exit code 8
        --- stdout
        ./audit/acme.jsonl: damaged: 2 records, head [sha256]
        no record has the hash [sha256]: the log was cut off before it, or rewritten
        --- stderr
        error: the audit log ./audit/acme.jsonl was changed
        help: keep the file as it is and compare it with a copy; to go on, move it away: a new log is begun
        ");
    });
}

#[test]
fn a_log_that_is_not_there_is_named() {
    assert_snapshot!(Sandbox::with_secrets("").run(&["audit", "verify"]), @"
    exit code 8
    --- stderr
    error: there is no audit log ./audit/acme.jsonl
    help: it is begun by the first command that opens the store; check the path
    ");
}

#[test]
fn the_last_lines_are_shown_in_words_or_as_they_are() {
    let sandbox = with_log();
    let mut settings = test_kit::snapshot::settings();
    settings.add_filter(r"alice@\S+", "alice@[host]");
    settings.add_filter(r"\d+ µs", "[duration]");
    settings.bind(|| {
        assert_snapshot!(sandbox.run(&["audit", "tail", "-n", "2"]).ok(), @"
    exit code 0
    --- stdout
         2  [time]  alice@[host]  read B [value]: ok, [duration]
         3  [time]  alice@[host]  read C [value]: ok, [duration]
    ");
    });
    let last = sandbox.run(&["audit", "tail", "-n", "1", "--output", "json"]).ok().json();
    assert_eq!(last["path"], "C");
}

#[test]
fn a_log_is_followed_and_read_by_its_own_name() {
    use std::io::{BufRead as _, BufReader};
    use std::process::Stdio;
    let sandbox = with_log();
    let arguments =
        ["audit", "tail", "--file", "audit/acme.jsonl", "--follow", "-n", "1", "--output", "json"];
    let mut tail = sandbox.command(&arguments).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(tail.stdout.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().contains(r#""path":"C""#));
    sandbox.run_unwatched(&["store", "get", "A"]).ok();
    assert!(lines.next().unwrap().unwrap().contains(r#""path":"A""#));
    tail.kill().unwrap();
    tail.wait().unwrap();
}

#[test]
fn nothing_is_read_when_it_cannot_be_noted() {
    let mut sandbox = Sandbox::with_secrets("secrets: [{ name: db, namespace: prod, source: A }]\n");
    sandbox.canary("A");
    sandbox.write("audit", "a file in the way");
    let said = sandbox.run(&["build"]);
    assert_snapshot!(said, @"
    exit code 7
    --- stderr
    error: cannot create the directory of the audit log ./audit/acme.jsonl: File exists (os error 17)
    help: something that is not a directory is in the way: move it, or choose another directory
    ");
    assert!(!sandbox.exists("out"));
    assert_eq!(sandbox.run(&["store", "get", "A"]).code, Some(7));
}

#[test]
fn a_log_that_is_not_there_is_said_by_both_commands() {
    let sandbox = Sandbox::with_secrets("");
    for command in ["verify", "tail"] {
        let said = sandbox.run(&["audit", command]);
        assert_eq!(said.code, Some(8), "{said}");
        assert!(said.stderr.contains("there is no audit log ./audit/acme.jsonl"), "{said}");
    }
}

#[test]
fn a_log_that_cannot_be_written_is_an_output_that_cannot_be() {
    let mut sandbox = Sandbox::with_secrets("secrets: [{ name: a, namespace: n, source: A, data_key: k }]\n");
    sandbox.canary("A");
    for command in ["build", "store get A"] {
        // No file may grow, as on a full disk.
        let script = format!("trap '' XFSZ; ulimit -f 0; exec {BINARY} {command}");
        let said = sandbox.ran(sandbox.program("sh", &["-c", &script]).output().unwrap());
        assert_eq!(said.code, Some(7), "{said}");
        let words = said.stderr.split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ");
        assert!(
            words.contains("cannot append to the audit log ./audit/acme.jsonl: File too large"),
            "{said}"
        );
    }
}
