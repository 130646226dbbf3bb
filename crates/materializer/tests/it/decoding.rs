//! Values that are encoded in the store, and old versions of them.

use k8s_bundle::{DecodingStrategy, SecretManifest, SourceRef};
use materializer::{Error, ErrorKind, MissingPart, Plan};
use secret_store::{Capabilities, SecretFields, SecretValue};
use test_kit::InMemorySecretStore;

use crate::setup::{Setup, data_of, manifest, shown};

fn decoded(name: &str, path: &str, strategy: DecodingStrategy) -> SecretManifest {
    let source = SourceRef::new(path).unwrap().with_decoding_strategy(strategy);
    manifest(name, "x").source(source).data_key("key").build().unwrap()
}

fn version(name: &str, path: &str, version: &str) -> SecretManifest {
    let source = SourceRef::new(path).unwrap().with_version(version).unwrap();
    manifest(name, "x").source(source).data_key("key").build().unwrap()
}

/// By strategy: `Base64`, `Base64URL`, `Auto`.
type Expected = [Option<&'static [u8]>; 3];

/// What the operator's `Decode` gives for each of its strategies, with Go's `encoding/base64`; nothing is an error.
const DECODED: [(&[u8], Expected); 11] = [
    (b"aGVsbG8=", [Some(b"hello"), Some(b"hello"), Some(b"hello")]),
    (b"aGVs\r\nbG8=\n", [Some(b"hello"), Some(b"hello"), Some(b"hello")]),
    (b"aGVsbG8", [None, None, Some(b"aGVsbG8")]),
    (b"aGVsbG9=", [Some(b"hello"), Some(b"hello"), Some(b"hello")]),
    (b"++//", [Some(b"\xfb\xef\xff"), None, Some(b"\xfb\xef\xff")]),
    (b"--__", [None, Some(b"\xfb\xef\xff"), Some(b"\xfb\xef\xff")]),
    (b"+-/_", [None, None, Some(b"+-/_")]),
    (b"", [Some(b""), Some(b""), Some(b"")]),
    (b"=\n=", [None, None, Some(b"=\n=")]),
    (b"aA=\n=", [Some(b"h"), Some(b"h"), Some(b"h")]),
    (b"hunter2!", [None, None, Some(b"hunter2!")]),
];

#[tokio::test]
async fn values_are_decoded_as_the_operator_does() {
    let strategies = [DecodingStrategy::Base64, DecodingStrategy::Base64URL, DecodingStrategy::Auto];
    for (encoded, expected) in DECODED {
        for (strategy, expected) in strategies.into_iter().zip(expected) {
            let setup = Setup::new(InMemorySecretStore::new().with("A", encoded));
            let built = setup.build(&[decoded("a", "A", strategy)]).await;
            match expected {
                Some(expected) => {
                    built.unwrap();
                    assert_eq!(data_of(&setup, "a")["key"], expected, "{encoded:?} {strategy}");
                }
                None => assert_eq!(built.unwrap_err().kind(), ErrorKind::Value, "{encoded:?} {strategy}"),
            }
        }
    }
}

#[tokio::test]
async fn what_cannot_be_decoded_is_named_and_not_shown() {
    let store = InMemorySecretStore::new().with("A", "hunter2").with_fields("b/c", [("d", "hunter2")]);
    let source = SourceRef::new("b/c").unwrap().with_property("d").unwrap();
    let url = source.with_decoding_strategy(DecodingStrategy::Base64URL);
    let manifests = [
        decoded("a", "A", DecodingStrategy::Base64),
        manifest("b", "x").source(url).data_key("key").build().unwrap(),
    ];
    insta::assert_snapshot!(shown(&Setup::new(store).refused(&manifests).await), @"
    value: nothing was written: 2 values cannot be used (memory store at this process)
      x/a, key key: its value in A is not Base64, with its padding
      x/b, key key: its value in b/c#d is not Base64 for URLs, with its padding

    help:
    key: store it encoded, or change decoding_strategy: Auto takes as it is what is not encoded
    ");
}

#[tokio::test]
async fn a_version_is_read_beside_the_current_one_and_each_once() {
    let store = InMemorySecretStore::new().with("A", "old");
    store.put("A", SecretFields::plain("new"));
    let setup = Setup::new(store);
    let current = manifest("c", "x").source("A").data_key("key").build().unwrap();
    let manifests = [version("a", "A", "1"), version("b", "A", "1"), current];
    let report = setup.build(&manifests).await.unwrap();
    assert_eq!(report.paths, 2);
    assert_eq!(["a", "b", "c"].map(|name| data_of(&setup, name)["key"].clone()), [b"old", b"old", b"new"]);
    let counts = setup.store.counts();
    assert_eq!((counts.reads.len(), counts.batches.len()), (1, 1));
    assert!(setup.yaml().unwrap().contains("secretbridge.dev/source: A@1\n"));
}

#[tokio::test]
async fn a_version_that_is_not_there_is_missing() {
    let error =
        Setup::new(InMemorySecretStore::new().with("A", "x")).refused(&[version("a", "A", "7")]).await;
    insta::assert_snapshot!(shown(&error), @"
    missing: nothing was written: 1 source is missing (memory store at this process)
      A: no version 7
        for x/a, key key from A@7

    help:
    correct the version in the manifest, or remove it to have the current one
    ");
    let Error::NotReady(not_ready) = error else { panic!("{error:?}") };
    assert_eq!(not_ready.missing[0].what, MissingPart::Version { version: "7".to_owned() });
}

#[tokio::test]
async fn a_store_without_old_versions_says_so() {
    let store = InMemorySecretStore::with_capabilities(Capabilities::full()).with("A", "x");
    insta::assert_snapshot!(shown(&Setup::new(store).refused(&[version("a", "A", "1")]).await), @"
    store: nothing was written: 1 secret could not be read (memory store at this process)
      unsupported: read A: version 1: this store has no old versions (memory store at this process)

    help:
    remove version from the source, or use a store that keeps old versions
    ");
}

#[test]
fn versions_and_strategies_are_in_the_plan() {
    let plan = Plan::new(&[version("a", "A", "3"), decoded("b", "B", DecodingStrategy::Auto)]).unwrap();
    insta::assert_snapshot!(plan, @"
    NAMESPACE  NAME  TYPE    MODE        KEY  SOURCE
    x          a     Opaque  build-time  key  A@3
    x          b     Opaque  build-time  key  B

    2 Secrets by value (2 keys from 2 paths), 0 by reference (0 keys)
    ");
    insta::assert_snapshot!(serde_json::to_string_pretty(&plan).unwrap(), @r#"
    {
      "secrets": [
        {
          "namespace": "x",
          "name": "a",
          "type": "Opaque",
          "sync_mode": "build-time",
          "immutable": false,
          "keys": [
            {
              "key": "key",
              "path": "A",
              "field": "value",
              "version": "3"
            }
          ]
        },
        {
          "namespace": "x",
          "name": "b",
          "type": "Opaque",
          "sync_mode": "build-time",
          "immutable": false,
          "keys": [
            {
              "key": "key",
              "path": "B",
              "field": "value",
              "decoding_strategy": "Auto"
            }
          ]
        }
      ],
      "paths": [
        "B"
      ],
      "versions": [
        {
          "path": "A",
          "version": "3"
        }
      ]
    }
    "#);
}

/// The operator reads the JSON that Vault answers with, and writes it anew.
#[tokio::test]
async fn a_list_or_an_object_is_written_as_the_operator_writes_it() {
    let json = |text: &str| SecretValue::json(text);
    let fields = [
        ("number", json("1.10"), "1.10"),
        ("flag", json("true"), "true"),
        (
            "object",
            json(r#"{ "b": [1.50, null, "<é\u00e9\ud83d\udd11\/>"], "a": {}, "b": [] }"#),
            r#"{"a":{},"b":[]}"#,
        ),
        (
            "list",
            json(r#"[1.50, null, "<é\u00e9\ud83d\udd11\/\u2028>" ]"#),
            r#"[1.50,null,"\u003céé🔑/\u2028\u003e"]"#,
        ),
        ("text", SecretValue::from(r#"{ "b": 1 }"#), r#"{ "b": 1 }"#),
    ];
    let store = InMemorySecretStore::new();
    let named = fields.clone().map(|(name, value, _)| (test_kit::field(name), value));
    store.put("a", named.into_iter().collect());
    let builder =
        fields.iter().fold(manifest("a", "x"), |builder, (name, ..)| builder.data(name, ("a", *name)));
    let setup = Setup::new(store);
    setup.build(&[builder.build().unwrap()]).await.unwrap();
    let data = data_of(&setup, "a");
    for (name, _, expected) in fields {
        assert_eq!(String::from_utf8_lossy(&data[name]), expected, "{name}");
    }
}
