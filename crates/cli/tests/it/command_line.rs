//! The command line itself: help, exit codes, schema, completions, manual.

use std::path::Path;
use std::process::Stdio;

use insta::assert_snapshot;

use crate::sandbox::Sandbox;

#[test]
fn help_names_every_command_and_every_exit_code() {
    assert_snapshot!(Sandbox::new().run(&["--help"]).ok(), @"
    exit code 0
    --- stdout
    One declaration of a secret, two ways to deliver it to Kubernetes, one store behind both

    Usage: secretbridge [OPTIONS] <COMMAND>

    Commands:
      init         Make a new set-up: configuration, identity, store. Overwrites nothing
      build        Generate everything for the cluster and write the Secrets with their values
      plan         Show what `build` would write, without reading any value
      inventory    List which path of which store feeds which key of which Secret, and how
      store        Look into the store, and change it
      sync         Have the External Secrets Operator read secrets again now, and not at its next
                   refresh
      serve        Serve the store to the External Secrets Operator and every other client of Vault
      audit        Look at the audit log
      schema       Print the JSON Schema of the configuration
      completions  Print a completion script for a shell
      man          Print the manual, or write all of its pages
      help         Print this message or the help of the given subcommand(s)

    Options:
      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Everywhere:
          --output <FORMAT>
              How results (on stdout) and errors (on stderr) are written

              Possible values:
              - text: For people
              - json: One JSON document
              
              [default: text]

          --color <WHEN>
              Whether to use colour; `auto` does on a terminal unless `NO_COLOR` is set

              Possible values:
              - auto:   On a terminal, unless `NO_COLOR` is set
              - always: Always
              - never:  Never
              
              [default: auto]

      -q, --quiet
              Say nothing but errors and what was asked for

          --deadline <TIME>
              How long it may take, such as `5m`; then it stops, and whatever was being written is
              complete or not there.
              
              A store on a network is told, and says what it was waiting for. It has 5 minutes unless
              this says otherwise; all else may take as long as it takes.
              
              [env: SECRETBRIDGE_DEADLINE=]

    Exit codes:
      0    done
      1    anything that is none of the following
      2    the command line makes no sense
      3    the configuration is wrong, or declarations in it contradict each other
      4    a secret is missing in the store
      5    the store refuses, does not know who asks, cannot be reached, or is damaged
      6    a value does not fit its Secret: not the type's format, too large
      7    an output or the audit log cannot be written: permissions, full disk, tracked by Git
      8    the audit log was changed, or is not there
      9    there is already a secret, or somebody else's change
      130  stopped with Ctrl-C
    ");
}

#[test]
fn the_help_of_a_command_says_what_it_does_and_takes() {
    let put = Sandbox::new().run(&["store", "put", "--help"]).ok();
    assert_snapshot!(put, @"
    exit code 0
    --- stdout
    Write a value, from stdin or typed in.

    The value is read from stdin, byte for byte; on a terminal it is asked for twice and not shown. It
    is never an argument: other users of the machine see those, and shells keep them.

    A field (`--field`) is set beside the fields that are there. Without a field, the secret becomes a
    plain value; one that holds other fields is not replaced unless `--replace` says so.

    Usage: secretbridge store put [OPTIONS] <PATH>

    Arguments:
      <PATH>
              Where the secret is: `infrastructure/minio`

    Options:
      -c, --config <FILE>
              The configuration file, YAML or JSON; paths in it are relative to it
              
              [env: SECRETBRIDGE_CONFIG=]
              [default: secretbridge.yaml]

      -f, --field <FIELD>
              Which of its values; by default `value`, the field of a plain value

          --merge
              Keep the other fields; what `--field` does by itself

          --replace
              Drop the other fields; the file of a map stays a map, of this one field

          --create-only
              Only when there is no secret at the path; otherwise end with exit code 9

          --if-version <VERSION>
              Only when this is the secret's version, where the store keeps several; otherwise end with
              exit code 9

          --trim-newline
              Take one line end off the end of what is read from stdin

          --allow-empty
              Write a value that is empty; otherwise that is taken for a mistake

          --sync
              Then have the External Secrets Operator read it at once; what `k8s.secrets.force_sync`
              does for each write.
              
              It is told a second time when no bridge answers from memory any more, which this waits
              for. That it could not be told is a warning: the write is done.

          --no-sync
              Tell nobody, whatever the configuration says

      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Everywhere:
          --output <FORMAT>
              How results (on stdout) and errors (on stderr) are written

              Possible values:
              - text: For people
              - json: One JSON document
              
              [default: text]

          --color <WHEN>
              Whether to use colour; `auto` does on a terminal unless `NO_COLOR` is set

              Possible values:
              - auto:   On a terminal, unless `NO_COLOR` is set
              - always: Always
              - never:  Never
              
              [default: auto]

      -q, --quiet
              Say nothing but errors and what was asked for

          --deadline <TIME>
              How long it may take, such as `5m`; then it stops, and whatever was being written is
              complete or not there.
              
              A store on a network is told, and says what it was waiting for. It has 5 minutes unless
              this says otherwise; all else may take as long as it takes.
              
              [env: SECRETBRIDGE_DEADLINE=]
    ");
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
    let readme =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md")).unwrap();
    for (code, text) in codes {
        let row = format!("| {code} | {text} |");
        assert!(readme.contains(&row), "the README has no line {row:?}");
    }
}

#[test]
fn a_command_line_that_makes_no_sense_is_exit_code_2() {
    let sandbox = Sandbox::new();
    assert_snapshot!(sandbox.run(&["biuld"]), @"
    exit code 2
    --- stderr
    error: unrecognized subcommand 'biuld'

      tip: a similar subcommand exists: 'build'

    Usage: secretbridge [OPTIONS] <COMMAND>

    For more information, try '--help'.
    ");
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
        example.replace("    source: GITLAB_ROOT_PASSWORD\n", ""),
        example.replace("    namespace: gitlab\n", ""),
        example.replace("    data_key: password\n", "    data: { password: GITLAB_ROOT_PASSWORD }\n"),
    ] {
        assert_ne!(wrong, example);
        assert!(!validator.is_valid(&config(&wrong)), "{wrong}");
    }
}

#[test]
fn validators_in_other_languages_read_the_patterns_of_the_schema() {
    let schema = Sandbox::new().run(&["schema"]).ok().out();
    // Python's `re`, which pre-commit's check-jsonschema uses, ends with an error at the first of these.
    for extension in [r"\\p{", r"\\P{", "(?<", "(?i"] {
        assert!(!schema.contains(extension), "{extension}");
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
    assert!(page.contains("EXIT STATUS"), "{page}");
    sandbox.run(&["man", "--dir", "man"]).ok();
    let mut pages: Vec<_> = std::fs::read_dir(sandbox.join("man"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    pages.sort();
    assert_snapshot!(pages.join("\n"), @"
    secretbridge-audit-tail.1
    secretbridge-audit-verify.1
    secretbridge-audit.1
    secretbridge-build.1
    secretbridge-completions.1
    secretbridge-init.1
    secretbridge-inventory.1
    secretbridge-man.1
    secretbridge-plan.1
    secretbridge-schema.1
    secretbridge-serve.1
    secretbridge-store-delete.1
    secretbridge-store-destroy.1
    secretbridge-store-get.1
    secretbridge-store-list.1
    secretbridge-store-metadata.1
    secretbridge-store-put.1
    secretbridge-store-rekey.1
    secretbridge-store-undelete.1
    secretbridge-store.1
    secretbridge-sync.1
    secretbridge.1
    ");
}

#[test]
fn a_reader_that_goes_early_is_no_error() {
    let sandbox = Sandbox::with_secrets("");
    for number in 0..2000 {
        sandbox.secret(&format!("secret-with-a-long-name-that-fills-the-pipe-{number}"), "x");
    }
    for arguments in [&["store", "list"][..], &["schema"], &["completions", "zsh"]] {
        let mut child =
            sandbox.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
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
    let ran =
        elsewhere.command(&["plan", "--output", "json"]).env("SECRETBRIDGE_CONFIG", config).output().unwrap();
    assert!(ran.status.success());
}
