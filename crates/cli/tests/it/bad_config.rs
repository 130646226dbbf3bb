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
    assert_snapshot!(said, @"");
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
    assert_snapshot!(said, @"");
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
    assert_snapshot!(said, @"");
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
    assert_snapshot!(said, @"");
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
    assert_snapshot!(said, @"");
}

#[test]
fn text_that_is_no_yaml_is_shown_without_its_values() {
    let said = plan("instance: acme\nstore: { provider: file, path: CANARY\nsecrets: []\n");
    assert_snapshot!(said, @"");
}

#[test]
fn text_of_two_documents_is_refused() {
    let said = plan("instance: acme\nstore: { provider: file, path: store }\n---\ninstance: CANARY\n");
    assert_snapshot!(said, @"");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    assert_snapshot!(Sandbox::new().run(&["plan", "--config", "nowhere.yaml"]), @"");
}

#[test]
fn a_file_that_is_not_text_is_named() {
    let sandbox = Sandbox::new();
    std::fs::write(sandbox.join("secretbridge.yaml"), b"instance: \xff\xfe\n").unwrap();
    assert_snapshot!(sandbox.run(&["plan"]), @"");
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
    assert_snapshot!(said, @"");
}

#[test]
fn problems_can_be_read_by_programs() {
    let sandbox = Sandbox::with_secrets("secrets: [{ name: Bad_Name, namespace: prod, source: A }]\n");
    assert_snapshot!(sandbox.run(&["plan", "--output", "json"]), @"");
}

#[test]
fn a_configuration_in_json_is_one() {
    let sandbox = Sandbox::new();
    let config = "{\n\t\"instance\": \"acme\",\n\t\"store\": { \"provider\": \"file\", \"path\": \"store\" },\n\t\"secrets\": [\n\t\t{ \"name\": \"db\", \"namespace\": \"prod\", \"source\": \"A\" }\n\t]\n}\n";
    sandbox.write("secretbridge.json", config);
    let plan = sandbox.run(&["plan", "--config", "secretbridge.json", "--output", "json"]).ok().json();
    assert_eq!(plan["paths"][0], "A");
}
