//! What is by reference never holds a value, even when the store is open.

use std::fs;
use std::path::{Path, PathBuf};

use test_kit::Canary;

use crate::sandbox::Sandbox;

const CONFIG: &str = r"instance: acme
store: { provider: age, path: store, identities: [age.key] }
k8s:
  secrets:
    runtime_sync:
      enabled: true
      bridge_url: http://bridge.acme.lab:8200
      token_source: BRIDGE_TOKEN
      stores:
        vault:
          spec: { provider: { vault: { server: 'https://vault.acme.lab', path: kv, auth: { tokenSecretRef: { name: t, namespace: s, key: t } } } } }
      resources:
        - kind: PushSecret
          metadata: { name: push, namespace: acme }
          spec:
            secretStoreRefs: [{ name: vault, kind: ClusterSecretStore }]
            selector: { secret: { name: api } }
            data: [{ match: { secretKey: token, remoteRef: { remoteKey: API_TOKEN } } }]
secrets:
  - name: api
    namespace: acme
    sync_mode: external-secrets
    data: { token: API_TOKEN, password: { key: apps/api, property: password } }
    template: { data: { api.conf: '{{ .token }}:{{ .password }}' } }
  - name: many
    namespace: acme
    sync_mode: external-secrets
    store_ref: vault
    data_from: [{ extract: { key: apps/api } }]
";

/// Everything in the folder but the store and the one file with values.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !path.ends_with("store") {
                files(&path, found);
            }
        } else if !path.ends_with("out/k8s/secrets.yaml") {
            found.push(path);
        }
    }
}

#[test]
fn no_output_by_reference_holds_a_value_while_the_store_is_open() {
    let mut sandbox = Sandbox::new();
    sandbox.run(&["init", ".", "--instance", "acme"]).ok();
    sandbox.write("secretbridge.yaml", CONFIG);
    let canaries = [Canary::seeded(1), Canary::seeded(2), Canary::seeded(3), Canary::seeded(4)];
    for canary in &canaries {
        sandbox.watch(canary.clone());
    }
    let put = |arguments: &[&str], canary: &Canary| {
        sandbox.pipe(&[&["store", "put"], arguments].concat(), canary.bytes()).ok();
    };
    put(&["BRIDGE_TOKEN"], &canaries[0]);
    put(&["API_TOKEN"], &canaries[1]);
    put(&["apps/api", "--field", "password"], &canaries[2]);
    put(&["apps/api", "--field", "user"], &canaries[3]);

    for arguments in [
        &["build"][..],
        &["build", "--output", "json"],
        &["plan"],
        &["plan", "--output", "json"],
        &["inventory"],
        &["inventory", "--format", "json"],
        &["inventory", "--format", "markdown"],
        &["inventory", "--format", "mermaid"],
        &["audit", "tail"],
    ] {
        // Nothing that is watched turns up in what they say.
        sandbox.run(arguments).ok();
    }

    let mut all = Vec::new();
    files(sandbox.path(), &mut all);
    let names: Vec<_> = all.iter().map(|path| path.display().to_string()).collect();
    for written in
        ["externalsecret-api.yaml", "externalsecret-many.yaml", "pushsecret-push.yaml", "acme.jsonl"]
    {
        assert!(names.iter().any(|name| name.ends_with(written)), "{written}: {names:?}");
    }
    for path in &all {
        for canary in &canaries {
            canary.assert_absent(&path.display().to_string(), fs::read(path).unwrap());
        }
    }
    // The store was open: the token is delivered by value, and it alone.
    let values = sandbox.read("out/k8s/secrets.yaml");
    let found: Vec<_> = canaries.iter().map(|canary| canary.find(&values).is_some()).collect();
    assert_eq!(found, [true, false, false, false]);
}
