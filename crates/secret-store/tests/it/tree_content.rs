//! Contents that are no maps, and maps that no file can hold: told with their place and without their text.

use std::fmt::Write as _;
use std::fs;

use secret_store::provider::file::FileStore;
use secret_store::{ErrorKind, SecretFields, SecretStore as _, SecretValue, WriteOptions};
use test_kit::{Canary, block_on, field, path};

use crate::tree_codec::read;

/// Files and what is wrong in them, each with `value` somewhere.
fn contents(value: &str, deep: &str) -> Vec<(&'static str, String)> {
    vec![
        ("a.yaml", String::new()),
        ("a.yaml", "{}".to_owned()),
        ("a.yaml", value.to_owned()),
        ("a.yaml", format!("- {value}")),
        ("a.yaml", format!("x: {value}\nx: {value}\n")),
        ("a.yaml", format!("x: {value}\ny:\n")),
        ("a.yaml", format!("x: \"{value}\n")),
        ("a.yaml", format!("x: {value}: {value}\n")),
        ("a.yaml", format!("x: {value}\n---\ny: {value}\n")),
        ("a.yaml", format!("x: &a {value}\ny: *a\n")),
        ("a.yaml", format!("x: !!binary {value}!\n")),
        ("a.yaml", format!("x: [!!binary {value}]\n")),
        ("a.yaml", format!("x: !secret {value}\n")),
        ("a.yaml", format!("x: !!int {value}\n")),
        ("a.yaml", format!("? [{value}]\n: {value}\n")),
        ("a.yaml", format!("'': {value}\n")),
        ("a.yaml", format!("x: {deep}\n")),
        ("a.json", String::new()),
        ("a.json", "{}".to_owned()),
        ("a.json", format!("[\"{value}\"]")),
        ("a.json", format!("\"{value}\"")),
        ("a.json", format!("{{\"x\": \"{value}\", \"x\": \"{value}\"}}")),
        ("a.json", format!("{{\"x\": \"{value}\", \"y\": null}}")),
        ("a.json", format!("{{\"x\": \"{value}\\ud800\"}}")),
        ("a.json", format!("{{\"x\": {value}}}")),
        ("a.json", format!("{{\"x\": \"{value}\"}} {value}")),
    ]
}

