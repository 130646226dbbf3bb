//! The example: what a new user builds first.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use insta::assert_snapshot;

use crate::sandbox::{BINARY, Sandbox};

/// Reads Secrets as Kubernetes' tooling does: as YAML 1.1.
const READ_SECRETS: &str = r#"
import json, sys, yaml
secrets = {}
for document in yaml.safe_load_all(open(sys.argv[1])):
    assert document["apiVersion"] == "v1" and document["kind"] == "Secret", document["kind"]
    name = "{namespace}/{name}".format(**document["metadata"])
    assert name not in secrets, name
    secrets[name] = document["data"]
print(json.dumps(secrets))
"#;

fn secrets(sandbox: &Sandbox) -> BTreeMap<String, BTreeMap<String, Vec<u8>>> {
    let read = sandbox.program("python3", &["-c", READ_SECRETS, "out/k8s/secrets.yaml"]).output().unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    let read: BTreeMap<String, BTreeMap<String, String>> = serde_json::from_slice(&read.stdout).unwrap();
    let decode = |data: BTreeMap<String, String>| {
        data.into_iter().map(|(key, value)| (key, STANDARD.decode(value).unwrap())).collect()
    };
    read.into_iter().map(|(name, data)| (name, decode(data))).collect()
}

/// What the `age` program makes of a file of the store.
fn age(sandbox: &Sandbox, path: &str) -> Vec<u8> {
    let file = format!("store/{path}.age");
    let decrypted = sandbox.program("age", &["--decrypt", "--identity", "age.key", &file]).output().unwrap();
    assert!(decrypted.status.success(), "{}", String::from_utf8_lossy(&decrypted.stderr));
    decrypted.stdout
}

/// A field of a map in the store, through `age` and a YAML reader that is not ours.
fn age_field(sandbox: &Sandbox, path: &str, field: &str) -> Vec<u8> {
    let map = age(sandbox, &format!("{path}.yaml"));
    std::fs::write(sandbox.join("map.yaml"), map).unwrap();
    let program = "import sys, yaml; sys.stdout.write(yaml.safe_load(open('map.yaml'))[sys.argv[1]])";
    let read = sandbox.program("python3", &["-c", program, field]).output().unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    read.stdout
}

#[test]
fn the_example_gives_each_secret_the_values_that_age_decrypts() {
    let sandbox = Sandbox::homelab();
    assert_snapshot!(sandbox.run(&["build"]).ok(), @"
    exit code 0
    --- stdout
    wrote out/k8s/secrets.yaml (mode 0600): 9 Secrets by value, 18 keys from 9 paths
    wrote the rest of out (no values, safe to commit): 1 Secret by reference; 6 files changed, 0 as before, 0 removed

    Namespaces that must exist: acme-prod, auth, backups, gitlab, monitoring
    Next:
      helmfile --file out/helmfile.yaml apply
      kubectl apply --server-side --filename out/k8s/secrets.yaml
      kubectl apply --server-side --kustomize out/k8s
    ");
    assert_eq!(sandbox.mode("out/k8s/secrets.yaml"), 0o600);

    let secrets = secrets(&sandbox);
    let names: Vec<_> = secrets.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "acme-prod/registry-pull",
            "auth/authelia-secrets",
            "auth/wildcard-acme-lab",
            "backups/minio-credentials",
            "backups/wildcard-acme-lab",
            "external-secrets-system/homelab-bridge-token",
            "gitlab/gitlab-root",
            "gitlab/wildcard-acme-lab",
            "monitoring/wildcard-acme-lab",
        ]
    );
    let plain = |path: &str| age(&sandbox, path);
    let field = |path: &str, field: &str| age_field(&sandbox, path, field);
    let expected = [
        ("acme-prod/registry-pull", ".dockerconfigjson", plain("infrastructure/registry")),
        ("auth/authelia-secrets", "hmac-secret", field("authelia/oidc", "hmac-secret")),
        ("auth/authelia-secrets", "oidc-key.pem", field("authelia/oidc", "private-key")),
        ("auth/authelia-secrets", "session-secret", plain("authelia/session-secret")),
        ("auth/authelia-secrets", "smtp-password", plain("infrastructure/smtp")),
        ("auth/authelia-secrets", "storage-encryption-key", plain("authelia/storage-encryption-key")),
        ("backups/minio-credentials", "rootPassword", field("infrastructure/minio", "rootPassword")),
        ("backups/minio-credentials", "rootUser", field("infrastructure/minio", "rootUser")),
        ("external-secrets-system/homelab-bridge-token", "token", plain("BRIDGE_TOKEN")),
        ("gitlab/gitlab-root", "password", plain("GITLAB_ROOT_PASSWORD")),
    ];
    let pair = ["tls.crt", "tls.key"].map(|key| (key, field("infrastructure/wildcard-tls", key)));
    let pairs =
        ["auth", "backups", "gitlab", "monitoring"].map(|namespace| format!("{namespace}/wildcard-acme-lab"));
    let pairs = pairs.iter().flat_map(|name| pair.clone().map(|(key, value)| (name.as_str(), key, value)));
    let mut count = 0;
    for (name, key, value) in expected.into_iter().chain(pairs) {
        assert!(secrets[name][key] == value, "{name}, key {key}: not what age decrypts");
        count += 1;
    }
    assert_eq!(count, secrets.values().map(BTreeMap::len).sum::<usize>());
}

