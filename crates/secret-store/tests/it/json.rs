//! Fields as JSON, and merge patches.

use proptest::prelude::*;
use secret_store::json::{decode, encode, merge_patch};
use secret_store::{FieldName, SecretFields, SecretValue};
use serde_json::{Map, Value};
use test_kit::{Canary, field};

fn name() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[abc]", 1 => "[a-c\"\\\\\u{0}-\u{20}\u{e9}\u{1f600}]{1,4}"]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        2 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        2 => any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            1 => proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            3 => proptest::collection::btree_map(name(), inner, 0..4)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

fn object() -> impl Strategy<Value = Value> {
    proptest::collection::btree_map(name(), value(), 0..5)
        .prop_filter("names of fields", |entries| entries.keys().all(|name| FieldName::new(name).is_ok()))
        .prop_map(|entries| Value::Object(entries.into_iter().collect()))
}

/// `MergePatch` as RFC 7396 writes it down.
fn merged(target: Value, patch: &Value) -> Value {
    let Value::Object(patch) = patch else { return patch.clone() };
    let mut target = match target {
        Value::Object(target) => target,
        _ => Map::new(),
    };
    for (name, change) in patch {
        let there = target.remove(name);
        if !change.is_null() {
            target.insert(name.clone(), merged(there.unwrap_or_default(), change));
        }
    }
    Value::Object(target)
}

fn of(json: &[u8]) -> Value {
    serde_json::from_slice(json).unwrap()
}

proptest! {
    #[test]
    fn a_merge_patch_does_what_the_rfc_says(target in object(), patch in object()) {
        let fields = decode(target.to_string().as_bytes()).unwrap();
        let patched = merge_patch(&fields, patch.to_string().as_bytes()).unwrap();
        prop_assert_eq!(of(&encode(&patched).unwrap()), merged(target, &patch));
    }

    #[test]
    fn what_is_decoded_is_encoded_as_it_was(object in object()) {
        let fields = decode(object.to_string().as_bytes()).unwrap();
        prop_assert_eq!(of(&encode(&fields).unwrap()), object);
        prop_assert_eq!(decode(&encode(&fields).unwrap()).unwrap(), fields);
    }

    #[test]
    fn any_bytes_are_fields_or_refused(
        bytes in proptest::collection::vec(any::<u8>(), 0..60),
        text in "[{}\\[\\]\":,\\\\ua0-9 ]{0,40}",
    ) {
        for input in [bytes.as_slice(), text.as_bytes()] {
            if let Ok(fields) = decode(input) {
                prop_assert_eq!(decode(&encode(&fields).unwrap()).unwrap(), fields);
            }
            if let Ok(merged) = merge_patch(&SecretFields::plain("x"), input) {
                prop_assert!(encode(&merged).is_ok());
            }
        }
    }
}

#[test]
fn what_has_no_form_in_json_is_named_and_not_shown() {
    let canary = Canary::random();
    let mut bytes = canary.text().as_bytes().to_vec();
    bytes.push(0xff);
    let refused = [SecretValue::new(bytes), SecretValue::json(format!("\"{}\"", canary.text()))]
        .map(|value| encode(&SecretFields::plain("x").with(field("odd"), value)).unwrap_err());
    for error in &refused {
        canary.assert_absent_in_error(error);
    }
    insta::assert_snapshot!(refused.map(|error| error.to_string()).join("\n"), @r#"
    the field "odd" has no form in JSON: its bytes are not UTF-8
    the field "odd" has no form in JSON: it is not the JSON text of a number, a boolean, null, a list or an object
    "#);
}

#[test]
fn what_is_no_object_of_fields_is_refused_and_not_shown() {
    let canary = Canary::random();
    let shown = |text: &str| {
        let error = decode(text.replace("hunter2", canary.text()).as_bytes()).unwrap_err();
        canary.assert_absent_in_error(&error);
        error.to_string()
    };
    let texts = [
        "",
        "\"hunter2\"",
        "[\"hunter2\"]",
        "{\"a\":\"hunter2\"",
        "{\"a\":\n\"hunter2\" x}",
        "{\"a\":\"hunter2\\ud800\"}",
        "{\"\":\"hunter2\"}",
        "{\"a\":\"hunter2\",\"a\":1}",
        "{\"a\":1} hunter2",
    ];
    insta::assert_snapshot!(texts.map(shown).join("\n"), @r#"
    it is not JSON
    it is not an object of fields, at line 1 column 34
    it is not an object of fields
    it is not JSON, at line 1 column 39
    it is not JSON, at line 2 column 36
    a string holds half of a surrogate pair
    the name of a field is empty
    the field "a" is there twice
    it is not JSON, at line 1 column 9
    "#);
}

/// Were each name looked for among all the others, this would not end.
#[test]
fn a_patch_of_very_many_names_is_merged() {
    let object = |value: &str| {
        let entries: Vec<_> = (0..60_000).map(|number| format!("\"{number}\":{value}")).collect();
        format!("{{{}}}", entries.join(","))
    };
    let fields = decode(format!("{{\"a\":{},\"b\":1}}", object("1")).as_bytes()).unwrap();
    let patch = format!("{{\"a\":{},\"b\":null}}", object("null"));
    assert_eq!(**encode(&merge_patch(&fields, patch.as_bytes()).unwrap()).unwrap(), *br#"{"a":{}}"#);
    let fields = decode(object("1").as_bytes()).unwrap();
    assert!(merge_patch(&fields, object("null").as_bytes()).unwrap().is_empty());
}
