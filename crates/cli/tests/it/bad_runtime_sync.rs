//! Settings of run-time sync that are wrong: every problem, each with its place, none with what may be a secret.

use insta::assert_snapshot;
use test_kit::Canary;

use crate::sandbox::Sandbox;

/// Runs `plan` on settings of run-time sync in which `CANARY` stands for what must not be shown.
fn plan(runtime_sync: &str, secrets: &str) -> String {
    let (mut sandbox, canary) = (Sandbox::new(), Canary::seeded(7));
    let settings = runtime_sync.replace('\n', "\n      ");
    let config = format!(
        "instance: acme\nk8s:\n  secrets:\n    runtime_sync:\n      enabled: true\n      {settings}\n{secrets}"
    );
    sandbox.write("secretbridge.yaml", &config.replace("CANARY", canary.text()));
    sandbox.watch(canary);
    for command in ["plan", "build", "inventory"] {
        assert_eq!(sandbox.run(&[command, "--output", "json"]).code, Some(3), "{command}");
    }
    sandbox.run(&["plan"]).to_string()
}

#[test]
fn every_problem_of_stores_is_reported_at_once() {
    let said = plan(
        "\
stores:
  vault:
    spec: { provider: { vault: { sever: CANARY, auth: { kubernetes: { role: CANARY } } } } }
  nothing:
    labels: {}
  web:
    spec: { provider: { webhook: { headers: [CANARY] } } }
  both:
    spec: { provider: { fake: { data: [{}] }, kubernetes: {} } }",
        "",
    );
    assert_snapshot!(said, @"
    exit code 3
    --- stderr
    error: secretbridge.yaml has 7 problems
      × `server` is missing
       ╭─[secretbridge.yaml:8:31]
     8 │           spec: { provider: { vault: { sever: ********************************, auth: { kubernetes: { role: ******************************** } } } } }
       ·                               ─────
       ╰────
      × unknown field `sever`
       ╭─[secretbridge.yaml:8:40]
     8 │           spec: { provider: { vault: { sever: ********************************, auth: { kubernetes: { role: ******************************** } } } } }
       ·                                        ─────
       ╰────
      help: did you mean `server`?
      × `spec` is missing
       ╭─[secretbridge.yaml:9:9]
     9 │         nothing:
       ·         ───────
       ╰────
      × `url` is missing
        ╭─[secretbridge.yaml:12:31]
     12 │           spec: { provider: { webhook: { headers: ********************************** } } }
        ·                               ───────
        ╰────
      × wrong type: found a list, expected a map
        ╭─[secretbridge.yaml:12:42]
     12 │           spec: { provider: { webhook: { headers: ********************************** } } }
        ·                                          ───────
        ╰────
      × `key` is missing
        ╭─[secretbridge.yaml:14:46]
     14 │           spec: { provider: { fake: { data: [{}] }, kubernetes: {} } }
        ·                                              ──
        ╰────
      × `value` is missing
        ╭─[secretbridge.yaml:14:46]
     14 │           spec: { provider: { fake: { data: [{}] }, kubernetes: {} } }
        ·                                              ──
        ╰────
    ");
}

#[test]
fn what_stands_where_a_reference_belongs_is_not_shown() {
    let said = plan(
        "\
stores:
  vault:
    spec: { provider: { vault: { server: 'CANARY', path: [CANARY], auth: { tokenSecretRef: { name: CANARY!, key: 't CANARY' } } } } }
  fake:
    spec: { provider: { fake: { data: [{ key: a, value: CANARY, versoin: CANARY }] } } }
  web:
    spec: { provider: { webhook: { url: 'https://x?t=CANARY', headers: { Authorization: CANARY }, result: {}, timeout: CANARY } } }
resources:
  - { kind: PushSecret, metadata: { name: a, namespace: b }, spec: { selector: CANARY } }
  - { kind: Nothing, metadata: { name: a }, spec: { token: CANARY } }
chart_values: [CANARY]",
        "secrets: [{ name: a, namespace: b, template: { data: { k: [CANARY] } }, source: x }]\n",
    );
    assert_snapshot!(said, @r#"
    exit code 3
    --- stderr
    error: secretbridge.yaml has 11 problems
      × the address is not valid: it does not start with http:// or https://
       ╭─[secretbridge.yaml:8:48]
     8 │           spec: { provider: { vault: { server: **********************************, path: **********************************, auth: { tokenSecretRef: { name: *********************************, key: ** ********************************* } } } } }
       ·                                                ──────────────────────────────────
       ╰────
      × wrong type: found a list, expected text
       ╭─[secretbridge.yaml:8:84]
     8 │           spec: { provider: { vault: { server: **********************************, path: **********************************, auth: { tokenSecretRef: { name: *********************************, key: ** ********************************* } } } } }
       ·                                                                                    ────
       ╰────
      × object name (not shown) is not valid: 'N' at position 2 is not allowed there; allowed: lower-
      │ case letters, digits, '-' and '.', a letter or digit at both ends of each part, at most 253
      │ characters
       ╭─[secretbridge.yaml:8:158]
     8 │           spec: { provider: { vault: { server: **********************************, path: **********************************, auth: { tokenSecretRef: { name: *********************************, key: ** ********************************* } } } } }
       ·                                                                                                                                                              ─────────────────────────────────
       ╰────
      × data key (not shown) is not valid: ' ' at position 2 is not allowed there; allowed: letters,
      │ digits, '-', '_' and '.', at most 253 characters
       ╭─[secretbridge.yaml:8:198]
     8 │           spec: { provider: { vault: { server: **********************************, path: **********************************, auth: { tokenSecretRef: { name: *********************************, key: ** ********************************* } } } } }
       ·                                                                                                                                                                                                      ────────────────────────────────────
       ╰────
      × unknown field `versoin`
        ╭─[secretbridge.yaml:10:97]
     10 │           spec: { provider: { fake: { data: [{ key: *, value: ********************************, versoin: ******************************** }] } } }
        ·                                                                                                 ───────
        ╰────
      help: did you mean `version`?
      × duration (not shown) is not valid; write it as Go does: "30s", "15m", "1h", "1h30m", or "0"
        ╭─[secretbridge.yaml:12:178]
     12 │           spec: { provider: { webhook: { url: **********************************************, headers: { Authorization: ******************************** }, result: {}, timeout: ******************************** } } }
        ·                                                                                                                                                                                  ────────────────────────────────
        ╰────
      × `secretStoreRefs` is missing
        ╭─[secretbridge.yaml:14:68]
     14 │         - { kind: PushSecret, metadata: { name: a, namespace: b }, spec: { selector: ******************************** } }
        ·                                                                    ────
        ╰────
      × wrong type: found text, expected a map of fields
        ╭─[secretbridge.yaml:14:86]
     14 │         - { kind: PushSecret, metadata: { name: a, namespace: b }, spec: { selector: ******************************** } }
        ·                                                                                      ────────────────────────────────
        ╰────
      × unknown word `Nothing`
        ╭─[secretbridge.yaml:15:19]
     15 │         - { kind: Nothing, metadata: { name: a }, spec: { token: ******************************** } }
        ·                   ───────
        ╰────
      help: known here: ExternalSecret, ClusterExternalSecret, PushSecret, Password, UUID,
            SecretStore, ClusterSecretStore
      × wrong type: found a list, expected a YAML mapping
        ╭─[secretbridge.yaml:16:7]
     16 │       chart_values: **********************************
        ·       ────────────
        ╰────
      × wrong type: found a list, expected text
        ╭─[secretbridge.yaml:17:56]
     17 │ secrets: [{ name: a, namespace: b, template: { data: { k: ********************************** } }, source: x }]
        ·                                                        ─
        ╰────
    "#);
}

#[test]
fn what_the_operator_would_refuse_is_shown_at_its_field() {
    let said = plan(
        "\
chart_version: 0.10.4
stores:
  vault:
    spec: { provider: { vault: { server: 'https://vault', path: kv, checkAndSet: { required: true }, auth: { tokenSecretRef: { name: t, namespace: s, key: t } } } } }
resources:
  - kind: ExternalSecret
    metadata: { name: a, namespace: b }
    spec: { refreshPolicy: OnChange, secretStoreRef: { name: vault }, data: [] }
  - kind: PushSecret
    metadata: { name: c, namespace: b }
    spec: { secretStoreRefs: [{}], selector: { secret: { name: x } } }",
        "\
secrets:
  - name: late
    namespace: b
    sync_mode: external-secrets
    refresh_policy: CreatedOnce
    data: { k: v }
",
    );
    assert_snapshot!(said, @"
    exit code 3
    --- stderr
    error: secretbridge.yaml has 5 problems
      × ClusterSecretStore vault: spec.provider.vault.checkAndSet: chart 0.10.4 has no checkAndSet;
      │ 0.20.0 is the first that has
       ╭─[secretbridge.yaml:9:75]
     9 │           spec: { provider: { vault: { server: ***************, path: **, checkAndSet: { required: **** }, auth: { tokenSecretRef: { name: *, namespace: *, key: * } } } } }
       ·                                                                           ───────────
       ╰────
      help: remove it, or pin a chart that has it: k8s.secrets.runtime_sync.chart_version
      × ExternalSecret b/a: spec.refreshPolicy: chart 0.10.4 has no refreshPolicy; 0.16.0 is the first
      │ that has
        ╭─[secretbridge.yaml:13:34]
     13 │           spec: { refreshPolicy: OnChange, secretStoreRef: { name: ***** }, data: [] }
        ·                                  ────────
        ╰────
      help: remove it, or pin a chart that has it: k8s.secrets.runtime_sync.chart_version
      × ExternalSecret b/a: spec: it needs data or dataFrom
        ╭─[secretbridge.yaml:13:11]
     13 │           spec: { refreshPolicy: OnChange, secretStoreRef: { name: ***** }, data: [] }
        ·           ────
        ╰────
      help: change the field: the operator would refuse it
      × PushSecret b/c: spec.secretStoreRefs[0]: it needs exactly one of name and labelSelector
        ╭─[secretbridge.yaml:16:37]
     16 │           spec: { secretStoreRefs: [{}], selector: { secret: { name: * } } }
        ·                                     ──
        ╰────
      help: change the field: the operator would refuse it
      × b/late: refresh_policy: chart 0.10.4 has no refreshPolicy; 0.16.0 is the first that has
        ╭─[secretbridge.yaml:21:21]
     21 │     refresh_policy: CreatedOnce
        ·                     ───────────
        ╰────
      help: remove it, or pin a chart that has it: k8s.secrets.runtime_sync.chart_version
    ");
}

#[test]
fn a_store_that_does_not_exist_or_serves_others_is_shown_where_it_is_named() {
    let said = plan(
        "\
stores:
  vault:
    spec: { provider: { vault: { server: 'https://vault', path: kv, auth: { tokenSecretRef: { name: t, namespace: s, key: t } } } } }
  teams:
    namespaces: [team-a]
    spec: { provider: { vault: { server: 'https://vault', path: kv, auth: { tokenSecretRef: { name: t, key: t } } } } }",
        "\
secrets:
  - { name: a, namespace: b, sync_mode: external-secrets, store_ref: vualt, source: X }
  - { name: b, namespace: b, sync_mode: external-secrets, store_ref: teams, source: X }
  - { name: c, namespace: b, sync_mode: external-secrets, source: X }
",
    );
    assert_snapshot!(said, @"
    exit code 3
    --- stderr
    error: secretbridge.yaml has 3 problems
      × b/a: its store vualt does not exist; there are teams, vault
        ╭─[secretbridge.yaml:13:70]
     13 │   - { name: a, namespace: b, sync_mode: external-secrets, store_ref: vualt, source: X }
        ·                                                                      ─────
        ╰────
      help: did you mean `vault`?
      × b/b: its store teams serves team-a alone
        ╭─[secretbridge.yaml:10:11]
     10 │           namespaces: [team-a]
        ·           ──────────
        ╰────
        ╭─[secretbridge.yaml:14:70]
     14 │   - { name: b, namespace: b, sync_mode: external-secrets, store_ref: teams, source: X }
        ·                                                                      ─────
        ╰────
      help: add the namespace to the store's namespaces, or name another store by store_ref
      × b/c: it names no store, and none of teams, vault is the default
        ╭─[secretbridge.yaml:15:13]
     15 │   - { name: c, namespace: b, sync_mode: external-secrets, source: X }
        ·             ─
        ╰────
      help: name the store by store_ref, or give one of the stores default: true
    ");
}

#[test]
fn stores_that_cannot_stand_beside_each_other_are_shown_all() {
    let said = plan(
        "\
token_source: BRIDGE_TOKEN
stores:
  vault:
    default: true
    spec: { provider: { vault: { server: 'https://vault', path: kv, auth: { tokenSecretRef: { name: t, namespace: s, key: t } } } } }
  other:
    default: true
    spce: {}
  homelab:
    spec: {}",
        "",
    );
    assert_snapshot!(said, @"
    exit code 3
    --- stderr
    error: secretbridge.yaml has 4 problems
      × stores other, vault say that they are the default
       ╭─[secretbridge.yaml:9:11]
     9 │           default: true
       ·           ───────
       ╰────
        ╭─[secretbridge.yaml:12:11]
     12 │           default: true
        ·           ───────
        ╰────
      help: leave default: true to one store; manifests name the others by store_ref
      × `spec` is missing
        ╭─[secretbridge.yaml:11:9]
     11 │         other:
        ·         ─────
        ╰────
      × unknown field `spce`
        ╭─[secretbridge.yaml:13:11]
     13 │           spce: **
        ·           ────
        ╰────
      help: did you mean `spec`?
      × store homelab has the name of the bridge's store
        ╭─[secretbridge.yaml:14:9]
     14 │         homelab:
        ·         ───────
        ╰────
      help: give the store another name, or the bridge's store one by store_name
    ");
}

#[test]
fn run_time_sync_without_any_store_is_refused() {
    assert_snapshot!(plan("stores: {}", ""), @"
    exit code 3
    --- stderr
    error: secretbridge.yaml has a problem
      × runtime_sync is enabled, but has neither a token_source for the bridge nor stores
       ╭─[secretbridge.yaml:5:7]
     5 │       enabled: true
       ·       ───────
       ╰────
      help: add token_source: the path in the store that holds the bridge's token, such as
            BRIDGE_TOKEN; or add stores
    ");
}

#[test]
fn a_field_of_a_manifest_that_the_operator_would_refuse_is_shown() {
    let said = plan(
        "chart_version: 0.10.4\ntoken_source: BRIDGE_TOKEN",
        "\
secrets:
  - name: a
    namespace: b
    sync_mode: external-secrets
    data: { k: v }
    data_from: [{ extract: { key: x } }, { generator: { kind: Nothing, name: n } }]
    template:
      data:
        s3.conf: '{{ .k | nothing }}'
        other.conf: '{{ .k'
",
    );
    assert_snapshot!(said, @r#"
    exit code 3
    --- stderr
    error: secretbridge.yaml has 3 problems
      × b/a, key other.conf: its template, line 1, column 6: an action is not closed: }} is missing
        ╭─[secretbridge.yaml:17:9]
     17 │         other.conf: *** ***
        ·         ──────────
        ╰────
      help: mend the template
      × b/a, key s3.conf: its template, line 1, column 9: no version of the operator has a function
      │ "nothing"
        ╭─[secretbridge.yaml:16:9]
     16 │         s3.conf: *** ** * ******* ***
        ·         ───────
        ╰────
      help: mend the template
      × b/a: data_from[1].generator.kind: no chart has the generator Nothing
        ╭─[secretbridge.yaml:13:63]
     13 │     data_from: [{ extract: { key: x } }, { generator: { kind: Nothing, name: n } }]
        ·                                                               ───────
        ╰────
      help: write the kind as the operator does, such as Password or UUID
    "#);
}
