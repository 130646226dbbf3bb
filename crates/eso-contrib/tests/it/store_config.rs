//! `k8s.secrets.runtime_sync.stores` as users write it.

use eso_contrib::api::StoreSpec;
use eso_contrib::api::provider::FakeProvider;
use eso_contrib::{RuntimeSync, StoreConfig};
use k8s_bundle::yaml;

fn fake() -> StoreSpec {
    StoreSpec::new(FakeProvider::new().into())
}

fn refusal(text: &str) -> String {
    yaml::from_str::<RuntimeSync>(text).unwrap_err().to_string()
}

#[test]
fn every_field_can_be_written() {
    let read: RuntimeSync = yaml::from_str(
        "
enabled: true
stores:
  tenants:
    default: true
    namespaces: [a, b]
    labels: { tier: tenant }
    annotations: { note: theirs }
    spec: { provider: { fake: { data: [] } } }
  shared: { spec: { provider: { fake: { data: [] } } } }
chart_values: { replicaCount: 2 }
",
    )
    .unwrap();
    let tenants = StoreConfig::new(fake())
        .as_default()
        .in_namespaces(["a".parse().unwrap(), "b".parse().unwrap()])
        .with_label("tier".parse().unwrap(), "tenant".parse().unwrap())
        .with_annotation("note".parse().unwrap(), "theirs");
    let made = RuntimeSync::reading_from("tenants".parse().unwrap(), tenants)
        .with_store("shared".parse().unwrap(), StoreConfig::new(fake()))
        .with_chart_values(yaml::from_str("{ replicaCount: 2 }").unwrap());
    assert_eq!(read, made);
}

#[test]
fn every_mistake_says_what_is_wrong() {
    let store = "{ spec: { provider: { fake: { data: [] } } } }";
    let default = "{ default: true, spec: { provider: { fake: { data: [] } } } }";
    insta::assert_snapshot!(refusal(&format!("{{ enabled: true, stores: {{ a: {default}, b: {default}, c: {store} }} }}")), @"stores a, b say that they are the default");
    insta::assert_snapshot!(refusal(&format!("{{ enabled: true, token_source: T, stores: {{ homelab: {store}, a: {default}, b: {default} }} }}")), @"stores a, b say that they are the default; store homelab has the name of the bridge's store");
    insta::assert_snapshot!(refusal(&format!("{{ stores: {{ a: {store}, a: {store} }} }}")), @r#"stores: duplicate entry with key "a" at line 1 column 11"#);
    insta::assert_snapshot!(refusal("{ stores: { A: {} } }"), @r#"stores: object name "A" is not valid: 'A' at position 1 is not allowed there; allowed: lower-case letters, digits, '-' and '.', a letter or digit at both ends of each part, at most 253 characters at line 1 column 13"#);
    insta::assert_snapshot!(refusal("{ stores: { a: {} } }"), @"stores.a: missing field `spec` at line 1 column 16");
    insta::assert_snapshot!(refusal("{ stores: { a: { provider: {} } } }"), @"stores.a: unknown field `provider`, expected one of `default`, `namespaces`, `labels`, `annotations`, `spec` at line 1 column 18");
}

#[test]
fn what_rust_users_put_together_is_checked_as_well() {
    use k8s_bundle::{Contributor, KubernetesBundle};
    let two = RuntimeSync::reading_from("a".parse().unwrap(), StoreConfig::new(fake()).as_default())
        .with_store("b".parse().unwrap(), StoreConfig::new(fake()).as_default());
    let error = eso_contrib::Stores::new(&two).contribute(&mut KubernetesBundle::new()).unwrap_err();
    insta::assert_snapshot!(error, @"stores a, b say that they are the default");
}
