//! A store that does not answer: how long that may take, what is said then, and what is left of the output.

use insta::assert_snapshot;

use crate::sandbox::Sandbox;

/// Nothing listens there.
const NOWHERE: &str = "http://127.0.0.1:1";

/// One whose Secret was built once from files, and is now to come from a server.
fn built_before(store: &str) -> Sandbox {
    let secrets = "secrets: [{ name: db, namespace: prod, source: PASSWORD }]\n";
    let sandbox = Sandbox::with_secrets(secrets);
    sandbox.secret("PASSWORD", "old");
    sandbox.run(&["build"]).ok();
    sandbox.write("secretbridge.yaml", &format!("instance: acme\nstore: {store}\n{secrets}"));
    sandbox
}

fn nowhere(rest: &str) -> String {
    let auth = "auth: { method: token, token: { command: [echo, token] } }";
    format!("{{ provider: vault, address: '{NOWHERE}', mount: kv, kv_version: 2, {auth}{rest} }}")
}

#[test]
fn a_server_that_is_gone_leaves_the_old_file_as_it_was() {
    let sandbox = built_before(&nowhere(", retry: { within: 0s }"));
    let before = sandbox.read("out/k8s/secrets.yaml");
    assert_snapshot!(sandbox.run(&["build"]));
    assert_eq!(sandbox.read("out/k8s/secrets.yaml"), before);
    assert_snapshot!(sandbox.run(&["store", "get", "PASSWORD"]));
}

#[test]
fn a_server_that_is_gone_is_asked_until_the_deadline() {
    let mut sandbox = built_before(&nowhere(""));
    let before = sandbox.read("out/k8s/secrets.yaml");
    let ran = sandbox.run(&["build", "--deadline", "2s"]);
    insta::with_settings!({ filters => [(r"after \d+ attempts?", "after N attempts")] }, {
        assert_snapshot!(ran);
    });
    assert_eq!(sandbox.read("out/k8s/secrets.yaml"), before);
    sandbox.set("SECRETBRIDGE_DEADLINE", "1ms");
    assert!(sandbox.run(&["build"]).stderr.contains("deadline"));
}

#[test]
fn what_does_not_end_is_ended_when_a_deadline_was_asked_for() {
    let sandbox = Sandbox::new();
    sandbox.run(&["init", "--instance", "acme"]).ok();
    sandbox.pipe(&["store", "put", "PASSWORD"], "old").ok();
    let config = |identity: &str| {
        let store = format!("{{ provider: age, path: store, identities: [{identity}] }}");
        let secrets = "secrets: [{ name: db, namespace: prod, source: PASSWORD }]\n";
        sandbox.write("secretbridge.yaml", &format!("instance: acme\nstore: {store}\n{secrets}"));
    };
    config("age.key");
    sandbox.run(&["build"]).ok();
    let before = sandbox.read("out/k8s/secrets.yaml");
    config("{ command: [sleep, '4'] }");
    assert_snapshot!(sandbox.run(&["build", "--deadline", "1s"]));
    assert_eq!(sandbox.read("out/k8s/secrets.yaml"), before);
}

#[test]
fn a_deadline_that_is_no_time_is_refused() {
    assert_snapshot!(Sandbox::new().run(&["plan", "--deadline", "soon"]));
}
