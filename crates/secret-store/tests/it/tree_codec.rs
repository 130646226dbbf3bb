//! What maps of fields look like in files, and that others read them as we do.

use std::fs;
use std::process::Command;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use secrecy::ExposeSecret as _;
use secret_store::provider::file::FileStore;
use secret_store::{
    ErrorKind, FieldName, ReadOptions, SecretFields, SecretStore, SecretValue, ValueKind, WriteOptions,
};
use test_kit::{block_on, field, path};

/// Texts that some reader of YAML takes for something else.
const HAZARDS: &[&str] = &[
    "yes",
    "No",
    "on",
    "OFF",
    "y",
    "N",
    "~",
    "null",
    "Null",
    "true",
    "False",
    "1_000",
    "12:30:45",
    "2024-01-01",
    "=",
    "<<",
    "0o7",
    "0x1F",
    "010",
    "1e3",
    ".5",
    ".inf",
    ".NaN",
    "-",
    "- a",
    "? a",
    ": a",
    "a: b",
    "a #b",
    "#a",
    "*a",
    "&a",
    "!a",
    "!!str a",
    "%a",
    "@a",
    "`a",
    "|",
    ">",
    "|-",
    "{",
    "}",
    "[",
    "]",
    ",",
    "'",
    "\"",
    "\\",
    "---",
    "...",
    " a",
    "a ",
    "\ta",
    "a\n",
    "\na",
    "a\n\nb",
    "a\r\nb",
    "a\n b",
    "a\n\tb",
    "a\nb\n\n",
    "a\n---\nb",
    "a\u{85}b",
    "a\u{2028}b",
    "\u{feff}a",
    "\u{7f}",
    "\u{fffe}",
    "🔑",
    "",
];

fn text() -> impl Strategy<Value = String> {
    let hazard = proptest::sample::select(HAZARDS).prop_map(str::to_owned);
    let lines =
        proptest::collection::vec("[ -~\u{a0}-\u{2030}]{0,12}", 2..6).prop_map(|lines| lines.join("\n"));
    prop_oneof![hazard, any::<String>(), lines, "\\PC{0,40}"]
}

fn key() -> impl Strategy<Value = FieldName> {
    prop_oneof![text(), "[a-zA-Z0-9_.-]{1,12}", "[\"\\\\]{400,512}"]
        .prop_filter_map("a field name", |name| FieldName::new(&name).ok())
}

fn json() -> impl Strategy<Value = String> {
    let string = text().prop_map(serde_json::Value::from);
    let number = prop_oneof![any::<i64>().prop_map(Into::into), any::<f64>().prop_map(Into::into)];
    let leaf = prop_oneof![Just(serde_json::Value::Null), any::<bool>().prop_map(Into::into), number, string];
    let tree = leaf.prop_recursive(4, 24, 4, |inner| {
        let keys = prop_oneof![text(), "[\"\\\\]{600}"];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            proptest::collection::vec((keys, inner), 0..4)
                .prop_map(|entries| serde_json::Value::Object(entries.into_iter().collect())),
        ]
    });
    tree.prop_filter("not a string, not null", |json| !json.is_string() && !json.is_null())
        .prop_map(|json| json.to_string())
}

fn value() -> impl Strategy<Value = SecretValue> {
    prop_oneof![
        4 => text().prop_map(|text| SecretValue::from(text.as_str())),
        1 => proptest::collection::vec(any::<u8>(), 0..2000).prop_map(SecretValue::new),
        2 => json().prop_map(SecretValue::json),
    ]
}

fn fields() -> impl Strategy<Value = SecretFields> {
    proptest::collection::btree_map(key(), value(), 1..6).prop_map(|fields| fields.into_iter().collect())
}

pub(crate) fn read(content: &str, name: &str) -> Result<SecretFields, secret_store::Error> {
    let folder = tempfile::tempdir().unwrap();
    write_private(&folder.path().join(name), content);
    block_on(async {
        let store = FileStore::open(folder.path()).await.unwrap();
        let secret = store.read(&path("a"), ReadOptions::current()).await?;
        Ok(secret.fields.as_ref().clone())
    })
}

fn write_private(file: &std::path::Path, content: impl AsRef<[u8]>) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::write(file, content).unwrap();
    fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
}

#[expect(clippy::disallowed_methods, reason = "the values are made up, and compared")]
fn bytes(value: &SecretValue) -> &[u8] {
    value.expose_secret()
}