#[test]
fn the_example_holds_no_value_outside_of_the_one_file() {
    let sandbox = Sandbox::homelab();
    sandbox.run(&["build"]).ok();
    let values: Vec<_> = secrets(&sandbox).into_values().flat_map(BTreeMap::into_values).collect();
    let files = ["out/helmfile.yaml", "out/k8s/_cluster/clustersecretstore-homelab.yaml"];
    let files =
        files.into_iter().chain(["out/k8s/acme-prod/externalsecret-acme-api-db.yaml", "audit/homelab.jsonl"]);
    for file in files {
        // As a whole: their parts are words that names have too (`smtp-password`).
        let text = sandbox.text(file);
        for value in &values {
            assert!(!text.contains(core::str::from_utf8(value).unwrap().trim()), "{file} holds a value");
            assert!(!text.contains(STANDARD.encode(value).trim_end_matches('=')), "{file} holds a value");
        }
    }
    assert_snapshot!(sandbox.text("out/k8s/acme-prod/externalsecret-acme-api-db.yaml"), @"
    # Generated by secretbridge. Holds no secret value; safe to commit. Changes are overwritten.
    apiVersion: external-secrets.io/v1
    kind: ExternalSecret
    metadata:
      name: acme-api-db
      namespace: acme-prod
    spec:
      refreshInterval: 1h0m0s
      secretStoreRef:
        name: homelab
        kind: ClusterSecretStore
      target:
        name: acme-api-db
        creationPolicy: Owner
        deletionPolicy: Retain
        template:
          engineVersion: v2
          mergePolicy: Replace
          type: Opaque
      data:
      - secretKey: password
        remoteRef:
          key: ACME_DB_PASSWORD
          property: value
          conversionStrategy: Default
          decodingStrategy: None
          metadataPolicy: None
    ");
}

#[test]
fn a_second_build_of_the_example_changes_no_byte() {
    let sandbox = Sandbox::homelab();
    sandbox.run(&["build"]).ok();
    let first = tree(&sandbox.join("out"));
    let said = sandbox.run(&["build", "--output", "json"]).ok().json();
    assert_eq!(first, tree(&sandbox.join("out")));
    assert_eq!(said["bundle"]["changed"].as_array().unwrap().len(), 0);
    assert_eq!(said["bundle"]["unchanged"].as_array().unwrap().len(), 6);
}

fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.insert(path.display().to_string(), std::fs::read(&path).unwrap());
            }
        }
    }
    files
}

#[test]
fn git_does_not_see_the_values_of_the_example() {
    let sandbox = Sandbox::homelab();
    let git = |arguments: &[&str]| {
        let output = sandbox.program("git", arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    git(&["init", "--quiet"]);
    sandbox.run(&["build", "--out", "generated"]).ok();
    git(&["add", "--all"]);
    let seen = git(&["ls-files"]);
    assert!(seen.contains("generated/k8s/acme-prod/externalsecret-acme-api-db.yaml"), "{seen}");
    assert!(!seen.contains("secrets.yaml"), "{seen}");
    assert!(!seen.contains("audit/"), "{seen}");
}

#[test]
fn every_read_and_every_delivery_of_a_build_is_in_the_audit_log() {
    let sandbox = Sandbox::homelab();
    sandbox.run(&["build"]).ok();
    let log = sandbox.text("audit/homelab.jsonl");
    let count = |event: &str| log.lines().filter(|line| line.contains(event)).count();
    assert_eq!(count(r#""event":"secret-accessed""#), 9, "each path once");
    assert_eq!(count(r#""event":"secret-materialized""#), 10, "nine by value, one by reference");
    assert_eq!(count(r#""actor":"alice@"#), 19);
    assert_eq!(sandbox.mode("audit/homelab.jsonl"), 0o600);
    sandbox.run(&["audit", "verify"]).ok();
}

#[test]
fn the_example_builds_from_any_folder() {
    let (sandbox, elsewhere) = (Sandbox::homelab(), Sandbox::new());
    let config = sandbox.join("secretbridge.yaml");
    let built = Command::new(BINARY)
        .current_dir(elsewhere.path())
        .args(["build", "--quiet", "--config"])
        .arg(&config)
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    assert!(built.stdout.is_empty());
    assert!(elsewhere.exists("out/k8s/secrets.yaml"), "the output is relative to the user");
    assert!(sandbox.exists("audit/homelab.jsonl"), "what the configuration names is relative to it");
}

#[test]
fn a_crash_would_leave_no_core_dump_with_values() {
    let sandbox = Sandbox::homelab();
    let config = sandbox.text("secretbridge.yaml");
    // The command that prints the identity has the limits of the process that starts it.
    let command = r#"[{ command: [sh, -c, "ulimit -c > limit; cat age.key"] }]"#;
    sandbox.write("secretbridge.yaml", &config.replace("[age.key]", command));
    let script = format!("ulimit -S -c 1024; exec {BINARY} build");
    sandbox.ran(sandbox.program("sh", &["-c", &script]).output().unwrap()).ok();
    assert_eq!(sandbox.text("limit"), "0\n");
}
