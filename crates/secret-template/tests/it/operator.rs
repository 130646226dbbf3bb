//! The operator's own engine rendered the cases in `corpus`: `lab/eso-template` asks it again.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secret_template::{Template, Values};
use serde_json::Value;

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/corpus")
}

fn data() -> BTreeMap<String, Vec<u8>> {
    let text = fs::read_to_string(corpus().join("data.json")).expect("the data is there");
    let encoded: BTreeMap<String, String> = serde_json::from_str(&text).expect("the data is JSON");
    encoded.into_iter().map(|(key, value)| (key, STANDARD.decode(value).expect("base64"))).collect()
}

fn expected(golden: &Value) -> Option<Vec<u8>> {
    match golden {
        Value::Null => None,
        Value::String(text) => Some(text.clone().into_bytes()),
        other => Some(STANDARD.decode(other["base64"].as_str().expect("bytes")).expect("base64")),
    }
}

fn render(text: &str, values: &Values<'_>) -> Result<Vec<u8>, String> {
    let template = Template::parse("t", text).map_err(|problems| format!("{problems:?}"))?;
    template.render(values).map(|bytes| bytes.to_vec()).map_err(|error| error.to_string())
}

/// The cases of a topic, each with the operator's answer.
fn cases(topic: &str) -> Vec<(String, Option<Vec<u8>>)> {
    let cases = fs::read_to_string(corpus().join(format!("{topic}.tpl"))).expect("the cases are there");
    let golden = fs::read_to_string(corpus().join(format!("{topic}.golden"))).expect("the answers are there");
    let cases: Vec<_> = cases.strip_suffix('\n').unwrap_or(&cases).split("\n%%\n").collect();
    let golden: Vec<Value> =
        golden.lines().map(|line| serde_json::from_str(line).expect("an answer is JSON")).collect();
    assert_eq!(cases.len(), golden.len(), "each case has an answer");
    cases.into_iter().map(str::to_owned).zip(golden.iter().map(expected)).collect()
}

fn differences(topic: &str) -> Vec<String> {
    let data = data();
    let values: Values<'_> = data.iter().map(|(key, value)| (key.as_str(), value.as_slice())).collect();
    let mut differences = Vec::new();
    for (text, operators) in cases(topic) {
        let ours = render(&text, &values);
        if ours.as_ref().ok() != operators.as_ref() {
            let operators = operators.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
            let ours = ours.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
            differences.push(format!("{text}\n  operator {operators:?}\n  ours     {ours:?}"));
        }
    }
    differences
}

#[track_caller]
fn assert_renders_as_the_operator_does(topic: &str) {
    let differences = differences(topic);
    assert!(differences.is_empty(), "{} differ:\n{}", differences.len(), differences.join("\n"));
}

#[test]
fn syntax_means_what_it_means_to_the_operator() {
    assert_renders_as_the_operator_does("syntax");
}

#[test]
fn printf_writes_what_the_operator_writes() {
    assert_renders_as_the_operator_does("printf");
}

#[test]
fn texts_become_what_they_become_in_the_operator() {
    assert_renders_as_the_operator_does("text");
}

#[test]
fn data_becomes_what_it_becomes_in_the_operator() {
    assert_renders_as_the_operator_does("data");
}

#[test]
fn yaml_is_read_and_written_as_the_operator_does_it() {
    assert_renders_as_the_operator_does("yaml");
}

#[test]
fn pem_blocks_are_found_where_the_operator_finds_them() {
    assert_renders_as_the_operator_does("pem");
}

#[test]
fn what_the_operator_answers_and_we_refuse_is_listed() {
    let data = data();
    let values: Values<'_> = data.iter().map(|(key, value)| (key.as_str(), value.as_slice())).collect();
    for (text, operators) in cases("kept") {
        assert!(operators.is_some(), "the operator refuses it too: {text}");
        render(&text, &values).expect_err(&text);
    }
}
