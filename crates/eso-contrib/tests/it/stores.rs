//! Several stores side by side.

use eso_contrib::{RuntimeSync, unused_stores};
use k8s_bundle::{KubernetesBundle, yaml};

use super::{all_files, eso_error, generate, manifests};

const VAULT: &str = "vault: { server: https://vault.acme.lab, path: kv, auth: { tokenSecretRef: { name: vault-token, key: token } } }";

fn config(text: &str) -> RuntimeSync {
    yaml::from_str(text).unwrap()
}

fn names(config: &RuntimeSync, declared: &str) -> Vec<String> {
    unused_stores(config, &manifests(declared)).into_iter().map(ToString::to_string).collect()
}

fn store_refs(bundle: &KubernetesBundle) -> Vec<String> {
    let secrets = bundle.resources().iter().filter(|resource| resource.kind() == "ExternalSecret");
    secrets.map(|secret| yaml::to_string(&secret.field("spec").unwrap()["secretStoreRef"]).unwrap()).collect()
}

#[test]
fn the_only_store_is_the_default_and_needs_no_bridge() {
    let config = config(&format!(
        "{{ enabled: true, chart_version: 0.20.4, stores: {{ vault: {{ spec: {{ provider: {{ {VAULT} }} }} }} }} }}"
    ));
    let bundle = generate(&config, super::DATABASE).unwrap();
    let kinds: Vec<_> = bundle.resources().iter().map(k8s_bundle::Resource::kind).collect();
    assert_eq!(kinds, ["ClusterSecretStore", "ExternalSecret"]);
    assert_eq!(store_refs(&bundle), ["name: vault\nkind: ClusterSecretStore\n"]);
    assert_eq!(bundle.secrets().len(), 1, "nobody declares a token");
    assert!(names(&config, super::DATABASE).is_empty());
}

