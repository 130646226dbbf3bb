//! A Vault store that is configured wrongly: each problem with its place, and nothing that may let somebody in.

use insta::assert_snapshot;
use test_kit::Canary;

use crate::sandbox::Sandbox;

/// Runs `plan` with these lines of `store`, in which `CANARY` stands for what must not be shown.
fn plan(store: &str) -> String {
    let (mut sandbox, canary) = (Sandbox::new(), Canary::random());
    let store = store.replace("CANARY", canary.text());
    sandbox.write("secretbridge.yaml", &format!("instance: acme\nstore:\n  provider: vault\n{store}"));
    sandbox.watch(canary);
    sandbox.run(&["plan", "--output", "json"]);
    sandbox.run(&["plan"]).to_string()
}

#[test]
fn every_problem_of_a_server_is_reported_with_its_line() {
    assert_snapshot!(plan(
        "  adress: https://vault.example:8200
  mount: [kv]
  kv_version: 3
  plain_http: maybe
  concurrency: 0
  request_timeout: 30
  retry: { within: -1s, tries: 4, attempts: 0 }
  tls: { ca: ca.pem, skip_verify: true }
"
    ));
}

#[test]
fn a_token_in_the_place_of_its_reference_is_refused_and_not_shown() {
    assert_snapshot!(plan("  auth: { method: token, token: CANARY }\n"));
    assert_snapshot!(plan("  auth: CANARY\n"));
    assert_snapshot!(plan("  token: CANARY\n"));
    assert_snapshot!(plan("  address: https://root:CANARY@vault.example\n  kv_version: CANARY\n"));
}

#[test]
fn what_makes_no_sense_is_found_before_the_server_is_asked() {
    assert_snapshot!(plan("  address: http://vault.example:8200\n  connect_timeout: 0s\n"));
    assert_snapshot!(plan("  address: https://root:CANARY@vault.example\n  request_timeout: -1s\n"));
    assert_snapshot!(plan(
        "  address: vault.example\n  auth: { method: jwt, mount: auth/ci, token: { env: T } }\n"
    ));
}

#[test]
fn each_way_to_log_in_names_what_it_lacks_and_what_it_does_not_know() {
    assert_snapshot!(plan("  auth: { method: approle, secret_id: { env: S, file: f }, secret: CANARY }\n"));
    assert_snapshot!(plan("  auth: { method: kubernetes, rol: web }\n"));
    assert_snapshot!(plan("  auth: { method: userpass, username: ada, password: CANARY }\n"));
    assert_snapshot!(plan("  auth: { method: jwt, role: ci }\n"));
    assert_snapshot!(plan("  auth: { method: cert, role: web }\n"));
}

#[test]
fn a_way_to_log_in_that_is_not_known_is_refused() {
    assert_snapshot!(plan("  auth: { method: aprole, role_id: CANARY }\n"));
    assert_snapshot!(plan("  auth: { method: ldap, username: ada, password: CANARY }\n"));
    assert_snapshot!(plan("  auth: { role: web }\n"));
    assert_snapshot!(plan("  auth: approle\n"));
}
