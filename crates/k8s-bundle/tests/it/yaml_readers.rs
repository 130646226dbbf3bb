//! What we write, other YAML readers read back to the same strings: `PyYAML` for YAML 1.1, `serde_yaml` for YAML 1.2.

mod hazards;

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hazards::HAZARDS;
use k8s_bundle::yaml::{self, Emitter};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_yaml::Value;

/// Pieces that are dangerous next to each other.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => proptest::sample::select(HAZARDS).prop_map(str::to_owned),
        2 => "[ -~]{0,6}",
        2 => "[-+0-9_.:eExobTZ ]{1,8}",
        1 => any::<String>(),
        2 => proptest::sample::select(vec!["\n", " ", ": ", " #", ":", "#", "- ", "\n\n", "\t", "'", "\"", "\\", "\r", "\u{85}"])
            .prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(piece, 1..5).prop_map(|pieces| pieces.concat())
}

fn generate<S: Strategy>(strategy: S, count: usize) -> Vec<S::Value> {
    let config = Config { failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]));
    (0..count)
        .map(|_| match strategy.new_tree(&mut runner) {
            Ok(tree) => tree.current(),
            Err(reason) => panic!("cannot generate: {reason}"),
        })
        .collect()
}

/// Each case alone, as a value, as a key, in a sequence, and deeper down.
fn shapes(text: &str) -> serde_json::Value {
    serde_json::json!({
        "value": text,
        "list": [text, [text], { "in": text }],
        "deep": { "er": { "text": text, "after": "x" } },
        "key": { text: "x" },
        "key of a map": { text: { text: text } },
        "key of a list": { text: [text] },
    })
}

const READER: &str = r#"
import json, sys
try:
    import yaml
except ImportError:
    sys.exit("PyYAML is missing: pip install pyyaml")
loaders = [yaml.SafeLoader] + ([yaml.CSafeLoader] if yaml.__with_libyaml__ else [])
cases = json.load(sys.stdin)
wrong = 0
for case in cases:
    for loader in loaders:
        try:
            read = list(yaml.load_all(case["yaml"], Loader=loader))
        except Exception as error:
            read = repr(error)
        if read != [case["expected"]]:
            wrong += 1
            if wrong < 10:
                print(loader.__name__, json.dumps(case), "read as", repr(read)[:500])
print("checked", len(cases))
sys.exit(1 if wrong else 0)
"#;

/// One Python process reads every case with the Python reader and, where it is built in, with libyaml.
fn pyyaml_reads_back(cases: &[(String, serde_json::Value)]) {
    let input: Vec<_> = cases
        .iter()
        .map(|(yaml, expected)| serde_json::json!({ "yaml": yaml, "expected": expected }))
        .collect();
    let mut python = Command::new("python3")
        .args(["-c", READER])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("this test needs python3 with PyYAML: install python3, then run: pip install pyyaml");
    let mut stdin = python.stdin.take().expect("stdin is piped");
    let input = serde_json::to_vec(&input).expect("cases are JSON");
    // Python reads all of its input before it writes anything: no dead lock.
    stdin.write_all(&input).expect("python3 reads the cases (if not: pip install pyyaml)");
    drop(stdin);
    let output = python.wait_with_output().expect("python3 ends");
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{stdout}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(stdout.contains(&format!("checked {}", cases.len())), "{stdout}");
}

fn cases_of(texts: impl IntoIterator<Item = String>) -> Vec<(String, serde_json::Value)> {
    let case = |text: String| {
        let expected = shapes(&text);
        (yaml::to_string(&expected).expect("JSON can be written"), expected)
    };
    texts.into_iter().map(case).collect()
}

fn yaml_12_reads_back(cases: &[(String, serde_json::Value)]) {
    for (written, expected) in cases {
        let read: serde_json::Value =
            yaml::from_str(written).unwrap_or_else(|error| panic!("{error}\n{written}"));
        assert_eq!(&read, expected, "{written}");
    }
}

#[test]
fn every_known_hazard_is_read_back_by_yaml_1_1_and_1_2_readers() {
    let cases = cases_of(HAZARDS.iter().map(|text| (*text).to_owned()));
    yaml_12_reads_back(&cases);
    pyyaml_reads_back(&cases);
}

#[test]
fn thousands_of_hostile_strings_are_read_back_by_yaml_1_1_and_1_2_readers() {
    let cases = cases_of(generate(hostile(), 4_000));
    yaml_12_reads_back(&cases);
    pyyaml_reads_back(&cases);
}

#[test]
fn every_character_of_the_basic_plane_is_read_back() {
    let of_chars =
        |range: core::ops::RangeInclusive<u32>| range.filter_map(char::from_u32).collect::<String>();
    let mut texts: Vec<String> =
        (0..=0x10ff_u32).map(|start| of_chars(start * 16..=start * 16 + 15)).collect();
    texts.extend((0..0x300).filter_map(char::from_u32).map(String::from));
    let cases: Vec<_> = texts
        .into_iter()
        .map(|text| {
            let expected = serde_json::json!({ "value": text, "inside": format!("a{text}b") });
            (yaml::to_string(&expected).expect("JSON can be written"), expected)
        })
        .collect();
    yaml_12_reads_back(&cases);
    pyyaml_reads_back(&cases);
}