#[test]
fn what_is_no_map_is_refused_with_its_place_and_without_its_text() {
    // The same in each run: how far a parser of JSON gets depends on the first letter.
    let canary = Canary::seeded(1);
    let value = canary.text();
    let deep = format!("{}{value}{}", "[".repeat(200), "]".repeat(200));
    let mut text = String::new();
    for (name, content) in contents(value, &deep) {
        let error = read(&content, name).expect_err(&content);
        assert_eq!(error.kind(), ErrorKind::Corrupt, "{content}");
        assert!(std::error::Error::source(error.detail()).is_none());
        canary.assert_absent("the error", format!("{error} {error:?} {:?}", error.help()));
        let reason = error.detail().reason().rsplit_once("/a.").unwrap().1.to_owned();
        let content = content.replace(&deep, "DEEP").replace(value, "VALUE");
        writeln!(text, "{content:?}\n  {reason}\n  {}", error.help().unwrap()).unwrap();
    }
    insta::assert_snapshot!(text, @r#"
    ""
      yaml: there are no fields
      write one `name: value` for each field, or delete the secret
    "{}"
      yaml: there are no fields
      write one `name: value` for each field, or delete the secret
    "VALUE"
      yaml: is not a map of fields at line 1 column 1
      write one `name: value` for each field
    "- VALUE"
      yaml: is not a map of fields at line 1 column 1
      write one `name: value` for each field
    "x: VALUE\nx: VALUE\n"
      yaml: the field "x" is there twice at line 2 column 1
      remove one of the two
    "x: VALUE\ny:\n"
      yaml: the field "y" is null at line 2 column 2
      give it a value (an empty one is ""), or remove the field
    "x: \"VALUE\n"
      yaml: is not YAML at line 1 column 4
      mend the file; quote values that hold : # or other signs
    "x: VALUE: VALUE\n"
      yaml: is not YAML at line 1 column 36
      mend the file; quote values that hold : # or other signs
    "x: VALUE\n---\ny: VALUE\n"
      yaml: there is a second document at line 2 column 1
      keep one document in a file
    "x: &a VALUE\ny: *a\n"
      yaml: there is an alias (*name) at line 2 column 4
      write the value out
    "x: !!binary VALUE!\n"
      yaml: what follows !!binary is not base64 at line 1 column 4
      encode the bytes with `base64`
    "x: [!!binary VALUE]\n"
      yaml: there is !!binary inside a list or map at line 1 column 5
      put bytes in a field of their own
    "x: !secret VALUE\n"
      yaml: there is a tag that does not fit at line 1 column 4
      of tags, only !!str and !!binary are of use here
    "x: !!int VALUE\n"
      yaml: there is a tag that does not fit at line 1 column 4
      of tags, only !!str and !!binary are of use here
    "? [VALUE]\n: VALUE\n"
      yaml: a key is not a text at line 1 column 3
      write each key as a text
    "'': VALUE\n"
      yaml: the name of a field is empty at line 1 column 1
      give the field another name
    "x: DEEP\n"
      yaml: lists and maps are too deep at line 1 column 104
      flatten the field
    ""
      json: is not JSON
      mend the file: {"name": "value", …}
    "{}"
      json: there are no fields
      write one `name: value` for each field, or delete the secret
    "[\"VALUE\"]"
      json: is not a JSON object of fields
      mend the file: {"name": "value", …}
    "\"VALUE\""
      json: is not a JSON object of fields at line 1 column 34
      mend the file: {"name": "value", …}
    "{\"x\": \"VALUE\", \"x\": \"VALUE\"}"
      json: the field "x" is there twice
      remove one of the two
    "{\"x\": \"VALUE\", \"y\": null}"
      json: the field "y" is null
      give it a value (an empty one is ""), or remove the field
    "{\"x\": \"VALUE\\ud800\"}"
      json: a string is not valid
      mend its escapes: \uD800 to \uDFFF come in pairs
    "{\"x\": VALUE}"
      json: is not JSON at line 1 column 7
      mend the file: {"name": "value", …}
    "{\"x\": \"VALUE\"} VALUE"
      json: is not JSON at line 1 column 43
      mend the file: {"name": "value", …}
    "#);
}

#[test]
fn what_a_file_cannot_hold_is_refused_by_field() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("json.json"), "{\"x\": 1}").unwrap();
    let canary = Canary::binary();
    let mut text = String::new();
    block_on(async {
        let store = FileStore::open(folder.path()).await.unwrap();
        let cases = [
            ("json", SecretFields::new().with(field("x"), canary.value())),
            ("a", SecretFields::new().with(field("x"), SecretValue::json("{"))),
            ("a", SecretFields::new().with(field("x"), SecretValue::json("null"))),
            ("a", SecretFields::new().with(field("x"), SecretValue::json("\"text\""))),
            ("a", SecretFields::new().with(field("x"), SecretValue::json("[\"\\ud800\"]"))),
            (
                "a",
                SecretFields::new().with(field("x"), SecretValue::json("[".repeat(200) + &"]".repeat(200))),
            ),
            ("a", SecretFields::plain(vec![b'x'; 17 * 1024 * 1024].as_slice())),
            ("a", SecretFields::new()),
        ];
        for (at, fields) in cases {
            let error = store.write(&path(at), fields, WriteOptions::replace()).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Invalid);
            canary.assert_absent("the error", format!("{error:?}"));
            writeln!(text, "{}\n  {}", error.detail().reason(), error.help().unwrap()).unwrap();
        }
        assert_eq!(store.list(None).await.unwrap(), [path("json")]);
    });
    insta::assert_snapshot!(text, @r#"
    field "x" is not UTF-8, and JSON knows only text
      delete the secret first: then it is written as YAML, which can hold any bytes
    field "x" is not the JSON text of a number, a boolean, a list or an object
      write it as bytes, or mend its text
    field "x" is not the JSON text of a number, a boolean, a list or an object
      write it as bytes, or mend its text
    field "x" is not the JSON text of a number, a boolean, a list or an object
      write it as bytes, or mend its text
    field "x" is not the JSON text of a number, a boolean, a list or an object
      write it as bytes, or mend its text
    field "x" is not the JSON text of a number, a boolean, a list or an object
      write it as bytes, or mend its text
    the fields are larger than 16 MiB
      keep large data elsewhere, and a key to it here
    there is no field to write
      give at least one field; to remove a secret, delete it
    "#);
}
