//! `PyYAML`, a YAML 1.1 reader, reads what was meant.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use k8s_bundle::{DataKey, LabelValue, Namespace, ObjectName, SecretManifest, not_carried};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use secret_store::{FieldName, SecretFields, SecretPath};
use serde_json::{Value, json};
use test_kit::{InMemorySecretStore, block_on, strategy};

use crate::setup::Setup;

/// Prints the documents of standard input as JSON.
const SCRIPT: &str = "import json, sys, yaml\nprint(json.dumps(list(yaml.safe_load_all(sys.stdin.buffer))))";

fn python_reads(yaml: &str) -> Value {
    let mut python = Command::new("python3")
        .args(["-c", SCRIPT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("this test needs python3 with PyYAML");
    let mut stdin = python.stdin.take().unwrap();
    let yaml = yaml.to_owned();
    let feeding = std::thread::spawn(move || stdin.write_all(yaml.as_bytes()));
    let output = python.wait_with_output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "python3 with PyYAML could not read the file: {errors}");
    feeding.join().unwrap().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

#[derive(Debug, Clone)]
struct Declared {
    name: ObjectName,
    namespace: Namespace,
    label: LabelValue,
    annotation: String,
    key: DataKey,
    path: SecretPath,
    field: FieldName,
    value: Vec<u8>,
}

/// Names that YAML 1.1 takes for something else, and odd texts wherever any text is allowed.
fn declared() -> impl Strategy<Value = Declared> {
    let names =
        (strategy::object_name(), strategy::namespace(), strategy::label_value(), strategy::data_key());
    let hazard = strategy::yaml_hazard().prop_filter("not carried", |text| not_carried(text).is_none());
    let annotation = prop_oneof![strategy::annotation_text(), hazard, "[ -~\n]{0,40}"];
    let value = prop::collection::vec(any::<u8>(), 0..64);
    (names, annotation, strategy::secret_path(), strategy::field_name(), value).prop_map(
        |((name, namespace, label, key), annotation, path, field, value)| Declared {
            name,
            namespace,
            label,
            annotation,
            key,
            path,
            field,
            value,
        },
    )
}

impl Declared {
    fn manifest(&self) -> SecretManifest {
        SecretManifest::builder(&self.name)
            .namespace(&self.namespace)
            .label("on", &self.label)
            .annotation("example.com/note", &self.annotation)
            .data(&self.key, (self.path.as_str(), self.field.as_str()))
            .build()
            .unwrap()
    }

    fn document(&self) -> Value {
        let (path, field) = (&self.path, &self.field);
        let source = if field.as_str() == "value" { path.to_string() } else { format!("{path}#{field}") };
        json!({
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {
                "name": self.name,
                "namespace": self.namespace,
                "labels": { "on": self.label },
                "annotations": { "example.com/note": self.annotation, "secretbridge.dev/source": source },
            },
            "type": "Opaque",
            "data": { self.key.as_str(): STANDARD.encode(&self.value) },
        })
    }
}

#[test]
fn pyyaml_reads_the_file_back_to_the_same_names_and_values() {
    let mut runner = TestRunner::default();
    let strategy = prop::collection::vec(declared(), 250);
    for _ in 0..4 {
        let drawn = strategy.new_tree(&mut runner).unwrap().current();
        // The last of each name and of each path: no two manifests then give one path different values.
        let by_path: BTreeMap<_, _> = drawn.into_iter().map(|one| (one.path.clone(), one)).collect();
        let by_id: BTreeMap<_, _> =
            by_path.into_values().map(|one| ((one.namespace.clone(), one.name.clone()), one)).collect();
        let store = InMemorySecretStore::new();
        for declared in by_id.values() {
            let fields = SecretFields::new().with(declared.field.clone(), declared.value.as_slice());
            store.put(declared.path.as_str(), fields);
        }
        let manifests: Vec<_> = by_id.values().map(Declared::manifest).collect();
        let setup = Setup::new(store);
        block_on(setup.build(&manifests)).unwrap();
        let expected: Vec<_> = by_id.values().map(Declared::document).collect();
        let read = python_reads(&setup.yaml().unwrap());
        for (read, expected) in read.as_array().unwrap().iter().zip(&expected) {
            assert_eq!(read, expected);
        }
        assert_eq!(read.as_array().unwrap().len(), expected.len());
    }
}
