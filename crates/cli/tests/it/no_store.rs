//! A set-up whose Secrets are all resolved in the cluster needs no store.

use insta::assert_snapshot;

use crate::sandbox::Sandbox;

fn without_store(rest: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("secretbridge.yaml", &format!("instance: acme\n{rest}"));
    sandbox
}

#[test]
fn a_configuration_without_a_store_and_without_a_secret_builds_nothing() {
    assert_snapshot!(without_store("").run(&["build"]).to_string(), @"
    exit code 0
    --- stdout
    no Secret is by value
    nothing to apply
    ");
}

#[test]
fn a_secret_by_value_without_a_store_is_refused() {
    let sandbox = without_store("secrets:\n  - { name: api, namespace: acme, source: API_TOKEN }\n");
    let said = sandbox.run(&["build"]).to_string();
    assert_eq!(sandbox.run(&["plan"]).to_string(), said);
    assert!(!sandbox.exists("out"));
    assert!(!sandbox.exists("audit"));
    assert_snapshot!(said, @"
    exit code 3
    --- stderr
    error: secretbridge.yaml has a problem
      × `store` is missing, and 1 Secret is delivered by value
       ╭─[secretbridge.yaml:3:13]
     3 │   - { name: api, namespace: acme, source: API_TOKEN }
       ·             ───
       ╰────
      help: add the store that the values come from, or sync_mode: external-secrets to what the
            cluster resolves
    ");
}

#[test]
fn what_looks_into_a_store_says_that_there_is_none() {
    assert_snapshot!(without_store("").run(&["store", "list"]).to_string(), @"
    exit code 3
    --- stderr
    error: secretbridge.yaml names no store
    help: add one, such as store: { provider: age, path: store, identities: [age.key] }
    ");
}
