//! `secretbridge init`.

use std::os::unix::fs::PermissionsExt as _;

use insta::assert_snapshot;

use crate::sandbox::Sandbox;

#[test]
fn a_new_set_up_holds_a_secret_and_builds() {
    let sandbox = Sandbox::new();
    assert_snapshot!(sandbox.run(&["init", "--instance", "acme"]).ok(), @"
    exit code 0
    --- stdout
    made     secretbridge.yaml  (the configuration)
    made     age.key  (the identity that decrypts; secret)
    made     store/.age-recipients  (whom the store is encrypted to)
    made     .gitignore  (keeps what is secret out of Git)

    Next:
      1. keep a copy of age.key somewhere safe: without it, nothing in the store can be read
      2. secretbridge store put GITLAB_ROOT_PASSWORD
      3. declare it in secretbridge.yaml; an example stands there
      4. secretbridge build --out out
    ");
    assert_snapshot!(sandbox.text("secretbridge.yaml"), @r#"
    # For completion in an editor: secretbridge schema > secretbridge.schema.json, and as the first line
    #   yaml-language-server: $schema=secretbridge.schema.json
    instance: "acme"

    store:
      provider: age
      path: store
      identities: [age.key]

    k8s:
      cluster: default

    secrets: []
    # secrets:
    #   - name: gitlab-root
    #     namespace: gitlab
    #     source: GITLAB_ROOT_PASSWORD # secretbridge store put GITLAB_ROOT_PASSWORD
    #     data_key: password
    "#);
    assert_eq!(sandbox.mode("age.key"), 0o600);
    assert_eq!(sandbox.mode("store"), 0o700);
    sandbox.run(&["build"]).ok();
    sandbox.pipe(&["store", "put", "GITLAB_ROOT_PASSWORD"], "correct horse").ok();
    let text = sandbox.text("secretbridge.yaml");
    let (head, example) = text.split_once("secrets: []\n").unwrap();
    let example: Vec<_> = example.lines().map(|line| line.strip_prefix("# ").unwrap()).collect();
    sandbox.write("secretbridge.yaml", &format!("{head}{}\n", example.join("\n")));
    sandbox.run(&["build"]).ok();
    assert!(sandbox.text("out/k8s/secrets.yaml").contains("password: Y29ycmVjdCBob3JzZQ==\n"));
}

#[test]
fn age_reads_what_was_written_with_the_new_identity() {
    let sandbox = Sandbox::new();
    sandbox.run(&["init"]).ok();
    sandbox.pipe(&["store", "put", "A"], "correct\nhorse\n").ok();
    let decrypted = sandbox.program("age", &["-d", "-i", "age.key", "store/A.age"]).output().unwrap();
    assert_eq!(decrypted.stdout, b"correct\nhorse\n", "{}", String::from_utf8_lossy(&decrypted.stderr));
}

#[test]
fn a_set_up_is_never_overwritten() {
    let sandbox = Sandbox::new();
    sandbox.run(&["init"]).ok();
    let files = ["secretbridge.yaml", "age.key", "store/.age-recipients", ".gitignore"];
    let before = files.map(|file| sandbox.read(file));
    assert_snapshot!(sandbox.run(&["init"]).ok(), @"
    exit code 0
    --- stdout
    exists   secretbridge.yaml  (the configuration)
    exists   age.key  (the identity that decrypts; secret)
    exists   store/.age-recipients  (whom the store is encrypted to)
    exists   .gitignore  (keeps what is secret out of Git)

    Next:
      1. keep a copy of age.key somewhere safe: without it, nothing in the store can be read
      2. secretbridge store put GITLAB_ROOT_PASSWORD
      3. declare it in secretbridge.yaml; an example stands there
      4. secretbridge build --out out
    ");
    assert_eq!(before, files.map(|file| sandbox.read(file)));
}

#[test]
fn what_is_missing_is_added_to_what_is_there() {
    let sandbox = Sandbox::new();
    sandbox.write(".gitignore", "/out/\n*.bak");
    sandbox.run(&["init", "set-up"]).ok();
    std::fs::remove_file(sandbox.join("set-up/store/.age-recipients")).unwrap();
    std::fs::copy(sandbox.join(".gitignore"), sandbox.join("set-up/.gitignore")).unwrap();
    assert_snapshot!(sandbox.run(&["init", "set-up", "--output", "json"]).ok(), @r#"
    exit code 0
    --- stdout
    {
      "folder": "set-up",
      "files": [
        {
          "path": "set-up/secretbridge.yaml",
          "outcome": "exists",
          "what": "the configuration"
        },
        {
          "path": "set-up/age.key",
          "outcome": "exists",
          "what": "the identity that decrypts; secret"
        },
        {
          "path": "set-up/store/.age-recipients",
          "outcome": "created",
          "what": "whom the store is encrypted to"
        },
        {
          "path": "set-up/.gitignore",
          "outcome": "amended",
          "what": "keeps what is secret out of Git"
        }
      ]
    }
    "#);
    assert_snapshot!(sandbox.text("set-up/.gitignore"), @"
    /out/
    *.bak
    /age.key
    /audit/
    /store/.secretbridge.lock
    .secretbridge.tmp
    /store/.age-rekey
    ");
    let recipient = sandbox.text("set-up/store/.age-recipients");
    assert!(sandbox.text("set-up/age.key").contains(recipient.trim()));
}

#[test]
fn no_identity_is_made_for_a_store_of_others() {
    let sandbox = Sandbox::new();
    sandbox.private_folder("store");
    let recipients = "age1asch863axh7d5622kg55w5y4a7ym7ltkfan840tags2gxnexnvtqne48f7\n";
    sandbox.write("store/.age-recipients", recipients);
    let said = sandbox.run(&["init", "--output", "json"]).ok().json();
    assert_eq!(said["files"][1]["outcome"], "skipped");
    assert!(!sandbox.exists("age.key"));
    assert_eq!(sandbox.text("store/.age-recipients"), recipients);
}

#[test]
fn git_does_not_see_the_identity() {
    let sandbox = Sandbox::new();
    let git = |arguments: &[&str]| sandbox.program("git", arguments).output().unwrap();
    assert!(git(&["init", "--quiet"]).status.success());
    sandbox.run(&["init"]).ok();
    git(&["add", "--all"]);
    let seen = String::from_utf8_lossy(&git(&["ls-files"]).stdout).into_owned();
    assert_eq!(seen, ".gitignore\nsecretbridge.yaml\nstore/.age-recipients\n");
}

#[test]
fn a_name_that_cannot_be_one_is_refused() {
    let sandbox = Sandbox::new();
    assert_snapshot!(sandbox.run(&["init", "--instance", "a/b"]), @"
    exit code 2
    --- stderr
    error: the name given as --instance cannot be used
    help: the instance's name is also the name of a file: name the instance with letters, digits, `-`, `_` and `.`, at most 200 of them, not starting with `.`
    ");
    let folder = sandbox.join("läb (2)");
    std::fs::create_dir(&folder).unwrap();
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700)).unwrap();
    sandbox.run(&["init", "läb (2)"]).ok();
    assert!(sandbox.text("läb (2)/secretbridge.yaml").contains("instance: \"läb--2-\"\n"));
}
