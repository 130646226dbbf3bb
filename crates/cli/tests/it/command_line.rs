//! The command line itself: help, exit codes, schema, completions, manual.

use std::path::Path;
use std::process::Stdio;

use insta::assert_snapshot;

use crate::sandbox::Sandbox;

#[test]
fn help_names_every_command_and_every_exit_code() {
    assert_snapshot!(Sandbox::new().run(&["--help"]).ok(), @"");
    let put = Sandbox::new().run(&["store", "put", "--help"]).ok();
    assert_snapshot!(put, @"");
}

#[test]
fn exit_codes_are_the_same_in_the_help_and_in_the_readme() {
    let help = Sandbox::new().run(&["--help"]).ok().out();
    let codes: Vec<_> = help
        .lines()
        .skip_while(|line| *line != "Exit codes:")
        .filter_map(|line| line.trim().split_once("  "))
        .map(|(code, text)| (code.to_owned(), text.trim().to_owned()))
        .collect();
    assert_eq!(codes.len(), 11, "{help}");
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md")).unwrap();
    for (code, text) in codes {
        let row = format!("| {code} | {text} |");
        assert!(readme.contains(&row), "the README has no line {row:?}");
    }
}

#[test]
fn a_command_line_that_makes_no_sense_is_exit_code_2() {
    let sandbox = Sandbox::new();
    assert_snapshot!(sandbox.run(&["biuld"]), @"");
    assert_eq!(sandbox.run(&[]).code, Some(2));
    assert_eq!(sandbox.run(&["store", "put", "A", "--value=x"]).code, Some(2));
}

#[test]
fn the_committed_schema_is_the_one_of_this_version() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schema/secretbridge.schema.json");
    let schema = Sandbox::new().run(&["schema"]).ok().out();
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        schema == committed,
        "run: cargo run --package secretbridge -- schema > schema/secretbridge.schema.json"
    );
}

#[test]
fn the_schema_takes_the_example_and_refuses_a_field_that_is_not_known() {
    let sandbox = Sandbox::homelab();
    std::fs::write(sandbox.join("schema.json"), sandbox.run(&["schema"]).ok().stdout).unwrap();
    let schema: serde_json::Value = serde_json::from_slice(&sandbox.read("schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let config = |text: &str| serde_yaml::from_str::<serde_json::Value>(text).unwrap();
    let example = sandbox.text("secretbridge.yaml");
    let errors: Vec<_> = validator.iter_errors(&config(&example)).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    for wrong in [
        example.replace("provider: age", "provider: agee"),
        example.replace("identities:", "identites:"),
        example.replace("cluster: dev", "clutser: dev"),
        example.replace("data_key: password", "datakey: password"),
        example.replace("instance: homelab", "instance: .."),
        example.replace("token_source: BRIDGE_TOKEN", ""),
    ] {
        assert!(!validator.is_valid(&config(&wrong)), "{wrong}");
    }
}

#[test]
fn completions_are_printed_for_each_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = Sandbox::new().run(&["completions", shell]).ok().out();
        assert!(script.contains("rekey"), "{shell}");
    }
    let sandbox = Sandbox::new();
    std::fs::write(sandbox.join("complete"), sandbox.run(&["completions", "bash"]).ok().stdout).unwrap();
    let checked = sandbox.program("bash", &["-n", "complete"]).output().unwrap();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
}

#[test]
fn the_manual_has_a_page_for_each_command() {
    let sandbox = Sandbox::new();
    let page = sandbox.run(&["man"]).ok().out();
    assert!(page.starts_with(".ie"), "{page}");
    assert!(page.contains("Exit codes"), "{page}");
    sandbox.run(&["man", "--dir", "man"]).ok();
    let mut pages: Vec<_> = std::fs::read_dir(sandbox.join("man"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    pages.sort();
    assert_snapshot!(pages.join("\n"), @"");
}

#[test]
fn a_reader_that_goes_early_is_no_error() {
    let sandbox = Sandbox::with_secrets("");
    for number in 0..2000 {
        sandbox.secret(&format!("secret-with-a-long-name-that-fills-the-pipe-{number}"), "x");
    }
    for arguments in [&["store", "list"][..], &["schema"], &["completions", "zsh"]] {
        let mut child = sandbox.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
    }
}

#[test]
fn colour_is_used_when_it_is_asked_for_and_never_in_a_pipe() {
    let sandbox = Sandbox::new();
    sandbox.write("secretbridge.yaml", "instanse: x\n");
    assert!(!sandbox.run(&["plan"]).stderr.contains('\u{1b}'));
    assert!(sandbox.run(&["plan", "--color", "always"]).stderr.contains('\u{1b}'));
    assert!(!sandbox.run(&["plan", "--color", "never"]).stderr.contains('\u{1b}'));
}

#[test]
fn the_configuration_can_be_named_by_the_environment() {
    let sandbox = Sandbox::homelab();
    let elsewhere = Sandbox::new();
    let config = sandbox.join("secretbridge.yaml");
    let ran = elsewhere.command(&["plan", "--output", "json"]).env("SECRETBRIDGE_CONFIG", config).output().unwrap();
    assert!(ran.status.success());
}
