//! `PyYAML`, a YAML 1.1 reader, reads what was meant.

use std::io::Write as _;
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use k8s_bundle::SecretManifest;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use secret_store::SecretFields;
use serde_json::{Value, json};
use test_kit::{InMemorySecretStore, block_on};

use crate::setup::Setup;

/// Prints the documents of standard input as JSON. Base64 is checked to be a string, and left as it is.
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
    name: String,
    namespace: String,
    label: String,
    annotation: String,
    key: String,
    path: String,
    field: String,
    value: Vec<u8>,
}

/// Names that YAML 1.1 takes for something else, and any text where any text is allowed.
fn declared() -> impl Strategy<Value = Declared> {
    let name =
        prop_oneof!["[a-z0-9]{1,8}", Just("no".to_owned()), Just("1e3".to_owned()), Just("null".to_owned())];
    let key = prop_oneof![
        "[-._a-zA-Z0-9]{1,12}",
        Just("y".to_owned()),
        Just("0x1f".to_owned()),
        Just("1_000".to_owned())
    ]
    .prop_filter("Kubernetes refuses these", |key| key != "." && !key.starts_with(".."));
    let text =
        prop_oneof![any::<String>(), "[ -~\n]{0,40}", Just("12:30:45".to_owned()), Just(" #x".to_owned())];
    let line = "[^\\p{C}]{1,20}";
    let path = line.prop_map(|text| text.replace(['/', '\\', '.'], "_"));
    let label =
        prop_oneof![Just(String::new()), Just("on".to_owned()), Just("0123".to_owned()), "[a-z0-9]{1,9}"];
    let value = prop::collection::vec(any::<u8>(), 0..64);
    (name.clone(), name, label, text, key, path, line, value).prop_map(
        |(name, namespace, label, annotation, key, path, field, value)| Declared {
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
        let source =
            if self.field == "value" { self.path.clone() } else { format!("{}#{}", self.path, self.field) };
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
            "data": { &self.key: STANDARD.encode(&self.value) },
        })
    }
}

#[test]
fn pyyaml_reads_the_file_back_to_the_same_names_and_values() {
    let mut runner = TestRunner::default();
    let strategy = prop::collection::btree_map(("[a-z]{1,6}", "[a-z]{1,6}"), declared(), 200..300);
    for _ in 0..4 {
        let drawn = strategy.new_tree(&mut runner).unwrap().current();
        let mut by_id = std::collections::BTreeMap::new();
        for (index, (_, declared)) in drawn.into_iter().enumerate() {
            // One path each, so that no two manifests give it different values.
            let declared = Declared { path: format!("{index}{}", declared.path), ..declared };
            by_id.insert((declared.namespace.clone(), declared.name.clone()), declared);
        }
        let store = InMemorySecretStore::new();
        for declared in by_id.values() {
            let field = secret_store::FieldName::new(&declared.field).unwrap();
            store.put(&declared.path, SecretFields::new().with(field, declared.value.as_slice()));
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
