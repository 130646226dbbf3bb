//! The set-ups under `examples/`: each is built, and what it writes is what it promises.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use insta::assert_snapshot;
use serde_yaml::Value;

use crate::sandbox::Sandbox;

/// Every file of `out` but the one with values, one after the other.
fn bundle(sandbox: &Sandbox) -> String {
    let mut files = BTreeMap::new();
    collect(&sandbox.join("out"), "", &mut files);
    files.remove("k8s/secrets.yaml");
    files.remove(".secretbridge.lock");
    let mut bundle = String::new();
    for (path, text) in files {
        bundle.extend(["=== ", &path, "\n", &text]);
    }
    bundle
}

fn collect(folder: &Path, prefix: &str, files: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            collect(&entry.path(), &format!("{path}/"), files);
        } else {
            files.insert(path, fs::read_to_string(entry.path()).unwrap());
        }
    }
}

/// The file with values, by namespace and name.
fn secrets(sandbox: &Sandbox) -> BTreeMap<String, BTreeMap<String, Vec<u8>>> {
    let mut secrets = BTreeMap::new();
    for document in serde_yaml::Deserializer::from_str(&sandbox.text("out/k8s/secrets.yaml")) {
        let document: Value = serde::Deserialize::deserialize(document).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let metadata = &document["metadata"];
        let name = format!("{}/{}", text(&metadata["namespace"]), text(&metadata["name"]));
        let data = document["data"].as_mapping().unwrap();
        let decoded = data.iter().map(|(key, value)| (text(key), STANDARD.decode(text(value)).unwrap()));
        secrets.insert(name, decoded.collect());
    }
    secrets
}

#[test]
fn vault_with_kubernetes_auth_needs_no_store_and_no_credential() {
    let sandbox = Sandbox::example("vault-kubernetes");
    assert_snapshot!(sandbox.run(&["build"]).ok());
    assert!(!sandbox.exists("out/k8s/secrets.yaml"));
    let bundle = bundle(&sandbox);
    assert_eq!(bundle.matches("creationPolicy: Merge").count(), 2);
    assert_snapshot!(bundle);

    let config: Value = serde_yaml::from_str(&sandbox.text("secretbridge.yaml")).unwrap();
    assert_eq!(config["secrets"].as_sequence().unwrap().len(), 15);
}

#[test]
fn vault_with_app_role_delivers_its_credential_by_value_and_the_rest_through_argo_cd() {
    let sandbox = Sandbox::example("vault-approle-argocd");
    assert_snapshot!(sandbox.run(&["build"]).ok());
    assert_snapshot!(bundle(&sandbox));
    let secrets = secrets(&sandbox);
    assert_eq!(secrets.keys().collect::<Vec<_>>(), ["external-secrets-system/vault-approle"]);
}

#[test]
fn bitwarden_is_read_by_the_ids_of_its_secrets_and_delivered_by_flux() {
    let sandbox = Sandbox::example("bitwarden-flux");
    assert_snapshot!(sandbox.run(&["build"]).ok());
    let bundle = bundle(&sandbox);
    assert!(!bundle.contains("property:"), "Bitwarden's secrets have no fields");
    assert_snapshot!(bundle);
}

#[test]
fn two_stores_stand_side_by_side_and_one_template_serves_both_ways() {
    let sandbox = Sandbox::example("two-stores");
    assert_snapshot!(sandbox.run(&["build"]).ok());
    assert_snapshot!(bundle(&sandbox));

    let secrets = secrets(&sandbox);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert_snapshot!(text(&secrets["backups/backup-s3"]["s3.conf"]), @"
    [default]
    access_key = BACKUPEXAMPLEKEY
    secret_key = k3y/with+signs=
    host_base = s3.example.lab
    use_https = True
    ");
    let basic_auth = &secrets["monitoring/monitoring-basic-auth"];
    assert_eq!(basic_auth.keys().collect::<Vec<_>>(), ["password", "url", "username"]);
    assert_eq!(text(&basic_auth["url"]), "https://scraper:p%40ss%2Fword@prometheus.acme.lab");
}

#[test]
fn the_bridge_is_a_workload_of_the_cluster_and_the_operator_needs_no_token() {
    let sandbox = Sandbox::example("bridge-in-cluster");
    assert_snapshot!(sandbox.run(&["build"]).ok());
    assert_snapshot!(bundle(&sandbox));
    assert_eq!(secrets(&sandbox).keys().collect::<Vec<_>>(), ["shop/registry-pull"]);
}

#[test]
fn building_an_example_again_changes_nothing() {
    for name in
        ["vault-kubernetes", "vault-approle-argocd", "bitwarden-flux", "two-stores", "bridge-in-cluster"]
    {
        let sandbox = Sandbox::example(name);
        sandbox.run(&["build"]).ok();
        let (first, values) = (bundle(&sandbox), fs::read(sandbox.join("out/k8s/secrets.yaml")).ok());
        sandbox.run(&["build"]).ok();
        assert_eq!(bundle(&sandbox), first, "{name}");
        assert_eq!(fs::read(sandbox.join("out/k8s/secrets.yaml")).ok(), values, "{name}");
    }
}
