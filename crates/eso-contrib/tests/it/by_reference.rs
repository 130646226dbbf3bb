//! Every field of a manifest, in the operator's words: what was declared is what comes out, or an error that says why not.

use super::golden_files::{CHARTS, for_chart, golden};
use super::{eso_error, generate, homelab};

/// All that a manifest can say, as far as the chart has it.
const EVERYTHING: &str = r#"
- name: credentials
  namespace: acme
  sync_mode: external-secrets
  type: basic-auth
  labels: { team: web }
  annotations: { note: "on {{ .Values }}" }
  reload: true
  refresh_interval: 90m
  refresh_policy: Periodic # since 0.16.0
  creation_policy: Owner
  deletion_policy: Delete
  store_ref: homelab
  data:
    username: { key: apps/acme, property: user }
    password:
      key: secret/acme
      property: password
      version: "3"
      decoding_strategy: Base64URL
    owner: { key: secret/acme, property: owner, metadata_policy: Fetch }
  template:
    merge_policy: Merge
    engine_version: v2
    data:
      s3.conf: |
        access_key = {{ .username }}
        secret_key = {{ .password | b64enc }}
    metadata:
      labels: { user: "{{ .username | lower }}" }
      annotations: { owner: "{{ .owner }}" }
- name: many
  namespace: acme
  sync_mode: external-secrets
  immutable: true
  reload: false
  refresh_interval: "0"
  creation_policy: Orphan
  deletion_policy: Retain
  data_from:
  - extract: { key: infrastructure/minio }
  - extract:
      key: secret/minio
      property: nested
      version: "2"
      decoding_strategy: Auto
      conversion_strategy: Unicode
  - extract: { key: secret/minio, metadata_policy: Fetch }
    rewrite:
    - regexp: { source: "(.*)", target: "minio-$1" }
    - transform: { template: "{{ .value | upper }}" }
    - merge: {} # since 0.20.4
    - merge: { into: all, priority: [a, b], conflict_policy: Ignore, strategy: JSON } # since 0.20.4
    - merge: { priority_policy: IgnoreNotFound } # since 0.20.4
  - find: { name: { regexp: ^apps/ } }
  - find: { path: apps, tags: { team: web }, conversion_strategy: Unicode, decoding_strategy: Base64 }
  - generator: { kind: Password, name: initial }
- name: joined
  namespace: acme
  sync_mode: external-secrets
  creation_policy: Merge
  deletion_policy: Merge
  labels: { team: web }
  data: { password: { key: apps/acme, property: password } }
- name: read-only
  namespace: acme
  sync_mode: external-secrets
  refresh_policy: CreatedOnce # since 0.16.0
  creation_policy: None
  data: { password: { key: apps/acme, property: password } }
"#;

#[test]
fn everything_that_a_manifest_can_say_is_written() {
    for chart in CHARTS {
        let bundle = generate(&homelab(chart), &for_chart(chart, EVERYTHING)).unwrap();
        golden(chart, "declared", bundle.resources());
    }
}

#[test]
fn an_old_chart_is_told_everything_that_it_lacks_in_the_words_of_the_manifests() {
    insta::assert_snapshot!(eso_error(generate(
        &homelab("0.10.2"),
        r"
- name: db
  namespaces: [acme, test]
  sync_mode: external-secrets
  refresh_policy: OnChange
  creation_policy: CreateOrMerge
  data:
    password: { key: a, null_byte_policy: Fail }
- name: many
  namespace: acme
  sync_mode: external-secrets
  data_from: [{ extract: { key: a } }]
- name: many
  namespace: acme
  sync_mode: external-secrets
  data_from:
  - generator: { kind: UUID, name: id }
  - generator: { kind: Horoscope, name: today }
- name: merged
  namespace: acme
  sync_mode: external-secrets
  data_from:
  - extract: { key: a }
    rewrite: [{ merge: { priority_policy: IgnoreNotFound } }]
  - extract: { key: b, null_byte_policy: Fail }
- name: token
  namespace: kube-system
  sync_mode: external-secrets
  store_ref: elsewhere
  data: { a: A }
"
    )));
}

#[test]
fn what_is_wrong_in_a_template_is_said_with_its_place() {
    insta::assert_snapshot!(eso_error(generate(
        &homelab("0.10.4"),
        r#"
- name: db
  namespace: acme
  sync_mode: external-secrets
  data: { password: A }
- name: db
  namespace: acme
  sync_mode: external-secrets
  data: { user: B }
  template:
    data:
      ok: "{{ .password | b64enc }}"
      url: "x\n  {{ .password | certSANs }}"
      dsn: "{{ .pasword }}"
      open: "{{ .password"
    metadata: { annotations: { note: "{{ .user | whatever }}" } }
- name: keys
  namespace: acme
  sync_mode: external-secrets
  data_from: [{ extract: { key: a }, rewrite: [{ transform: { template: "{{ .name }}" } }] }]
  template: { data: { a: "{{ .anything }}" } }
"#
    )));
}

#[test]
fn a_secret_that_somebody_else_makes_keeps_its_type() {
    let template = |creation: &str, secret_type: &str| {
        let text = format!(
            "[{{ name: db, namespace: acme, sync_mode: external-secrets, creation_policy: {creation}, type: {secret_type},
                 data: {{ tls.crt: A, tls.key: B }} }}]"
        );
        let bundle = generate(&homelab("2.9.0"), &text).unwrap();
        let spec = bundle.resources().last().unwrap().field("spec").unwrap();
        spec["target"]["template"]["type"].as_str().map(str::to_owned)
    };
    for (creation, secret_type, written) in [
        ("Owner", "Opaque", Some("Opaque")),
        ("Orphan", "Opaque", Some("Opaque")),
        ("Merge", "Opaque", None),
        ("CreateOrMerge", "Opaque", None),
        ("Merge", "tls", Some("kubernetes.io/tls")),
    ] {
        assert_eq!(template(creation, secret_type).as_deref(), written, "{creation} {secret_type}");
    }
}

#[test]
fn contradictions_and_what_the_operator_refuses_are_reported_together() {
    insta::assert_snapshot!(eso_error(generate(&homelab("0.10.4"), r"
- { name: db, namespace: acme, sync_mode: external-secrets, data: { a: A }, refresh_policy: OnChange }
- { name: db, namespace: acme, sync_mode: external-secrets, data: { a: B } }
- { name: up, namespace: acme, sync_mode: external-secrets, data_from: [{ extract: { key: ../up } }] }
")), @r#"
    acme/db: refresh_policy: chart 0.10.4 has no refreshPolicy; 0.16.0 is the first that has (manifest 1); acme/db, key a: it comes from A and from B (manifests 1 and 2); acme/up: it comes from the path "../up", which has an empty segment, "." or ".." (manifest 3)
    help: keep one of the two sources, or give one of them another key
    remove it, or pin a chart that has it: k8s.secrets.runtime_sync.chart_version
    write the path without empty segments, "." and ".."
    "#);
}
