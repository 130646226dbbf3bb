//! A configuration that is wrong: every problem at once, each with its place, none with what may be a secret.

use insta::assert_snapshot;
use test_kit::Canary;

use crate::sandbox::Sandbox;

/// Runs `plan` on a configuration in which `CANARY` stands for what must not be shown.
fn plan(config: &str) -> String {
    let (mut sandbox, canary) = (Sandbox::new(), Canary::random());
    sandbox.write("secretbridge.yaml", &config.replace("CANARY", canary.text()));
    sandbox.watch(canary);
    sandbox.run(&["plan", "--output", "json"]);
    sandbox.run(&["plan"]).to_string()
}

#[test]
fn every_problem_is_reported_at_once_with_its_line() {
    let said = plan(
        "\
instance: ../acme
store: { provider: age, path: store, identites: [age.key] }
k8s: { clutser: dev }
secrets:
  - name: Gitlab_Root
    namespace: gitlab
    soruce: GITLAB_ROOT_PASSWORD
  - name: minio
    namespaces: [backups, Bad_One, Bad_Two]
    data: { rootUser: { key: infrastructure/minio, propperty: rootUser } }
  - name: empty
    namespace: backups
extra: 1
",
    );
    assert_snapshot!(said, @r#"
    exit code 3
    --- stderr
    error: secretbridge.yaml has 10 problems
      × the instance's name is also the name of a file: name the instance with letters, digits, `-`,
      │ `_` and `.`, at most 200 of them, not starting with `.`
       ╭─[secretbridge.yaml:1:11]
     1 │ instance: ../acme
       ·           ───────
       ╰────
      × unknown field `identites`
       ╭─[secretbridge.yaml:2:38]
     2 │ store: { provider: age, path: store, identites: ********* }
       ·                                      ─────────
       ╰────
      help: did you mean `identities`?
      × unknown field `clutser`
       ╭─[secretbridge.yaml:3:8]
     3 │ k8s: { clutser: *** }
       ·        ───────
       ╰────
      help: did you mean `cluster`?
      × object name "Gitlab_Root" is not valid: 'G' at position 1 is not allowed there; allowed:
      │ lower-case letters, digits, '-' and '.', a letter or digit at both ends of each part, at most
      │ 253 characters
       ╭─[secretbridge.yaml:5:11]
     5 │   - name: Gitlab_Root
       ·           ───────────
       ╰────
      × unknown field `soruce`
       ╭─[secretbridge.yaml:7:5]
     7 │     soruce: ********************
       ·     ──────
       ╰────
      help: did you mean `source`?
      × namespace "Bad_One" is not valid: 'B' at position 1 is not allowed there; allowed: lower-case
      │ letters, digits and '-', a letter or digit at both ends, at most 63 characters
       ╭─[secretbridge.yaml:9:27]
     9 │     namespaces: [backups, Bad_One, Bad_Two]
       ·                           ───────
       ╰────
      × namespace "Bad_Two" is not valid: 'B' at position 1 is not allowed there; allowed: lower-case
      │ letters, digits and '-', a letter or digit at both ends, at most 63 characters
       ╭─[secretbridge.yaml:9:36]
     9 │     namespaces: [backups, Bad_One, Bad_Two]
       ·                                    ───────
       ╰────
      × unknown field `propperty`
        ╭─[secretbridge.yaml:10:52]
     10 │     data: { rootUser: { key: infrastructure/minio, propperty: ******** } }
        ·                                                    ─────────
        ╰────
      help: did you mean `property`?
      × manifest "empty": no data: give "source" (one key), "data" with at least one key, or
      │ "data_from"
        ╭─[secretbridge.yaml:11:5]
     11 │   - name: empty
        ·     ───────────
        ╰────
      × unknown field `extra`
        ╭─[secretbridge.yaml:13:1]
     13 │ extra: *
        · ─────
        ╰────
      help: known here: instance, store, scope, audit, k8s, bridge, secrets
    "#);
}

#[test]
fn a_duplicate_key_is_shown_with_both_places() {
    let said = plan(
        "\
instance: acme
store: { provider: file, path: store }
secrets:
  - name: db
    namespace: prod
    source: A
    name: CANARY
store: CANARY
",
    );
    assert_snapshot!(said, @"
    exit code 3
    --- stderr
    error: secretbridge.yaml has 2 problems
      × the key `name` stands twice in one map
       ╭─[secretbridge.yaml:4:5]
     4 │   - name: db
       ·     ──┬─
       ·       ╰── first
       ╰────
       ╭─[secretbridge.yaml:7:5]
     7 │     name: ********************************
       ·     ──┬─
       ·       ╰── again
       ╰────
      help: keep one: it is not clear which is meant
      × the key `store` stands twice in one map
       ╭─[secretbridge.yaml:2:1]
     2 │ store: { provider: file, path: store }
       · ──┬──
       ·   ╰── first
       ╰────
       ╭─[secretbridge.yaml:8:1]
     8 │ store: ********************************
       · ──┬──
       ·   ╰── again
       ╰────
      help: keep one: it is not clear which is meant
    ");
}

#[test]
fn an_identity_where_its_path_belongs_is_not_shown() {
    let said = plan(
        "\
instance: acme
store:
  provider: age
  path: store
  identities: [AGE-SECRET-KEY-1CANARY]
",
    );
    assert_snapshot!(said, @"
    exit code 3
    --- stderr
    error: secretbridge.yaml has a problem
      × this is an identity itself (not shown); configuration holds references only: put the identity
      │ into a file and write the file's path, or use {env: NAME} or {command: [PROGRAM, ARGUMENT]}.
      │ If this configuration has been shared or committed, make a new identity
       ╭─[secretbridge.yaml:5:16]
     5 │   identities: [************************************************]
       ·                ────────────────────────────────────────────────
       ╰────
    ");
}

#[test]
fn a_passphrase_where_its_reference_belongs_is_not_shown() {
    let said = plan(
        "\
instance: acme
store:
  provider: age
  path: store
  identities: [{ file: age.key, passphrase: CANARY }] # CANARY
",
    );
    assert_snapshot!(said, @"
    exit code 3
    --- stderr
    error: secretbridge.yaml has a problem
      × a credential itself cannot be written here (not shown); write where it is: {env: NAME}, {file:
      │ PATH} or {command: [PROGRAM, ARGUMENT]}
       ╭─[secretbridge.yaml:5:45]
     5 │   identities: [{ file: *******, passphrase: ******************************** }] # ********************************
       ·                                             ────────────────────────────────
       ╰────
    ");
}

#[test]
fn a_value_where_its_source_belongs_is_not_shown() {
    let said = plan(
        "\
instance: acme
store: { provider: file, path: store }
secrets:
  - name: db
    namespace: prod
    data: { password: { value: CANARY } }
  - name: other
    namespace: prod
    password: CANARY
  - name: third
    namespace: prod
    source: [CANARY]
",
    );
    assert_snapshot!(said, @"
    exit code 3
    --- stderr
    error: secretbridge.yaml has 4 problems
      × `key` is missing
       ╭─[secretbridge.yaml:6:13]
     6 │     data: { password: { value: ******************************** } }
       ·             ────────
       ╰────
      × unknown field `value`
       ╭─[secretbridge.yaml:6:25]
     6 │     data: { password: { value: ******************************** } }
       ·                         ─────
       ╰────
      help: known here: key, property, version, decoding_strategy, metadata_policy, null_byte_policy
      × unknown field `password`
       ╭─[secretbridge.yaml:9:5]
     9 │     password: ********************************
       ·     ────────
       ╰────
      help: known here: name, namespace, namespaces, source, data_key, data, data_from, template,
            sync_mode, type, labels, annotations, immutable, reload, refresh_interval, refresh_policy,
            creation_policy, deletion_policy, store_ref
      × wrong type: found a list, expected a source: a path of the store, or {key: path, property:
      │ field}
        ╭─[secretbridge.yaml:12:5]
     12 │     source: **********************************
        ·     ──────
        ╰────
    ");
}

#[test]
fn text_that_is_no_yaml_is_shown_without_its_values() {
    let said = plan("instance: acme\nstore: { provider: file, path: CANARY\nsecrets: []\n");
    assert_snapshot!(said, @"
    exit code 3
    --- stderr
    error: secretbridge.yaml has a problem
      × not YAML: while parsing a flow mapping, did not find expected ',' or '}'
       ╭─[secretbridge.yaml:3:8]
     3 │ secrets: []
       ·        ▲
       ╰────
      help: words that may be values are not shown here: look at the line in your editor
    ");
}

#[test]
fn text_of_two_documents_is_refused() {
    let said = plan("instance: acme\nstore: { provider: file, path: store }\n---\ninstance: CANARY\n");
    assert_snapshot!(said, @"
    exit code 3
    --- stderr
    error: secretbridge.yaml has a problem
      × a second document begins here: only one is read
       ╭─[secretbridge.yaml:3:1]
     3 │ ***
       · ▲
       ╰────
      help: words that may be values are not shown here: look at the line in your editor
    ");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    assert_snapshot!(Sandbox::new().run(&["plan", "--config", "nowhere.yaml"]), @"
    exit code 3
    --- stderr
    error: cannot read the configuration nowhere.yaml: No such file or directory (os error 2)
    help: name the file with --config, or make a new set-up here: secretbridge init
    ");
}

#[test]
fn a_file_that_is_not_text_is_named() {
    let sandbox = Sandbox::new();
    std::fs::write(sandbox.join("secretbridge.yaml"), b"instance: \xff\xfe\n").unwrap();
    assert_snapshot!(sandbox.run(&["plan"]), @"
    exit code 3
    --- stderr
    error: cannot read the configuration secretbridge.yaml: it is not UTF-8
    help: save it as UTF-8
    ");
}

#[test]
fn declarations_that_contradict_each_other_are_shown_at_both_places() {
    let said = plan(
        "\
instance: acme
store: { provider: file, path: store }
secrets:
  - { name: db, namespace: prod, source: A, data_key: password }
  - { name: db, namespace: prod, source: B, data_key: password }
  - { name: web, namespace: prod, type: tls, source: C, data_key: tls.crt }
  - { name: late, namespace: prod, sync_mode: external-secrets, source: D }
  - { name: odd, namespace: prod, source: a//b }
",
    );
    assert_snapshot!(said, @r#"
    exit code 3
    --- stderr
    error: secretbridge.yaml has 4 problems
      × prod/db, key password: it comes from A and from B
       ╭─[secretbridge.yaml:4:42]
     4 │   - { name: db, namespace: prod, source: A, data_key: password }
       ·                                          ─
     5 │   - { name: db, namespace: prod, source: B, data_key: password }
       ·                                          ─
       ╰────
      help: keep one of the two sources, or give one of them another key
      × prod/web: type kubernetes.io/tls requires the key "tls.key"
       ╭─[secretbridge.yaml:6:13]
     6 │   - { name: web, namespace: prod, type: tls, source: C, data_key: tls.crt }
       ·             ───
       ╰────
      help: add the key with its source, or change the type
      × prod/odd, key value: its source "a//b" has an empty segment: no leading, trailing or double
      │ slash
       ╭─[secretbridge.yaml:8:43]
     8 │   - { name: odd, namespace: prod, source: a//b }
       ·                                           ────
       ╰────
      help: a path is segments joined by /, none empty or starting with a full stop; a field is any
            text of one line
      × runtime_sync is not enabled, but 1 Secret is to be delivered by reference: prod/late
       ╭─[secretbridge.yaml:7:13]
     7 │   - { name: late, namespace: prod, sync_mode: external-secrets, source: D }
       ·             ────
       ╰────
      help: set k8s.secrets.runtime_sync.enabled to true, or remove sync_mode from these manifests
    "#);
}

#[test]
fn declarations_that_the_plan_and_the_operator_refuse_are_reported_once() {
    let said = plan(
        "\
instance: acme
store: { provider: file, path: store }
k8s: { secrets: { runtime_sync: { enabled: true, token_source: TOKEN } } }
secrets:
  - { name: db, namespaces: [prod, test], sync_mode: external-secrets, source: A, refresh_interval: 1h }
  - { name: db, namespaces: [prod, test], sync_mode: external-secrets, source: B, refresh_interval: 2h }
  - { name: both, namespace: prod, sync_mode: external-secrets, source: C }
  - { name: both, namespace: prod, source: C }
  - { name: odd, namespace: prod, sync_mode: external-secrets, source: a//b }
  - name: bootstrap-token-abcdef
    namespace: kube-system
    sync_mode: external-secrets
    type: bootstrap-token
    data: { token-id: D, token-secret: E }
  - { name: homelab-bridge-token, namespace: external-secrets-system, sync_mode: external-secrets, source: F }
",
    );
    assert_snapshot!(said, @r#"
    exit code 3
    --- stderr
    error: secretbridge.yaml has 6 problems
      × prod/db, test/db: its refresh interval is 1h and 2h
       ╭─[secretbridge.yaml:5:13]
     5 │   - { name: db, namespaces: [prod, test], sync_mode: external-secrets, source: A, refresh_interval: 1h }
       ·             ──
     6 │   - { name: db, namespaces: [prod, test], sync_mode: external-secrets, source: B, refresh_interval: 2h }
       ·             ──
       ╰────
      help: keep one of the two values of refresh_interval
      × prod/db, test/db, key value: it comes from A and from B
       ╭─[secretbridge.yaml:5:80]
     5 │   - { name: db, namespaces: [prod, test], sync_mode: external-secrets, source: A, refresh_interval: 1h }
       ·                                                                                ─
     6 │   - { name: db, namespaces: [prod, test], sync_mode: external-secrets, source: B, refresh_interval: 2h }
       ·                                                                                ─
       ╰────
      help: keep one of the two sources, or give one of them another key
      × prod/both: its sync mode is external-secrets and build-time
       ╭─[secretbridge.yaml:7:13]
     7 │   - { name: both, namespace: prod, sync_mode: external-secrets, source: C }
       ·             ────
     8 │   - { name: both, namespace: prod, source: C }
       ·             ────
       ╰────
      help: give all manifests of the Secret the same sync_mode, or one of them another name: a Secret
            has one owner
      × prod/odd, key value: its source "a//b" has an empty segment: no leading, trailing or double
      │ slash
       ╭─[secretbridge.yaml:9:72]
     9 │   - { name: odd, namespace: prod, sync_mode: external-secrets, source: a//b }
       ·                                                                        ────
       ╰────
      help: a path is segments joined by /, none empty or starting with a full stop; a field is any
            text of one line
      × external-secrets-system/homelab-bridge-token: it holds the bridge's token, which cannot be
      │ delivered through the bridge
        ╭─[secretbridge.yaml:15:13]
     15 │   - { name: homelab-bridge-token, namespace: external-secrets-system, sync_mode: external-secrets, source: F }
        ·             ────────────────────
        ╰────
      help: remove the manifest: token_source has the token delivered by value
      × kube-system/bootstrap-token-abcdef: the operator refuses to make Secrets of type
      │ bootstrap.kubernetes.io/token
        ╭─[secretbridge.yaml:10:11]
     10 │   - name: bootstrap-token-abcdef
        ·           ──────────────────────
        ╰────
      help: deliver bootstrap tokens by value: remove sync_mode
    "#);
}

#[test]
fn problems_can_be_read_by_programs() {
    let sandbox = Sandbox::with_secrets("secrets: [{ name: Bad_Name, namespace: prod, source: A }]\n");
    assert_snapshot!(sandbox.run(&["plan", "--output", "json"]), @r#"
    exit code 3
    --- stderr
    {
      "error": {
        "kind": "configuration",
        "exit_code": 3,
        "message": "secretbridge.yaml has a problem",
        "problems": [
          {
            "message": "object name \"Bad_Name\" is not valid: 'B' at position 1 is not allowed there; allowed: lower-case letters, digits, '-' and '.', a letter or digit at both ends of each part, at most 253 characters",
            "file": "secretbridge.yaml",
            "line": 3,
            "column": 19
          }
        ]
      }
    }
    "#);
}

#[test]
fn a_configuration_in_json_is_one() {
    let sandbox = Sandbox::new();
    let config = "{\n\t\"instance\": \"acme\",\n\t\"store\": { \"provider\": \"file\", \"path\": \"store\" },\n\t\"secrets\": [\n\t\t{ \"name\": \"db\", \"namespace\": \"prod\", \"source\": \"A\" }\n\t]\n}\n";
    sandbox.write("secretbridge.json", config);
    let plan = sandbox.run(&["plan", "--config", "secretbridge.json", "--output", "json"]).ok().json();
    assert_eq!(plan["paths"][0], "A");
}

#[test]
fn the_password_in_an_address_is_not_shown() {
    let said = plan(
        "\
instance: acme
store: { provider: age, path: store }
k8s: { secrets: { runtime_sync: { enabled: true, bridge_url: \"http://root:CANARY@bridge:8200\" } } }
",
    );
    assert!(said.contains("it has a user name or a password"), "{said}");
}

#[test]
fn line_ends_of_windows_are_counted_once() {
    let said = plan("instance: acme\r\nstore: { provider: age, path: store }\r\nsecrets: []\r\nextra: 1\r\n");
    assert!(said.contains("secretbridge.yaml:4:1"), "{said}");
    assert!(said.contains(" 4 │ extra: *"), "{said}");
}
