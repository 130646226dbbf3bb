//! What the operator of a chart would refuse is refused here, with the field and all at once.

use eso_contrib::Error;
use eso_contrib::api::{
    ClusterExternalSecret, ClusterExternalSecretSpec, ExternalSecret, ExternalSecretSpec, Password,
    PasswordSpec, PushSecret, PushSecretSpec,
};
use k8s_bundle::{ObjectMeta, Resource, yaml};

fn metadata() -> ObjectMeta {
    ObjectMeta::new("db".parse().unwrap()).in_namespace("acme".parse().unwrap())
}

/// The object that is refused, and its problems, one a line.
fn problems(result: eso_contrib::Result<Resource>) -> String {
    let Err(Error::Resource { object, problems }) = result else { panic!("it was to be refused") };
    let problems = problems.iter().map(|problem| format!("\n{problem}"));
    problems.fold(object, |text, problem| text + &problem)
}

fn external_secret(chart: &str, spec: &str) -> String {
    let spec: ExternalSecretSpec = yaml::from_str(spec).unwrap();
    problems(ExternalSecret::with_spec(metadata(), spec).to_resource(&chart.parse().unwrap()))
}

fn push_secret(chart: &str, spec: &str) -> String {
    let spec: PushSecretSpec = yaml::from_str(spec).unwrap();
    problems(PushSecret::with_spec(metadata(), spec).to_resource(&chart.parse().unwrap()))
}

#[test]
fn an_old_chart_is_told_every_field_that_it_lacks() {
    insta::assert_snapshot!(external_secret(
        "0.10.2",
        r#"
refreshPolicy: OnChange
syncWindows: { kind: allow, windows: [{ schedule: "@daily", duration: 1h }] }
secretStoreRef: { name: vault }
target:
  creationPolicy: CreateOrMerge
  manifest: { apiVersion: v1, kind: ConfigMap }
  template:
    metadata: { finalizers: [a/b] }
    templateFrom: [{ literal: "a: b", valuesDecodingStrategy: Base64 }]
data: [{ secretKey: a, remoteRef: { key: a, property: b, nullBytePolicy: Fail } }]
dataFrom:
- extract: { key: a, nullBytePolicy: Ignore }
  rewrite: [{ merge: { priorityPolicy: Strict } }]
- sourceRef: { generatorRef: { kind: UUID, name: id } }
"#
    ));
}

#[test]
fn the_rules_of_the_webhook_hold() {
    insta::assert_snapshot!(external_secret(
        "1.3.2",
        r"
syncWindows: { kind: deny, windows: [] }
target: { creationPolicy: None, deletionPolicy: Merge, template: { type: bootstrap.kubernetes.io/token } }
data:
- { secretKey: a, remoteRef: { key: a, property: b } }
- secretKey: a
  remoteRef: { key: b, property: b }
  sourceRef: { generatorRef: { kind: UUID, name: id } }
- { secretKey: c, remoteRef: { key: b, property: b }, sourceRef: {} }
dataFrom:
- {}
- { extract: { key: a }, find: { tags: { a: b } } }
- { extract: { key: a }, sourceRef: { generatorRef: { kind: UUID, name: id } }, rewrite: [{}, { merge: { strategy: JSON } }] }
- { sourceRef: { storeRef: { name: a }, generatorRef: { kind: UUID, name: id } } }
"
    ));
}

#[test]
fn a_secret_without_a_source_is_refused() {
    insta::assert_snapshot!(external_secret("0.10.4", "{ secretStoreRef: { name: vault } }"), @r"
    ExternalSecret acme/db
    spec: it needs data or dataFrom
    ");
}

#[test]
fn a_text_that_server_side_apply_would_change_is_refused() {
    let spec = r#"
secretStoreRef: { name: vault }
data: [{ secretKey: a, remoteRef: { key: a, property: b } }]
target: { template: { data: { text: "one\u0085two {{ .a }}", fine: "one{{ `\\x` }}two" } } }
"#;
    insta::assert_snapshot!(external_secret("1.3.2", spec), @r#"
    ExternalSecret acme/db
    spec.target.template.data.text: it has the character U+0085, which server-side apply does not carry: write {{ "\u0085" }}
    "#);
}

#[test]
fn an_older_operator_makes_no_secret_with_a_long_name() {
    let of_length = |length: usize, chart: &str| {
        let metadata =
            ObjectMeta::new("n".repeat(length).parse().unwrap()).in_namespace("acme".parse().unwrap());
        let spec = "{ secretStoreRef: { name: v }, dataFrom: [{ extract: { key: a } }] }";
        ExternalSecret::with_spec(metadata, yaml::from_str(spec).unwrap())
            .to_resource(&chart.parse().unwrap())
    };
    assert!(problems(of_length(93, "0.17.0")).ends_with(
        "its name has 93 bytes, and the operator makes no Secret of one with more than 92 before chart 0.18.1"
    ));
    of_length(92, "0.10.4").unwrap();
    of_length(253, "0.18.1").unwrap();
}

#[test]
fn only_an_owner_deletes() {
    for creation in ["Merge", "None"] {
        let spec = format!(
            "{{ secretStoreRef: {{ name: v }}, dataFrom: [{{ extract: {{ key: a }} }}],
               target: {{ deletionPolicy: Delete, creationPolicy: {creation} }} }}"
        );
        assert!(external_secret("0.10.4", &spec).contains("spec.target.deletionPolicy: "), "{creation}");
    }
}

