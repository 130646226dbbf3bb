//! What the YAML looks like: as kubectl prints it.

use k8s_bundle::yaml::{self, Emitter};
use serde::Serialize;

#[derive(Serialize)]
enum Shape {
    Point,
    Circle(f64),
    Pair(i32, i32),
    Box { width: u8 },
}

#[test]
fn blocks_are_indented_as_kubectl_does_it() {
    let value = serde_json::json!({
        "args": ["--verbose", "yes", "a: b"],
        "containers": [{ "image": "nginx:1.27", "name": "web", "ports": [{ "containerPort": 80 }] }, {}],
        "empty": { "list": [], "map": {} },
        "matrix": [[1, 2], [], [[3]]],
        "script": "#!/bin/sh\nset -e\n\n\techo done\n",
        "stripped": "a\nb",
        "kept": "a\n\n",
    });
    insta::assert_snapshot!(yaml::to_string(&value).expect("writes"), @r#"
    args:
    - "--verbose"
    - "yes"
    - "a: b"
    containers:
    - image: nginx:1.27
      name: web
      ports:
      - containerPort: 80
    - {}
    empty:
      list: []
      map: {}
    kept: |+
      a

    matrix:
    - - 1
      - 2
    - []
    - - - 3
    script: |
      #!/bin/sh
      set -e

      	echo done
    stripped: |-
      a
      b
    "#);
}

#[test]
fn enums_are_written_as_json_writes_them() {
    let shapes = [Shape::Point, Shape::Circle(1.0), Shape::Pair(1, 2), Shape::Box { width: 3 }];
    insta::assert_snapshot!(yaml::to_string(&shapes).expect("writes"), @r"
    - Point
    - Circle: 1.0
    - Pair:
      - 1
      - 2
    - Box:
        width: 3
    ");
}

#[test]
fn only_strings_that_could_be_something_else_are_quoted() {
    let texts = [
        "plain",
        "two words",
        "https://example.com:8443/a?b=c#d",
        "10.0.0.1",
        "1h",
        "v1.2.3",
        "1.2.3",
        "no",
        "Null",
        "a: b",
        "-x",
        "*",
        "tab\there",
        "caf\u{e9}",
        "\u{7}",
        "app.kubernetes.io/name",
        "{{ .x }}",
        "550e8400-e29b-41d4-a716-446655440000",
    ];
    insta::assert_snapshot!(yaml::to_string(&texts).expect("writes"), @r#"
    - plain
    - two words
    - https://example.com:8443/a?b=c#d
    - "10.0.0.1"
    - 1h
    - v1.2.3
    - "1.2.3"
    - "no"
    - "Null"
    - "a: b"
    - "-x"
    - "*"
    - "tab\there"
    - café
    - "\x07"
    - app.kubernetes.io/name
    - "{{ .x }}"
    - "550e8400-e29b-41d4-a716-446655440000"
    "#);
}

#[test]
fn characters_that_nobody_sees_are_escaped() {
    let texts = [
        "a\u{feff}b",
        "a\u{200b}b",
        "a\u{202e}b",
        "a\u{2066}b",
        "a\u{2028}b",
        "a\u{85}b",
        "a\u{ffff}b",
        "a\u{7f}\nb",
    ];
    insta::assert_snapshot!(yaml::to_string(&texts).expect("writes"), @r#"
    - "a\uFEFFb"
    - "a\u200Bb"
    - "a\u202Eb"
    - "a\u2066b"
    - "a\u2028b"
    - "a\x85b"
    - "a\uFFFFb"
    - "a\x7F\nb"
    "#);
}

#[test]
fn a_stream_has_a_marker_before_each_document() {
    let mut out = Vec::new();
    let mut emitter = Emitter::new(&mut out);
    emitter.comment("two documents");
    yaml::append_document(&mut out, &"a").expect("writes");
    yaml::append_document(&mut out, &serde_json::json!({ "b": 1 })).expect("writes");
    assert_eq!(out, b"# two documents\n---\na\n---\nb: 1\n");
}

struct Bytes;

impl Serialize for Bytes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(b"x")
    }
}

#[test]
fn keys_that_are_no_scalars_and_raw_bytes_are_refused() {
    let key = std::collections::BTreeMap::from([(vec![1], 1)]);
    assert_eq!(
        yaml::to_string(&key).map_err(|error| error.to_string()),
        Err("a sequence cannot be the key of a map".to_owned())
    );
    assert!(yaml::to_string(&Bytes).expect_err("no form").to_string().contains("encode them first"));
}

#[test]
fn a_key_that_stands_twice_is_an_error_with_its_place() {
    let error = yaml::from_str::<std::collections::BTreeMap<String, i32>>("a: 1\nb: 2\na: 3\n")
        .expect_err("a duplicate");
    insta::assert_snapshot!(error, @r#"duplicate entry with key "a""#);
    assert!(yaml::from_str::<serde_json::Value>("outer:\n  - {x: 1, x: 2}\n").is_err());
}