#[test]
fn tenants_get_a_store_each_in_their_own_namespace() {
    let config = config(&format!(
        "
enabled: true
chart_version: 0.20.4
stores:
  vault:
    namespaces: [team-b, team-a, team-b]
    labels: {{ tier: tenant }}
    annotations: {{ note: theirs }}
    spec: {{ provider: {{ {VAULT} }} }}
"
    ));
    let declared = "[{ name: db, namespaces: [team-a, team-b], sync_mode: external-secrets, source: DB }]";
    insta::assert_snapshot!(all_files(&generate(&config, declared).unwrap()));
    let elsewhere = "
- { name: db, namespaces: [team-a, other], sync_mode: external-secrets, source: DB }
- { name: cache, namespace: other, sync_mode: external-secrets, source: CACHE }
";
    insta::assert_snapshot!(eso_error(generate(&config, elsewhere)), @"
    other/db: its store vault serves team-a, team-b alone (manifest 1); other/cache: its store vault serves team-a, team-b alone (manifest 2)
    help: add the namespace to the store's namespaces, or name another store by store_ref
    ");
}

#[test]
fn the_bridge_is_the_default_unless_another_store_says_so() {
    let stores = |default: bool| {
        config(&format!(
            "
enabled: true
token_source: BRIDGE_TOKEN
stores: {{ vault: {{ default: {default}, spec: {{ provider: {{ {VAULT} }} }} }} }}
"
        ))
    };
    assert_eq!(
        store_refs(&generate(&stores(false), super::DATABASE).unwrap()),
        ["name: homelab\nkind: ClusterSecretStore\n"]
    );
    assert_eq!(names(&stores(false), super::DATABASE), ["vault"]);
    assert_eq!(
        store_refs(&generate(&stores(true), super::DATABASE).unwrap()),
        ["name: vault\nkind: ClusterSecretStore\n"]
    );
    assert_eq!(names(&stores(true), super::DATABASE), ["homelab"]);
    assert_eq!(names(&stores(true), "[]"), ["homelab", "vault"]);
    assert!(unused_stores(&RuntimeSync::off(), &[]).is_empty());
}

#[test]
fn several_stores_without_a_default_need_to_be_named() {
    let config = config(&format!(
        "
enabled: true
stores: {{ a: {{ spec: {{ provider: {{ {VAULT} }} }} }}, b: {{ spec: {{ provider: {{ {VAULT} }} }} }} }}
"
    ));
    insta::assert_snapshot!(eso_error(generate(&config, super::DATABASE)), @"
    acme-prod/acme-api-db: it names no store, and none of a, b is the default (manifest 1)
    help: name the store by store_ref, or give one of the stores default: true
    ");
}

#[test]
fn a_store_cannot_bring_its_own_login() {
    let of_cluster =
        format!("{{ enabled: true, stores: {{ vault: {{ spec: {{ provider: {{ {VAULT} }} }} }} }} }}");
    let own = "
- { name: vault-token, namespaces: [a, b], sync_mode: external-secrets, data: { token: T } }
- { name: db, namespace: c, sync_mode: external-secrets, data: { password: T } }
";
    insta::assert_snapshot!(eso_error(generate(&config(&of_cluster), own)), @"
    a/vault-token, b/vault-token: it holds what the store vault logs in with, and would have to come through that store first (manifest 1)
    help: deliver it by value: remove sync_mode; or read it from another store by store_ref
    ");
    let by_value = own.replacen(", sync_mode: external-secrets", "", 1);
    assert!(generate(&config(&of_cluster), &by_value).is_ok());
    let placed = of_cluster.replace("key: token", "key: token, namespace: b");
    insta::assert_snapshot!(eso_error(generate(&config(&placed), own)), @"
    b/vault-token: it holds what the store vault logs in with, and would have to come through that store first (manifest 1)
    help: deliver it by value: remove sync_mode; or read it from another store by store_ref
    ");
    let elsewhere = of_cluster.replace("key: token", "key: token, namespace: security");
    assert!(generate(&config(&elsewhere), own).is_ok());
}

#[test]
fn stores_cannot_bring_each_others_logins() {
    use k8s_bundle::Contributor;
    let login = |name: &str| {
        format!(
            "{{ spec: {{ provider: {{ vault: {{ server: 'http://{name}', path: kv, auth: {{ tokenSecretRef: {{ name: {name}, key: t, namespace: s }} }} }} }} }} }}"
        )
    };
    let config = config(&format!("{{ enabled: true, stores: {{ a: {}, b: {} }} }}", login("a"), login("b")));
    let declared = "
- { name: a, namespace: s, sync_mode: external-secrets, store_ref: b, data: { t: A } }
- { name: b, namespace: s, sync_mode: external-secrets, store_ref: a, data: { t: B } }
";
    let contribute = |declared: &str| {
        let mut bundle = KubernetesBundle::with_secrets(manifests(declared));
        eso_contrib::Stores::new(&config).contribute(&mut bundle)
    };
    insta::assert_snapshot!(contribute(declared).unwrap_err(), @"s/a: it holds what the store a logs in with, and would have to come through that store first (manifest 1); s/b: it holds what the store b logs in with, and would have to come through that store first (manifest 2)");
    let (first, _) = declared.trim().split_once('\n').unwrap();
    assert!(contribute(first).is_ok(), "b logs in with a Secret that somebody else brings");
}

#[test]
fn everything_that_is_wrong_with_all_stores_is_reported() {
    let config = config("
enabled: true
chart_version: 0.10.4
stores:
  agent: { spec: { provider: { vault: { server: 'http://agent', path: kv } } } }
  tenant: { namespaces: [a], spec: { provider: { vault: { server: 'http://v', path: kv, auth: { tokenSecretRef: { name: t, namespace: b } } } } } }
");
    insta::assert_snapshot!(eso_error(generate(&config, "[]")), @"
    ClusterSecretStore agent: spec.provider.vault: chart 0.10.4 has no vault without auth; 0.14.4 is the first that has; SecretStore a/tenant: spec.provider.vault.auth.tokenSecretRef.namespace: a SecretStore of a cannot reach into b: leave the namespace away; spec.provider.vault.auth.tokenSecretRef.key: the operator does not know which key of the Secret it is
    help: change the field: the operator would refuse it
    remove it, or pin a chart that has it: k8s.secrets.runtime_sync.chart_version
    ");
}

#[test]
fn a_source_that_a_store_cannot_deliver_is_refused() {
    let config = config("
enabled: true
stores: { cluster: { spec: { provider: { kubernetes: { authRef: { name: k, key: config, namespace: security } } } } } }
");
    let declared = "[{ name: db, namespace: a, sync_mode: external-secrets, data: { user: apps/db, password: { key: db, property: password } } }]";
    insta::assert_snapshot!(eso_error(generate(&config, declared)), @r#"
    a/db, key user: store cluster cannot deliver apps/db: "apps/db" cannot be the name of a Secret, and the store reads Secrets by name (manifest 1)
    help: change the source, or name another store by store_ref
    "#);
}

#[test]
fn the_chart_is_told_what_the_stores_need_and_what_the_user_wants() {
    let config = config("
enabled: true
stores:
  bitwarden:
    spec:
      provider:
        bitwardensecretsmanager:
          bitwardenServerSDKURL: https://bitwarden-sdk-server.external-secrets-system.svc.cluster.local:9998
          caProvider: { type: Secret, name: bitwarden-tls-certs, key: ca.crt, namespace: external-secrets-system }
          organizationID: o
          projectID: p
          auth: { secretRef: { credentials: { name: bitwarden, key: token, namespace: external-secrets-system } } }
chart_values:
  replicaCount: 2
  webhook: { replicaCount: 3, create: true }
  bitwarden-sdk-server: { image: { tag: v0.6.0 } }
  certController: null
");
    let bundle = generate(&config, "[]").unwrap();
    insta::assert_snapshot!(yaml::to_string(&bundle.helm_releases()[0].values).unwrap(), @"
    installCRDs: true
    webhook:
      replicaCount: 3
      create: true
    certController: null
    bitwarden-sdk-server:
      enabled: true
      image:
        tag: v0.6.0
    replicaCount: 2
    ");
}

#[test]
fn a_bitwarden_server_of_ones_own_is_not_installed() {
    for (host, ours) in [
        ("bitwarden-sdk-server", true),
        ("bitwarden-sdk-server.eso", true),
        ("bitwarden-sdk-server.eso.svc", true),
        ("bitwarden-sdk-server.acme.lab", false),
        ("bitwarden-sdk-server.eso.svc.cluster.local", true),
        ("sdk.acme.lab", false),
    ] {
        let text = format!(
            "
provider:
  bitwardensecretsmanager:
    bitwardenServerSDKURL: https://{host}:9998
    organizationID: o
    projectID: p
    auth: {{ secretRef: {{ credentials: {{ name: a, key: b }} }} }}
"
        );
        let spec: eso_contrib::api::StoreSpec = yaml::from_str(&text).unwrap();
        let eso_contrib::api::provider::Provider::Bitwarden(bitwarden) = spec.provider else {
            panic!("{text}")
        };
        assert_eq!(bitwarden.uses_the_charts_server(), ours, "{host}");
    }
}

#[test]
fn the_operator_is_told_which_authority_signs_for_the_bridge() {
    let bridge = |more: &str| {
        let config = config(&format!(
            "{{ enabled: true, chart_version: 0.20.4, token_source: BRIDGE_TOKEN, {more} }}"
        ));
        generate(&config, super::DATABASE)
    };
    let spec = |more: &str| {
        let bundle = bridge(more).unwrap();
        let store =
            bundle.resources().iter().find(|resource| resource.kind() == "ClusterSecretStore").unwrap();
        let vault = &store.field("spec").unwrap()["provider"]["vault"];
        (vault["caBundle"].clone(), vault["caProvider"].clone())
    };
    let pem = r#"bridge_ca: "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n""#;
    let encoded = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUIKLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo=";
    assert_eq!(spec(pem), (encoded.into(), serde_yaml::Value::Null));
    assert_eq!(spec(&format!("bridge_ca: {encoded}")).0, encoded);
    let object = "{ type: Secret, name: bridge-tls, key: ca.crt, namespace: secretbridge }";
    let (bundle, provider) = spec(&format!("bridge_ca_provider: {object}"));
    assert!(bundle.is_null());
    assert_eq!(provider, yaml::from_str::<serde_yaml::Value>(object).unwrap());
    insta::assert_snapshot!(eso_error(bridge(&format!("{pem}, bridge_ca_provider: {object}"))), @"
    ClusterSecretStore homelab: spec.provider.vault.caProvider: the operator takes caBundle and never looks at it: give one of the two
    help: change the field: the operator would refuse it
    ");
    insta::assert_snapshot!(eso_error(bridge("bridge_ca_provider: { type: ConfigMap, name: ca, key: ca.crt }")), @"
    ClusterSecretStore homelab: spec.provider.vault.caProvider.namespace: a ClusterSecretStore needs it here
    help: change the field: the operator would refuse it
    ");
}