fn shown(fields: &SecretFields) -> String {
    let line = |(name, value): (&FieldName, &SecretValue)| {
        let kind = if value.kind() == ValueKind::Json { "json" } else { "bytes" };
        format!("{name:?} = {kind} {}\n", bytes(value).escape_ascii())
    };
    fields.iter().map(line).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn what_is_written_is_read_back(fields in fields(), more in fields()) {
        let folder = tempfile::tempdir().unwrap();
        block_on(async {
            let store = FileStore::open(folder.path()).await.unwrap();
            let at = path("a");
            store.write(&at, fields.clone(), WriteOptions::replace()).await.unwrap();
            let secret = store.read(&at, ReadOptions::current()).await.unwrap();
            prop_assert_eq!(shown(&secret.fields), shown(&fields));
            let mut both = fields;
            both.extend(more.clone());
            store.write(&at, more, WriteOptions::merge()).await.unwrap();
            let secret = store.read(&at, ReadOptions::current()).await.unwrap();
            prop_assert_eq!(shown(&secret.fields), shown(&both));
            Ok(())
        })?;
    }

    #[test]
    fn what_is_written_to_a_json_file_is_read_back(fields in fields()) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.json"), "{\"x\": 1}").unwrap();
        block_on(async {
            let store = FileStore::open(folder.path()).await.unwrap();
            let at = path("a");
            let is_text = fields.iter().all(|(_, value)| str::from_utf8(bytes(value)).is_ok());
            match store.write(&at, fields.clone(), WriteOptions::replace()).await {
                Ok(_) => {
                    prop_assert!(is_text);
                    let secret = store.read(&at, ReadOptions::current()).await.unwrap();
                    prop_assert_eq!(shown(&secret.fields), shown(&fields));
                    let file = fs::read(folder.path().join("a.json")).unwrap();
                    let file: serde_json::Value = serde_json::from_slice(&file).unwrap();
                    prop_assert_eq!(file.as_object().unwrap().len(), fields.len());
                }
                Err(error) => {
                    prop_assert_eq!(error.kind(), ErrorKind::Invalid);
                    prop_assert!(!is_text);
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn no_file_makes_the_reader_panic(content in text()) {
        drop(read(&content, "a.yaml"));
        drop(read(&content, "a.json"));
    }
}

/// Prints, for each file, its fields as base64 of UTF-8 text (t) or of bytes (b); of anything else, nothing.
const PYTHON: &str = r#"
import base64, json, pathlib, sys, yaml
answer = {}
for file in pathlib.Path(sys.argv[1]).glob("*.yaml"):
    fields = {}
    for key, value in yaml.safe_load(file.read_bytes()).items():
        assert isinstance(key, str), (file, key)
        if isinstance(value, str):
            fields[key] = "t" + base64.b64encode(value.encode()).decode()
        elif isinstance(value, bytes):
            fields[key] = "b" + base64.b64encode(value).decode()
        else:
            fields[key] = None
    answer[file.stem] = fields
print(json.dumps(answer))
"#;

#[test]
fn a_reader_of_yaml_1_1_reads_the_same() {
    use base64::Engine as _;
    let folder = tempfile::tempdir().unwrap();
    let mut runner = TestRunner::deterministic();
    let mut written = serde_json::Map::new();
    let mut cases: Vec<SecretFields> =
        (0..200).map(|_| fields().new_tree(&mut runner).unwrap().current()).collect();
    for hazard in HAZARDS {
        let name = FieldName::new(hazard).unwrap_or_else(|_| field("name"));
        cases.push(SecretFields::new().with(name, *hazard).with(field("other"), "x"));
    }
    block_on(async {
        let store = FileStore::open(folder.path()).await.unwrap();
        for (number, fields) in cases.into_iter().enumerate() {
            // A map, whatever the fields are.
            let fields = fields.with(field("always"), &b"\xff"[..]);
            let mut expected = serde_json::Map::new();
            for (name, value) in fields.iter() {
                let base64 = base64::engine::general_purpose::STANDARD.encode(bytes(value));
                let text = match (value.kind(), str::from_utf8(bytes(value))) {
                    (ValueKind::Bytes, Ok(_)) => format!("t{base64}").into(),
                    (ValueKind::Bytes, Err(_)) => format!("b{base64}").into(),
                    // Numbers of JSON such as 1e3 are texts in YAML 1.1, and some of the objects have a key twice.
                    _ => serde_json::Value::Null,
                };
                expected.insert(name.to_string(), text);
            }
            let name = format!("s{number}");
            store.write(&path(&name), fields, WriteOptions::replace()).await.unwrap();
            written.insert(name, expected.into());
        }
    });
    let output = Command::new("python3")
        .args(["-c", PYTHON])
        .arg(folder.path())
        .output()
        .expect("python3 with PyYAML is needed: apt-get install python3-yaml");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let read: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&output.stdout).unwrap();
    for (file, mut expected) in written {
        let fields = &read[&file];
        for (name, expected) in expected.as_object_mut().unwrap() {
            if !expected.is_null() {
                assert_eq!(fields[name], *expected, "{name:?} of {file}");
            }
        }
        assert_eq!(fields.as_object().unwrap().len(), expected.as_object().unwrap().len(), "{file}");
    }
}

#[test]
fn a_map_is_written_for_people_and_diffs() {
    let folder = tempfile::tempdir().unwrap();
    let fields = SecretFields::new()
        .with(field("rootUser"), "admin")
        .with(field("port"), SecretValue::json("5432"))
        .with(field("hosts"), SecretValue::json(r#"{"b":[1,true,null],"a":"x: y"}"#))
        .with(field("key"), "-----BEGIN KEY-----\nMIIE\n-----END KEY-----\n")
        .with(field("no"), "no")
        .with(field("raw"), &b"\xff\0"[..])
        .with(field("quote \"it\""), "a\tb\\c");
    block_on(async {
        let store = FileStore::open(folder.path()).await.unwrap();
        store.write(&path("a"), fields, WriteOptions::replace()).await.unwrap();
    });
    insta::assert_snapshot!(fs::read_to_string(folder.path().join("a.yaml")).unwrap(), @r#"
    hosts: {"b": [1, true, null], "a": "x: y"}
    key: |
      -----BEGIN KEY-----
      MIIE
      -----END KEY-----
    "no": "no"
    port: 5432
    "quote \"it\"": "a\tb\\c"
    raw: !!binary "/wA="
    rootUser: "admin"
    "#);
}

#[test]
fn what_people_write_is_read_as_they_wrote_it() {
    let fields = read(
        "# a comment\nport: 5432\nversion: 1.10\nbig: 123456789012345678901234567890.10\nflag: true\nword: yes\nTrue: True\n\
         hex: 0x1F\ndate: 2024-01-01\nplain: a b c\nempty: ''\nfolded: >-\n  a\n  b\nblock: |\n  a\n   b\nraw: !!binary |\n  /wAB\n  Ag==\n\
         text: !!str 5\nlist: [1, 'a', {b: ~}]\nmap:\n  x: 1.50\n  y: |\n    z\nanchored: &name x\n",
        "a.yaml",
    )
    .unwrap();
    insta::assert_snapshot!(shown(&fields), @r#"
    "True" = bytes True
    "anchored" = bytes x
    "big" = json 123456789012345678901234567890.10
    "block" = bytes a\n b\n
    "date" = bytes 2024-01-01
    "empty" = bytes 
    "flag" = json true
    "folded" = bytes a b
    "hex" = bytes 0x1F
    "list" = json [1,\"a\",{\"b\":null}]
    "map" = json {\"x\":1.50,\"y\":\"z\\n\"}
    "plain" = bytes a b c
    "port" = json 5432
    "raw" = bytes \xff\x00\x01\x02
    "text" = bytes 5
    "version" = json 1.10
    "word" = bytes yes
    "#);
}

#[test]
fn json_keeps_its_text() {
    let fields = read(
        r#"{"port": 5432, "version": 1.10, "key": "\ud83d\udd11\n\u0041", "list": [1, {"a": null}], "": 1}"#,
        "a.json",
    );
    assert_eq!(fields.unwrap_err().kind(), ErrorKind::Corrupt);
    let fields = read(
        r#"{"port": 5432, "version": 1.10, "key": "\ud83d\udd11\n\u0041", "list": [1, {"a": null}]}"#,
        "a.json",
    )
    .unwrap();
    insta::assert_snapshot!(shown(&fields), @r#"
    "key" = bytes \xf0\x9f\x94\x91\nA
    "list" = json [1, {\"a\": null}]
    "port" = json 5432
    "version" = json 1.10
    "#);
}