#[test]
fn a_text_at_the_top_of_a_document_is_read_back() {
    let cases: Vec<_> = HAZARDS
        .iter()
        .map(|text| (yaml::to_string(text).expect("a string can be written"), serde_json::json!(text)))
        .collect();
    yaml_12_reads_back(&cases);
    pyyaml_reads_back(&cases);
}

#[test]
fn keys_longer_than_a_simple_key_are_read_back() {
    let cases: Vec<_> = [900, 1_000, 1_001, 1_024, 5_000]
        .into_iter()
        .flat_map(|length| ["a", "é", ": "].map(|unit| unit.repeat(length)))
        .map(|key| {
            let expected = serde_json::json!({ "outer": { &key: { &key: [key] }, "after": "x" }, "list": [{ &key: "x" }] });
            (yaml::to_string(&expected).expect("JSON can be written"), expected)
        })
        .collect();
    yaml_12_reads_back(&cases);
    pyyaml_reads_back(&cases);
}

#[test]
fn numbers_and_booleans_stay_numbers_and_booleans() {
    let expected = serde_json::json!({
        "integers": [0, 1, -1, i64::MAX, i64::MIN, u64::MAX],
        "floats": [0.5, -1.5, 1e3, 1e300, 1e-300, 1.25e21, f64::MAX, f64::MIN_POSITIVE],
        "others": [true, false, null_value(), {}, []],
    });
    let cases = [(yaml::to_string(&expected).expect("JSON can be written"), expected)];
    yaml_12_reads_back(&cases);
    pyyaml_reads_back(&cases);
}

fn null_value() -> serde_json::Value {
    serde_json::Value::Null
}

#[test]
fn binary_values_survive_as_base64_for_both_readers() {
    let mut values: Vec<Vec<u8>> = (0..=255_u8).map(|byte| vec![byte]).collect();
    values.extend(generate(proptest::collection::vec(any::<u8>(), 0..40), 3_000));
    // Values whose base64 is a word or a number.
    let words = [
        "true", "True", "TRUE", "null", "Null", "NULL", "1234", "1e30", "0x1F", "0o17", "12E4", "+123",
        "/123", "2024",
    ];
    values.extend(words.iter().map(|word| STANDARD.decode(word).expect("a word of base64")));
    let cases: Vec<_> = values
        .iter()
        .map(|value| {
            let mut out = Vec::new();
            let mut emitter = Emitter::new(&mut out);
            emitter.begin_map();
            emitter.key("data");
            emitter.base64(value);
            emitter.end_map();
            let written = core::str::from_utf8(&out).expect("YAML is UTF-8").to_owned();
            (written, serde_json::json!({ "data": STANDARD.encode(value) }))
        })
        .collect();
    yaml_12_reads_back(&cases);
    pyyaml_reads_back(&cases);
    for ((written, _), value) in cases.iter().zip(&values) {
        let read: BTreeMap<String, Value> = yaml::from_str(written).expect("reads");
        assert_eq!(&STANDARD.decode(read["data"].as_str().expect("a string")).expect("base64"), value);
    }
}

#[test]
fn the_size_bounds_hold_so_that_a_buffer_of_values_never_grows() {
    for text in generate(hostile(), 2_000)
        .iter()
        .map(String::as_str)
        .chain(["\u{1}".repeat(2_000).as_str()])
        .chain(HAZARDS.iter().copied())
    {
        let mut out = Vec::new();
        let mut emitter = Emitter::new(&mut out);
        emitter.begin_map();
        emitter.key("a");
        emitter.begin_map();
        emitter.key("b");
        emitter.string(text);
        emitter.end_map();
        emitter.end_map();
        let added = out.len() - "a:\n  b:".len();
        assert!(added <= yaml::string_size(text, 2), "{text:?} added {added}");

        let mut out = Vec::new();
        let mut emitter = Emitter::new(&mut out);
        emitter.begin_map();
        emitter.key("a");
        emitter.begin_map();
        emitter.key(text);
        emitter.null();
        emitter.end_map();
        emitter.end_map();
        let added = out.len() - "a: null\n".len();
        assert!(added <= yaml::string_size(text, 2), "{text:?} as a key added {added}");
    }
    for length in 0..200 {
        for byte in [0, 0xd3, 0xff] {
            let mut out = Vec::with_capacity(yaml::base64_size(length));
            let capacity = out.capacity();
            Emitter::new(&mut out).base64(&vec![byte; length]);
            assert_eq!(out.capacity(), capacity, "{length} bytes of {byte}");
        }
    }
}
