//! Every file, byte for byte, for a chart of each API version.

use super::{all_files, generate, homelab};

/// Short and long form, several namespaces, a type, metadata, two manifests of one Secret, and a path that starts with the
/// name of the mount.
const MANIFESTS: &str = r#"
- name: acme-api-db
  namespace: acme-prod
  sync_mode: external-secrets
  source: ACME_DB_PASSWORD
  data_key: password
- name: wildcard
  namespaces: [web, auth]
  sync_mode: external-secrets
  type: tls
  refresh_interval: 24h
  immutable: true
  labels: { app.kubernetes.io/part-of: ingress }
  annotations: { note: "on {{ .Values }}" }
  data:
    tls.key: { key: infrastructure/wildcard, property: tls.key }
    tls.crt: { key: infrastructure/wildcard, property: tls.crt }
- name: authelia
  namespace: auth
  sync_mode: external-secrets
  refresh_interval: 90m
  labels: { app: authelia }
  data: { storage-key: secret/authelia, "yes": "no" }
- name: authelia
  namespace: auth
  sync_mode: external-secrets
  data: { hmac-secret: { key: secrets/authelia, property: hmac.secret } }
- name: gitlab-root
  namespace: gitlab
  source: GITLAB_ROOT_PASSWORD
"#;

#[test]
fn chart_0_10_4_gets_v1beta1() {
    insta::assert_snapshot!(all_files(&generate(&homelab("0.10.4"), MANIFESTS).unwrap()));
}

#[test]
fn chart_0_20_4_gets_v1() {
    insta::assert_snapshot!(all_files(&generate(&homelab("0.20.4"), MANIFESTS).unwrap()));
}

#[test]
fn charts_of_one_api_version_differ_in_the_pin_alone() {
    let old = all_files(&generate(&homelab("0.20.4"), MANIFESTS).unwrap());
    let new = all_files(&generate(&homelab("1.3.2"), MANIFESTS).unwrap());
    assert_eq!(old.replace("0.20.4", "1.3.2"), new);
}

#[test]
fn what_newer_definitions_no_longer_fill_in_is_not_written_for_them() {
    let old = all_files(&generate(&homelab("2.8.0"), MANIFESTS).unwrap());
    let new = all_files(&generate(&homelab("2.9.0"), MANIFESTS).unwrap());
    let filled_in = ["conversionStrategy: Default", "decodingStrategy: None", "metadataPolicy: None"];
    let without: Vec<_> = old.lines().filter(|line| !filled_in.contains(&line.trim())).collect();
    assert_eq!(without.join("\n").replace("2.8.0", "2.9.0"), new.trim_end());
}

#[test]
fn equal_input_gives_equal_bytes() {
    let once = all_files(&generate(&homelab("0.20.4"), MANIFESTS).unwrap());
    let again = all_files(&generate(&homelab("0.20.4"), MANIFESTS).unwrap());
    assert_eq!(once, again);
}

#[test]
fn the_bridge_token_is_declared_beside_the_users_manifests_and_by_value() {
    let bundle = generate(&homelab("0.20.4"), MANIFESTS).unwrap();
    let token = bundle.secrets().last().unwrap();
    insta::assert_snapshot!(k8s_bundle::yaml::to_string(token).unwrap(), @r"
    name: homelab-bridge-token
    namespace: external-secrets-system
    data:
      token: BRIDGE_TOKEN
    ");
}
