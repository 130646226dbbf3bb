//! `secretbridge store`.

use insta::assert_snapshot;
use test_kit::Canary;

use crate::sandbox::Sandbox;

fn age_store() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.run(&["init", "--instance", "acme"]).ok();
    sandbox
}

#[test]
fn a_value_comes_back_byte_for_byte() {
    let sandbox = age_store();
    let value: Vec<u8> = (0..=255).chain(*b"\n").collect();
    sandbox.pipe(&["store", "put", "deep/down/BYTES"], value.clone()).ok();
    let got = sandbox.run(&["store", "get", "deep/down/BYTES"]).ok();
    assert_eq!(got.stdout, value);
    assert_eq!(got.stderr, "");
}

#[test]
fn a_value_is_never_taken_as_an_argument() {
    let (mut sandbox, canary) = (age_store(), Canary::random());
    sandbox.watch(canary.clone());
    assert_snapshot!(sandbox.run(&["store", "put", "A", canary.text()]), @"
    exit code 2
    --- stderr
    error: a value is never given as an argument: the process list and the shell's history show those
    help: leave it out to be asked for it, or pipe it: secretbridge store put A < FILE
          if that was the value, it is in your shell's history now: remove it there, and change it
    ");
    assert_eq!(sandbox.run(&["store", "put", "A", &format!("--value={}", canary.text())]).code, Some(2));
    assert_eq!(sandbox.run(&["store", "put", "A", "--field", "f", canary.text()]).code, Some(2));
    assert_eq!(sandbox.run(&["store", "put", "A", "--field", &format!("f={}", canary.text())]).code, Some(2));
    assert_eq!(sandbox.run(&["store", "list"]).ok().out(), "");
}

#[test]
fn a_newline_is_part_of_the_value_unless_it_is_taken_off() {
    let sandbox = age_store();
    assert_snapshot!(sandbox.pipe(&["store", "put", "A"], "x\n").ok(), @"
    exit code 0
    --- stdout
    wrote A, field value
    --- stderr
    the value ends with a newline, which is part of it; --trim-newline takes it off
    ");
    assert_eq!(sandbox.run(&["store", "get", "A"]).out(), "x\n");
    assert_snapshot!(sandbox.pipe(&["store", "put", "A", "--trim-newline"], "x\r\n").ok(), @"
    exit code 0
    --- stdout
    wrote A, field value
    ");
    assert_eq!(sandbox.run(&["store", "get", "A"]).out(), "x");
}

#[test]
fn an_empty_value_is_taken_for_a_mistake() {
    let sandbox = age_store();
    assert_snapshot!(sandbox.pipe(&["store", "put", "A"], ""), @"
    exit code 2
    --- stderr
    error: the value is empty: nothing was written
    help: check what comes before the pipe; give --allow-empty if it is meant
    ");
    sandbox.pipe(&["store", "put", "A", "--allow-empty"], "").ok();
    assert_eq!(sandbox.run(&["store", "get", "A"]).ok().out(), "");
}

#[test]
fn fields_are_set_one_by_one() {
    let sandbox = age_store();
    sandbox.pipe(&["store", "put", "minio", "--field", "user"], "admin").ok();
    sandbox.pipe(&["store", "put", "minio", "--field", "password"], "correct horse").ok();
    assert_eq!(sandbox.run(&["store", "get", "minio", "-f", "user"]).ok().out(), "admin");
    assert_snapshot!(sandbox.run(&["store", "get", "minio"]), @r#"
    exit code 4
    --- stderr
    error: read minio: no field "value"; its fields are password, user
    help: name one of them with --field
    "#);
    assert_snapshot!(sandbox.pipe(&["store", "put", "minio"], "plain"), @"
    exit code 9
    --- stderr
    error: minio holds fields that a plain value would drop: password, user
    help: name the field to set with --field, or give --replace to drop the others
    ");
    assert_snapshot!(sandbox.run(&["store", "get", "minio", "--output", "json"]).ok(), @r#"
    exit code 0
    --- stdout
    {
      "path": "minio",
      "fields": {
        "password": {
          "text": "correct horse"
        },
        "user": {
          "text": "admin"
        }
      }
    }
    "#);
    sandbox.pipe(&["store", "put", "minio", "--replace"], "plain").ok();
    assert_eq!(sandbox.run(&["store", "get", "minio"]).ok().out(), "plain");
}

#[test]
fn what_is_not_text_is_base64_for_programs() {
    let sandbox = age_store();
    sandbox.pipe(&["store", "put", "A"], b"\xff\x00".to_vec()).ok();
    assert_snapshot!(sandbox.run(&["store", "get", "A", "--output", "json"]).ok(), @r#"
    exit code 0
    --- stdout
    {
      "path": "A",
      "fields": {
        "value": {
          "base64": "/wA="
        }
      }
    }
    "#);
}

#[test]
fn a_secret_that_is_there_is_not_created() {
    let mut sandbox = age_store();
    let canary = Canary::random();
    sandbox.pipe(&["store", "put", "A", "--create-only"], "first").ok();
    sandbox.watch(canary.clone());
    assert_snapshot!(sandbox.pipe(&["store", "put", "A", "--create-only"], canary.bytes()), @"
    exit code 9
    --- stderr
    error: write A: there is a secret already (age store at ./store)
    ");
    assert_eq!(sandbox.run(&["store", "get", "A"]).ok().out(), "first");
}

#[test]
fn paths_are_listed_below_a_prefix() {
    let sandbox = age_store();
    for path in ["b", "a/2", "a/1"] {
        sandbox.pipe(&["store", "put", path], "x").ok();
    }
    assert_eq!(sandbox.run(&["store", "list"]).ok().out(), "a/1\na/2\nb\n");
    assert_eq!(sandbox.run(&["store", "list", "a"]).ok().out(), "a/1\na/2\n");
    assert_eq!(sandbox.run(&["store", "list", "--output", "json"]).ok().json()["paths"][2], "b");
    assert_eq!(sandbox.run(&["store", "list", "nothing"]).ok().out(), "");
}

#[test]
fn a_secret_is_removed_only_when_somebody_says_so() {
    let sandbox = age_store();
    sandbox.pipe(&["store", "put", "A"], "x").ok();
    let without_terminal = ["--wait", crate::sandbox::BINARY, "store", "delete", "A"];
    let unasked = sandbox.program("setsid", &without_terminal).output().unwrap();
    assert_snapshot!(sandbox.ran(unasked), @"
    exit code 2
    --- stderr
    error: cannot ask whether to remove A: there is no terminal to ask on
    help: give --yes
    ");
    assert_snapshot!(sandbox.run(&["store", "delete", "A", "--yes"]).ok(), @"
    exit code 0
    --- stdout
    A is gone
    ");
    assert_eq!(sandbox.run(&["store", "get", "A"]).code, Some(4));
    sandbox.run(&["store", "delete", "A", "--yes"]).ok();
}

#[test]
fn a_path_that_leads_out_of_the_store_is_refused() {
    assert_snapshot!(age_store().run(&["store", "get", "../age.key"]), @r#"
    exit code 2
    --- stderr
    error: invalid value '../age.key' for '<PATH>': "../age.key" has a segment that starts with a full stop

    For more information, try '--help'.
    "#);
}

#[test]
fn a_secret_that_is_not_there_has_its_own_exit_code() {
    assert_snapshot!(age_store().run(&["store", "get", "A"]), @"
    exit code 4
    --- stderr
    error: read A: not found (age store at ./store)
    help: `secretbridge store list` shows what there is
    ");
    assert_snapshot!(age_store().run(&["store", "get", "A", "--output", "json"]), @r#"
    exit code 4
    --- stderr
    {
      "error": {
        "kind": "not-found",
        "exit_code": 4,
        "message": "read A: not found (age store at ./store)",
        "help": "`secretbridge store list` shows what there is"
      }
    }
    "#);
}

#[test]
fn secrets_are_encrypted_again_to_new_recipients() {
    let sandbox = age_store();
    sandbox.pipe(&["store", "put", "A"], "correct horse").ok();
    let other = Sandbox::new();
    other.run(&["init"]).ok();
    let both = sandbox.text("store/.age-recipients") + &other.text("store/.age-recipients");
    sandbox.write("store/.age-recipients", &both);
    let mut settings = test_kit::snapshot::settings();
    settings.add_filter("age1[a-z0-9]{58}", "[recipient]");
    settings.bind(|| {
        assert_snapshot!(sandbox.run(&["store", "rekey", "--dry-run"]).ok(), @"
        exit code 0
        --- stdout
        A to [recipient], [recipient]
        to be encrypted anew: 1; were so already: 0
        ");
        assert_snapshot!(sandbox.run(&["store", "rekey"]).ok(), @"
        exit code 0
        --- stdout
        A to [recipient], [recipient]
        encrypted anew: 1; were so already: 0
        ");
    });
    std::fs::copy(other.join("age.key"), sandbox.join("age.key")).unwrap();
    assert_eq!(sandbox.run(&["store", "get", "A"]).ok().out(), "correct horse");
    let log = sandbox.text("audit/acme.jsonl");
    assert_eq!(
        log.lines().filter(|line| line.contains(r#""operation":"write""#)).count(),
        2,
        "put, and rekey"
    );
}

#[test]
fn only_what_could_not_be_encrypted_again_is_an_error() {
    let sandbox = age_store();
    for path in ["A", "B"] {
        sandbox.pipe(&["store", "put", path], "correct horse").ok();
    }
    std::fs::write(sandbox.join("store/B.age"), "age-encryption.org/v1\ndamaged").unwrap();
    let mut settings = test_kit::snapshot::settings();
    settings.add_filter("age1[a-z0-9]{58}", "[recipient]");
    settings.bind(|| {
        assert_snapshot!(sandbox.run(&["store", "rekey"]), @"
    exit code 5
    --- stdout
    A to [recipient]
    encrypted anew: 1; were so already: 0
    --- stderr
    error: a secret could not be encrypted anew, and is as it was
      × rekey B: ./store/B.age has a damaged age header (age store at ./store)
      help: restore the file, from Git or a backup
    ");
    });
}

#[test]
fn a_store_of_plain_files_is_not_encrypted_again() {
    assert_snapshot!(Sandbox::with_secrets("").run(&["store", "rekey"]), @"
    exit code 2
    --- stderr
    error: only an age store can be encrypted again
    help: the store of this configuration is not encrypted to recipients
    ");
}
