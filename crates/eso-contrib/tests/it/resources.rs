//! Other objects of the operator, in its own words.

use eso_contrib::api::{Uuid, UuidSpec};
use eso_contrib::{ResourceConfig, RuntimeSync};
use k8s_bundle::{ObjectMeta, yaml};

use super::{eso_error, generate};

fn config(resources: &str) -> RuntimeSync {
    let stores = "{ fake: { spec: { provider: { fake: { data: [] } } } } }";
    yaml::from_str(&format!(
        "enabled: true\nchart_version: 0.20.4\nstores: {stores}\nresources:\n{resources}"
    ))
    .unwrap()
}

const EACH_KIND: &str = "
  - kind: ExternalSecret
    metadata: { name: db, namespace: acme }
    spec: { secretStoreRef: { name: fake, kind: ClusterSecretStore }, data: [{ secretKey: a, remoteRef: { key: b, property: c } }] }
  - kind: ClusterExternalSecret
    metadata: { name: everywhere, labels: { tier: shared } }
    spec: { namespaces: [acme], externalSecretSpec: { secretStoreRef: { name: fake }, dataFrom: [{ extract: { key: b } }] } }
  - kind: PushSecret
    metadata: { name: up, namespace: acme, annotations: { note: up } }
    spec:
      secretStoreRefs: [{ name: fake, kind: ClusterSecretStore }]
      selector: { secret: { name: db } }
      data: [{ match: { secretKey: a, remoteRef: { remoteKey: b } } }]
  - kind: Password
    metadata: { name: random, namespace: acme }
  - kind: UUID
    apiVersion: generators.external-secrets.io/v1alpha1
    metadata: { name: id, namespace: acme }
    spec: {}
  - spec: { provider: { fake: { data: [] } } }
    kind: SecretStore
    metadata: { name: own, namespace: acme }
  - kind: ClusterSecretStore
    apiVersion: external-secrets.io/v1
    metadata: { name: other }
    spec: { provider: { fake: { data: [] } } }
";

#[test]
fn each_kind_is_written_with_its_defaults() {
    let bundle = generate(&config(EACH_KIND), "[]").unwrap();
    let written: Vec<_> =
        bundle.resources().iter().map(|resource| yaml::to_string(resource).unwrap()).collect();
    insta::assert_snapshot!(written.join("---\n"));
}

#[test]
fn every_mistake_says_what_is_wrong() {
    let refusal = |text: &str| yaml::from_str::<ResourceConfig>(text).unwrap_err().to_string();
    let refusals = [
        "kind: Deployment",
        "{ kind: Password, metadata: { name: a } }",
        "{ kind: ClusterSecretStore, metadata: { name: a, namespace: b }, spec: { provider: { fake: { data: [] } } } }",
        "{ metadata: { name: a } }",
        "{ kind: UUID }",
        "{ kind: UUID, metadata: { name: A } }",
        "{ kind: UUID, metadata: { name: a, uid: b } }",
        "{ kind: UUID, metadata: { name: a }, status: {} }",
        "{ kind: SecretStore, metadata: { name: a, namespace: b } }",
        "kind: SecretStore\nmetadata: { name: a, namespace: b }\nspec: { provider: { fake: { date: [] } } }",
        "spec: { provider: { fake: { date: [] } } }\nkind: SecretStore\nmetadata: { name: a, namespace: b }",
    ]
    .map(refusal);
    insta::assert_snapshot!(refusals.join("\n"));
}

#[test]
fn everything_that_the_operator_would_refuse_is_reported() {
    insta::assert_snapshot!(eso_error(generate(
        &config(
            "
  - { kind: ClusterSecretStore, apiVersion: external-secrets.io/v1beta1, metadata: { name: a }, spec: { provider: { fake: { data: [] } } } }
  - { kind: SecretStore, metadata: { name: a, namespace: b }, spec: { provider: { fake: { data: [{ key: '', value: c }] } } } }
"
        ),
        "[]"
    )), @"
    ClusterSecretStore a: apiVersion: chart 0.20.4 has the kind in external-secrets.io/v1, not in external-secrets.io/v1beta1: leave it away; SecretStore b/a: spec.provider.fake.data[0].key: it is empty
    help: change the field: the operator would refuse it
    ");
}

#[test]
fn rust_users_add_them_too() {
    let meta = ObjectMeta::new("id".parse().unwrap()).in_namespace("acme".parse().unwrap());
    let made = config("  []").with_resource(Uuid::with_spec(meta, UuidSpec::default()));
    assert_eq!(made, config("  - { kind: UUID, metadata: { name: id, namespace: acme } }"));
}
