//! YAML of the user: passed on as it is, and refused where it holds values.

use k8s_bundle::{Error, ErrorKind, RawManifest, yaml};
use proptest::prelude::*;

const CANARY: &str = "canary-5d41402abc4b";

fn refusal(text: &str) -> Error {
    RawManifest::parse("extra.yaml", text).expect_err(text)
}

#[test]
fn several_documents_are_kept_as_they_were_written() {
    let text = "\u{feff}# leading comment
---
# the first
apiVersion: v1
kind: ConfigMap
metadata: {name: a, namespace: web}
data:
  mode: 0644   # an integer for kubectl, a string for others: kept
  text: |
    --- not a marker
     ...
---
---  # nothing here
...
--- {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: 'system:viewer'}, rules: []}
";
    let raw = RawManifest::parse("extra.yaml", text).expect("valid");
    let documents: Vec<_> =
        raw.documents().iter().map(|document| (document.kind(), document.name(), document.text())).collect();
    insta::assert_debug_snapshot!(documents, @r##"
    [
        (
            "ConfigMap",
            "a",
            "# the first\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: web}\ndata:\n  mode: 0644   # an integer for kubectl, a string for others: kept\n  text: |\n    --- not a marker\n     ...\n",
        ),
        (
            "ClusterRole",
            "system:viewer",
            "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: 'system:viewer'}, rules: []}\n",
        ),
    ]
    "##);
    assert_eq!(raw.documents()[0].namespace().map(AsRef::as_ref), Some("web"));
}

#[test]
fn a_secret_with_values_is_refused_wherever_it_hides() {
    let cases = [
        format!("{{apiVersion: v1, kind: Secret, metadata: {{name: x}}, data: {{a: {CANARY}}}}}"),
        format!("{{apiVersion: v1, kind: Secret, metadata: {{name: x}}, stringData: {{a: {CANARY}}}}}"),
        format!(
            "apiVersion: v1\nkind: List\nmetadata: {{name: l}}\nitems:\n- {{apiVersion: v1, kind: Secret, metadata: {{name: x}}, data: {{a: {CANARY}}}}}"
        ),
        format!(
            "apiVersion: v1\nkind: SecretList\nmetadata: {{name: l}}\nitems:\n- {{metadata: {{name: x}}, data: {{a: {CANARY}}}}}"
        ),
        format!(
            "anchors: &x\n  data: {{a: {CANARY}}}\napiVersion: v1\nkind: Secret\nmetadata: {{name: x}}\n<<: *x\n"
        ),
        format!("apiVersion: v1\nkind: &k Secret\nmetadata: {{name: x}}\n\"data\": {{a: {CANARY}}}\n"),
        format!(
            "{{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{{\"name\":\"x\"}},\"data\":{{\"a\":\"{CANARY}\"}}}}"
        ),
        format!(
            "apiVersion: v1\nkind: Secret\nmetadata:\n  name: x\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: '{CANARY}'\n"
        ),
        format!(
            "apiVersion: example.com/v1\nkind: Wrapper\nmetadata: {{name: w}}\nspec: {{object: {{apiVersion: v1, kind: Secret, metadata: {{name: x}}, data: {{a: {CANARY}}}}}}}\n"
        ),
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: fine}}\n---\napiVersion: v1\nkind: Secret\nmetadata: {{name: {CANARY}_}}\nstringData: {{a: b}}\n"
        ),
    ];
    for case in cases {
        let error = refusal(&case);
        assert!(matches!(error, Error::SecretRefused { .. }), "{error:?}");
        assert_eq!(error.kind(), ErrorKind::Refused);
        assert!(!format!("{error} {error:?} {:?}", error.help()).contains(CANARY), "{error:?}");
    }
}

#[test]
fn a_secret_without_values_is_taken() {
    let token = "
apiVersion: v1
kind: Secret
type: kubernetes.io/service-account-token
metadata: {name: builder-token, annotations: {kubernetes.io/service-account.name: builder}}
data: {}
";
    assert!(RawManifest::parse("extra.yaml", token).is_ok());
}

#[test]
fn a_secret_of_another_api_group_is_taken() {
    let text = "{apiVersion: example.com/v1, kind: Secret, metadata: {name: x}, data: {a: reference}}";
    assert!(RawManifest::parse("extra.yaml", text).is_ok());
}

#[test]
fn each_document_that_is_no_object_is_named() {
    let cases = [
        "kind: ConfigMap\nmetadata: {name: x}\n",
        "apiVersion: v1\nmetadata: {name: x}\n",
        "apiVersion: v1\nkind: ConfigMap\n",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ../x}\n",
        "apiVersion: v1\nkind: Config/Map\nmetadata: {name: x}\n",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, name: y}\n",
        "just text\n",
        "apiVersion: v1\nkind: List\nmetadata: {}\nitems: []\n",
        "%YAML 1.1\n---\na: b\n",
        "a: [\n",
    ];
    let errors: Vec<_> = cases.iter().map(|case| refusal(case).to_string()).collect();
    insta::assert_snapshot!(errors.join("\n"), @r#"
    extra.yaml, document 1: missing field `apiVersion`
    extra.yaml, document 1: missing field `kind`
    extra.yaml, document 1: missing field `metadata`
    extra.yaml, document 1: metadata.name is missing
    extra.yaml, document 1: metadata.name "../x" is not valid
    extra.yaml, document 1: kind "Config/Map" is not valid
    cannot read extra.yaml, document 1: metadata: duplicate entry with key "name" at line 3 column 11
    extra.yaml, document 1: not an object with apiVersion, kind and metadata
    extra.yaml, document 1: a List has no name and so no file: write its items as documents of their own
    extra.yaml: YAML directives are not supported: "%YAML 1.1"
    cannot read extra.yaml, document 1: did not find expected node content at line 2 column 1, while parsing a flow node
    "#);
}

proptest! {
    #[test]
    fn any_text_is_taken_or_refused_without_a_panic(text in "(\\PC|\n|---|\\.\\.\\.|: |- ){0,40}") {
        let _ = RawManifest::parse("any", &text);
    }

    #[test]
    fn documents_are_split_where_a_yaml_reader_splits_them(
        texts in proptest::collection::vec("([a-z#|>'\"% -]|\n|---|\\.\\.\\.|: ){0,30}", 1..5)
    ) {
        let objects: Vec<_> = texts
            .iter()
            .enumerate()
            .map(|(index, text)| serde_json::json!({
                "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": format!("a{index}") }, "data": { "text": text },
            }))
            .collect();
        let mut stream = Vec::new();
        for object in &objects {
            yaml::append_document(&mut stream, object).expect("writes");
        }
        let stream = core::str::from_utf8(&stream).expect("UTF-8");
        let raw = RawManifest::parse("stream", stream).expect("valid");
        let read: Vec<serde_json::Value> =
            raw.documents().iter().map(|document| yaml::from_str(document.text()).expect("YAML")).collect();
        prop_assert_eq!(read, objects);
    }
}