#[test]
fn templates_of_a_secret_go_to_what_a_secret_has() {
    insta::assert_snapshot!(external_secret("1.3.2", r"
secretStoreRef: { name: vault }
data: [{ secretKey: a, remoteRef: { key: a, property: b } }]
target: { template: { templateFrom: [{ literal: 'a: b', target: spec.a }, { target: Labels }] } }
"), @r"
    ExternalSecret acme/db
    spec.target.template.templateFrom[0].target: for a Secret it is Data, Annotations or Labels
    spec.target.template.templateFrom[1]: it needs exactly one of configMap, secret and literal
    ");
}

#[test]
fn a_cluster_external_secret_says_what_is_wrong_within() {
    let spec: ClusterExternalSecretSpec = yaml::from_str(
        r"
namespaceSelector: { matchExpressions: [{ key: a, operator: In }] }
namespaceSelectors: [{ matchExpressions: [{ key: a, operator: Exists, values: [b] }] }]
externalSecretSpec: { refreshPolicy: Periodic }
",
    )
    .unwrap();
    let metadata = ObjectMeta::new("db".parse().unwrap());
    let refused = ClusterExternalSecret::with_spec(metadata, spec).to_resource(&"0.10.4".parse().unwrap());
    insta::assert_snapshot!(problems(refused), @r"
    ClusterExternalSecret db
    spec.externalSecretSpec.refreshPolicy: chart 0.10.4 has no refreshPolicy; 0.16.0 is the first that has
    spec.externalSecretSpec: it needs data or dataFrom
    spec.namespaceSelector.matchExpressions[0].values: In and NotIn need at least one value
    spec.namespaceSelectors[0].matchExpressions[0].values: Exists and DoesNotExist take no values
    ");
    let nowhere = ClusterExternalSecret::new(
        "db".parse().unwrap(),
        yaml::from_str("{ secretStoreRef: { name: v }, dataFrom: [{ extract: { key: a } }] }").unwrap(),
    );
    insta::assert_snapshot!(problems(nowhere.to_resource(&"0.10.4".parse().unwrap())), @r"
    ClusterExternalSecret db
    spec: it selects no namespace: it needs namespaces or namespaceSelectors
    ");
}

#[test]
fn an_old_chart_is_told_what_it_cannot_push() {
    insta::assert_snapshot!(push_secret(
        "0.10.4",
        r"
secretStoreRefs: [{ name: vault, labelSelector: {} }, {}]
selector: { secret: { name: a, selector: {} }, generatorRef: { kind: ClusterGenerator, name: a } }
template: { metadata: { finalizers: [a/b] } }
dataTo: [{ remoteKey: a, rewrite: [{ regexp: { source: a, target: b } }, {}] }]
"
    ));
}

#[test]
fn a_push_without_stores_is_refused() {
    insta::assert_snapshot!(push_secret("1.3.2", "{ secretStoreRefs: [], selector: {} }"), @r"
    PushSecret acme/db
    spec.secretStoreRefs: it needs at least one store
    spec.selector: it needs exactly one of secret and generatorRef
    ");
}

#[test]
fn passwords_that_cannot_be_made_are_refused() {
    let password = |spec: &str| {
        let spec: PasswordSpec = yaml::from_str(spec).unwrap();
        problems(Password::with_spec(metadata(), spec).to_resource(&"0.10.4".parse().unwrap()))
    };
    insta::assert_snapshot!(password("{ length: 100, symbolCharacters: '!', encoding: hex, secretKeys: [] }"), @r"
    Password acme/db
    spec.encoding: chart 0.10.4 has no encoding; 0.20.4 is the first that has
    spec.secretKeys: chart 0.10.4 has no secretKeys; 1.1.1 is the first that has
    spec.secretKeys: it needs at least one key
    spec.digits: without allowRepeat there are only 10 for 25
    spec.symbols: without allowRepeat there are only 1 for 25
    ");
    insta::assert_snapshot!(password("{ length: 4, digits: 3, symbols: 2 }"), @r"
    Password acme/db
    spec.length: digits and symbols are more than the length
    ");
    insta::assert_snapshot!(password("{ length: 0 }"), @r"
    Password acme/db
    spec.length: it must be at least 1
    ");
    insta::assert_snapshot!(password("{ length: 30, digits: 1, symbols: 1, noUpper: true }"), @r"
    Password acme/db
    spec.length: without allowRepeat there are only 26 for 28
    ");
}

#[test]
fn what_no_chart_has_is_no_field() {
    for unknown in [
        "{ secretStore: {} }",
        "{ target: { policy: Owner } }",
        "{ target: { template: { engineVersion: v1 } } }",
    ] {
        assert!(yaml::from_str::<ExternalSecretSpec>(unknown).is_err(), "{unknown}");
    }
}
