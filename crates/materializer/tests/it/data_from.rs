//! Many keys from one declaration.

use k8s_bundle::{
    ConversionStrategy, DataFrom, DecodingStrategy, Extract, Find, Rewrite, SecretManifest,
    SecretManifestBuilder, SyncMode,
};
use materializer::Plan;
use secret_store::{SecretFields, SecretValue};
use test_kit::{InMemorySecretStore, field};

use crate::setup::{Setup, manifest, shown, text_of};

fn extract(path: &str) -> Extract {
    Extract::new(path).unwrap()
}

fn member(path: &str, property: &str) -> Extract {
    extract(path).with_property(property).unwrap()
}

fn find(path: &str, regexp: &str) -> Find {
    Find::by_name(regexp.parse().unwrap()).in_path(path).unwrap()
}

fn rewrite(source: &str, target: &str) -> Rewrite {
    Rewrite::regexp(source.parse().unwrap(), target)
}

fn of(entries: impl IntoIterator<Item = DataFrom>) -> SecretManifest {
    with(manifest("a", "x"), entries).build().unwrap()
}

fn with(
    builder: SecretManifestBuilder,
    entries: impl IntoIterator<Item = DataFrom>,
) -> SecretManifestBuilder {
    entries.into_iter().fold(builder, SecretManifestBuilder::data_from)
}

fn store() -> InMemorySecretStore {
    InMemorySecretStore::new()
        .with_fields("infrastructure/minio", [("rootUser", "minio"), ("rootPassword", "battery staple")])
        .with("apps/db-main", "m")
        .with("apps/db-other", "o")
        .with("apps/api", "a")
        .with("apps", "not below itself")
        .with_fields("apps/deep/db-two", [("user", "<u>"), ("password", "p\n")])
}

/// The Secret that comes of it, `key = value` a line.
async fn built(store: InMemorySecretStore, entries: impl IntoIterator<Item = DataFrom>) -> String {
    let setup = Setup::new(store);
    setup.build(&[of(entries)]).await.unwrap();
    text_of(&setup, "a")
}

async fn refused(store: InMemorySecretStore, entries: impl IntoIterator<Item = DataFrom>) -> String {
    shown(&Setup::new(store).refused(&[of(entries)]).await)
}

#[tokio::test]
async fn what_a_bridge_withholds_is_not_found_and_is_read_by_name() {
    let setup = Setup::new(
        InMemorySecretStore::new()
            .with("TOKEN", "t")
            .with("TOKENS", "s")
            .with("own/key", "k")
            .with("plain", "p"),
    );
    let by_name = Find::by_name(".".parse().unwrap());
    let manifests = [with(manifest("a", "x").data("token", "TOKEN"), [by_name.into()]).build().unwrap()];
    let withheld = ["TOKEN", "own"].map(|path| path.parse().unwrap());
    let materializer = setup.materializer().with_withheld(withheld.into());
    materializer.materialize(&Plan::new(&manifests).unwrap()).await.unwrap();
    let yaml = setup.yaml().unwrap();
    let keys: Vec<_> = yaml.lines().skip_while(|line| *line != "data:").skip(1).collect();
    assert_eq!(keys.len(), 3, "{keys:?}");
    for key in ["TOKENS", "plain", "token"] {
        assert!(keys.iter().any(|line| line.starts_with(&format!("  {key}: "))), "{keys:?}");
    }
}

#[tokio::test]
async fn all_fields_of_a_path_become_keys() {
    insta::assert_snapshot!(built(store(), [extract("infrastructure/minio").into()]).await, @r#"
    rootPassword = "battery staple"
    rootUser = "minio"
    "#);
}

/// `GetSecretMap` passes everything through JSON, and numbers through 64 bits.
#[tokio::test]
async fn values_that_are_no_text_become_what_the_operator_makes_of_them() {
    let store = InMemorySecretStore::new();
    let fields = [
        ("number", "1.10"),
        ("large", "12345678901234567890"),
        ("exponent", "1e3"),
        ("flag", "false"),
        ("object", r#"{"b": 1.10, "a": "<&>", "tiny": 1e-7, "huge": 1E21, "n": null}"#),
        ("list", "[ 1.0, \"x\" ]"),
    ];
    let fields = fields.map(|(name, text)| (field(name), SecretValue::json(text)));
    store.put("a", fields.into_iter().chain([(field("bytes"), SecretValue::new(vec![0xff, 0]))]).collect());
    let setup = Setup::new(store);
    setup.build(&[of([extract("a").into()])]).await.unwrap();
    insta::assert_snapshot!(text_of(&setup, "a"), @r#"
    bytes = bytes [ff, 00]
    exponent = "1000"
    flag = "false"
    large = "12345678901234567000"
    list = "[1,\"x\"]"
    number = "1.1"
    object = "{\"a\":\"\\u003c\\u0026\\u003e\",\"b\":1.1,\"huge\":1e+21,\"n\":null,\"tiny\":1e-7}"
    "#);
}

#[tokio::test]
async fn the_members_of_a_field_become_keys() {
    let config = r#"{ "user": "admin", "port": 5432.0, "tls": true, "none": null, "user": "r\u006fot",
        "nested": {"z": [1, {"y": "\ud800"}], "a": 1e21}, "": "" }"#;
    let store = InMemorySecretStore::new().with_fields("apps/db", [("config", config)]);
    let named = DataFrom::from(member("apps/db", "config")).with_rewrite(rewrite("^$", "empty"));
    insta::assert_snapshot!(built(store, [named]).await, @r#"
    empty = ""
    nested = "{\"a\":1e+21,\"z\":[1,{\"y\":\"�\"}]}"
    none = ""
    port = "5432"
    tls = "true"
    user = "root"
    "#);
}

#[tokio::test]
async fn what_is_found_is_json_under_its_path() {
    insta::assert_snapshot!(built(store(), [find("apps", "db-").into()]).await, @r#"
    apps_db-main = "{\"value\":\"m\"}"
    apps_db-other = "{\"value\":\"o\"}"
    apps_deep_db-two = "{\"password\":\"p\\n\",\"user\":\"\\u003cu\\u003e\"}"
    "#);
    let everywhere = Find::by_name("/db-(main|two)$".parse().unwrap());
    insta::assert_snapshot!(built(store(), [everywhere.into()]).await, @r#"
    apps_db-main = "{\"value\":\"m\"}"
    apps_deep_db-two = "{\"password\":\"p\\n\",\"user\":\"\\u003cu\\u003e\"}"
    "#);
}

#[tokio::test]
async fn names_are_converted_or_rewritten() {
    let odd = || InMemorySecretStore::new().with_fields("a", [("a b/c", "1"), ("d.e", "2")]);
    insta::assert_snapshot!(built(odd(), [extract("a").into()]).await, @r#"
    a_b_c = "1"
    d.e = "2"
    "#);
    let unicode = extract("a").with_conversion_strategy(ConversionStrategy::Unicode);
    insta::assert_snapshot!(built(odd(), [unicode.into()]).await, @r#"
    a_U0020_b_U002f_c = "1"
    d.e = "2"
    "#);
    let steps = DataFrom::from(find("apps", "^apps/db-"))
        .with_rewrite(rewrite("^apps/(db)-(.*)$", "${2}_$1"))
        .with_rewrite(Rewrite::transform("{{ .value | upper }}.json"));
    insta::assert_snapshot!(built(store(), [steps]).await, @r#"
    MAIN_DB.json = "{\"value\":\"m\"}"
    OTHER_DB.json = "{\"value\":\"o\"}"
    "#);
}

#[tokio::test]
async fn values_are_decoded_after_their_names_are_made() {
    let store = InMemorySecretStore::new().with_fields("a", [("one", "b25l"), ("two", "dHdv")]);
    let decoded = extract("a").with_decoding_strategy(DecodingStrategy::Base64);
    insta::assert_snapshot!(built(store, [decoded.into()]).await, @r#"
    one = "one"
    two = "two"
    "#);
}

#[tokio::test]
async fn later_entries_override_earlier_ones_and_data_overrides_both() {
    let store = InMemorySecretStore::new()
        .with_fields("first", [("a", "first"), ("b", "first"), ("c", "first")])
        .with_fields("second", [("b", "second"), ("c", "second")])
        .with("third", "third");
    let setup = Setup::new(store);
    let entries = [extract("first").into(), extract("second").into()];
    let secret = with(manifest("a", "x").data("c", "third"), entries).build().unwrap();
    let report = setup.build(&[secret]).await.unwrap();
    insta::assert_snapshot!(text_of(&setup, "a"), @r#"
    a = "first"
    b = "second"
    c = "third"
    "#);
    let warnings: Vec<_> = report.warnings.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(warnings.join("\n"), @"
    x/a, key b: comes from first#* and from second#*, and the later one is taken
    x/a, key c: comes from first#* and from second#*, and the later one is taken
    ");
}

#[tokio::test]
async fn every_path_is_read_once_and_every_prefix_listed_once() {
    let setup = Setup::new(store());
    let found = || DataFrom::from(find("apps", "db-"));
    let manifests = [
        of([found(), extract("apps/db-main").into()]),
        with(manifest("b", "x").data("main", "apps/db-main"), [found(), find("apps", "api").into()])
            .build()
            .unwrap(),
    ];
    let report = setup.build(&manifests).await.unwrap();
    let counts = setup.store.counts();
    assert_eq!(counts.lists.len(), 1);
    assert_eq!((counts.batches.len(), counts.reads.len()), (1, 0));
    for path in ["apps/db-main", "apps/db-other", "apps/deep/db-two", "apps/api"] {
        assert_eq!(counts.reads_of(path), 1, "{path}");
    }
    assert_eq!(report.paths, 4);
}

#[tokio::test]
async fn an_event_has_the_keys_and_paths_that_there_were() {
    let setup = Setup::new(store());
    setup.build(&[of([find("apps", "db-").into()])]).await.unwrap();
    let [event] = &setup.bus.materialized()[..] else { panic!("one event") };
    let texts =
        |labels: &[events::Label]| labels.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    assert_eq!(texts(&event.fields), "apps_db-main apps_db-other apps_deep_db-two");
    assert_eq!(texts(&event.paths), "apps/db-main apps/db-other apps/deep/db-two");
}

#[tokio::test]
async fn the_annotation_names_the_sources() {
    let setup = Setup::new(store());
    let entries = [member("apps/deep/db-two", "user").into(), find("apps", "^apps/db").into()];
    let store =
        InMemorySecretStore::new().with_fields("apps/deep/db-two", [("user", "{}")]).with("apps/db", "x");
    let setup = Setup { store: Setup::new(store).store, ..setup };
    setup.build(&[with(manifest("a", "x").data("k", "apps/db"), entries).build().unwrap()]).await.unwrap();
    let yaml = setup.yaml().unwrap();
    let line = yaml.lines().find(|line| line.contains("secretbridge.dev/source")).unwrap();
    insta::assert_snapshot!(line.trim(), @"secretbridge.dev/source: k=apps/db,*=apps/deep/db-two#user.*,*=apps/** matching ^apps/db");
}

#[tokio::test]
async fn everything_that_is_missing_is_in_one_error() {
    let entries = [
        extract("infrastructure/mino").into(),
        member("infrastructure/minio", "root_user").into(),
        find("nothing", ".").into(),
        find("apps", "^db-").into(),
        Find::by_name("^zzz$".parse().unwrap()).into(),
    ];
    insta::assert_snapshot!(refused(store(), entries).await, @"
    missing: nothing was written: 5 sources are missing (memory store at this process)
      the store: no secret in it matches ^zzz$; it has apps, apps/api, apps/db-main, apps/db-other, apps/deep/db-two, infrastructure/minio
        for x/a, keys from ** matching ^zzz$
      apps: no secret in it matches ^db-; it has apps/api, apps/db-main, apps/db-other, apps/deep/db-two
        for x/a, keys from apps/** matching ^db-
      infrastructure/minio: no field root_user; near it: rootUser; it has rootPassword, rootUser
        for x/a, keys from infrastructure/minio#root_user.*
      infrastructure/mino: no such secret; near it: infrastructure/minio
        for x/a, keys from infrastructure/mino#*
      nothing: no secret is in it
        for x/a, keys from nothing/** matching .

    help:
    put what is missing into the store, or correct the find in the manifest: the expression is for the whole path
    add the field to infrastructure/minio, or correct the property in the manifest
    put what is missing into the store, or correct the source in the manifest
    ");
}

#[tokio::test]
async fn everything_that_cannot_be_used_is_in_one_error() {
    let store = InMemorySecretStore::new()
        .with_fields(
            "json",
            [
                ("list", "[1]"),
                ("text", "hunter2"),
                ("cut", r#"{"a": "hunter2"#),
                ("huge", r#"{"a": 1e999}"#),
                ("deep", &format!("{{\"a\":{}1{}}}", "[".repeat(200), "]".repeat(200))),
                ("named", r#"{"ok": 1, "hunter 2é": 2}"#),
            ],
        )
        .with_fields("names", [("a b", "1"), ("a/b", "2")])
        .with_fields("alphabet", [("schlüssel", "1")])
        .with_fields("encoded", [("plain", "hunter2")]);
    store.put("binary/x", SecretFields::plain(SecretValue::new(vec![0xff; 12])));
    let entries = [
        member("json", "list").into(),
        member("json", "text").into(),
        member("json", "cut").into(),
        member("json", "huge").into(),
        member("json", "deep").into(),
        member("json", "named").into(),
        extract("names").into(),
        extract("alphabet").into(),
        extract("encoded").with_decoding_strategy(DecodingStrategy::Base64).into(),
        find("binary", ".").into(),
        DataFrom::from(extract("encoded")).with_rewrite(rewrite(".*", "")),
        DataFrom::from(extract("encoded")).with_rewrite(Rewrite::transform("{{ .value | fail }}")),
    ];
    insta::assert_snapshot!(refused(store, entries).await, @r#"
    value: nothing was written: 12 values cannot be used (memory store at this process)
      x/a: json#list is JSON, but not an object
      x/a: json#text is not JSON from byte 1 on
      x/a: json#cut is not JSON from byte 15 on
      x/a: json#huge has a number that is too large for 64 bits
      x/a: json#deep has lists and objects that are too deep in each other
      x/a: member 1 by name of json#named.* is no key of a Secret
      x/a: "a b" and "a/b" of names#* become the same key
      x/a: "schlüssel" of alphabet#* becomes "schlüssel", which is no key of a Secret
      x/a, key plain: its value in encoded#* is not Base64, with its padding
      x/a: binary/x has a field that is not UTF-8, and what is found becomes JSON
      x/a: "plain" of encoded#* becomes "", which is no key of a Secret
      x/a: the template of a rewrite fails for "plain" of encoded#*, line 1, column 13: fail: the template asks to fail

    help:
    x/a: store a JSON object there: {"NAME": "VALUE"}
    x/a: store it as a string
    x/a: flatten it
    x/a: make it one with rewrite: a key has at most 253 of A-Z a-z 0-9 - _ . and is no full stop
    x/a: rewrite the names in another way: the operator would refuse, or take either
    plain: store it encoded, or change decoding_strategy: Auto takes as it is what is not encoded
    x/a: name its fields one by one in data, or store text there
    x/a: mend the template
    "#);
}

#[tokio::test]
async fn a_secret_without_a_key_is_refused() {
    let store = InMemorySecretStore::new().with_fields("a", [("empty", "{}"), ("null", "null")]);
    let entries = [member("a", "empty").into(), member("a", "null").into()];
    insta::assert_snapshot!(refused(store, entries).await, @"
    value: nothing was written: 1 value cannot be used (memory store at this process)
      x/a: it has no key at all: what it is made from is empty

    help:
    x/a: put a value there, or remove the Secret: the operator would make none
    ");
}

#[tokio::test]
async fn the_rules_of_the_type_hold_for_the_keys_that_there_are() {
    let store = || InMemorySecretStore::new().with_fields("tls", [("tls.crt", "x")]);
    let tls = manifest("a", "x").secret_type("tls").data_from(extract("tls")).build().unwrap();
    insta::assert_snapshot!(shown(&Setup::new(store()).refused(&[tls]).await), @r#"
    value: nothing was written: 1 value cannot be used (memory store at this process)
      x/a: type kubernetes.io/tls requires the key "tls.key"

    help:
    x/a: rewrite the names, add the key, or change the type
    "#);
}

#[test]
fn a_plan_shows_what_is_known() {
    let by_value = with(
        manifest("by-value", "x").data("extra", "apps/api"),
        [
            extract("infrastructure/minio").into(),
            member("apps/db", "config").with_version("3").unwrap().into(),
            DataFrom::from(find("apps", "^apps/db-")).with_rewrite(rewrite("^apps/", "")),
            Find::by_name("tls$".parse().unwrap()).into(),
        ],
    );
    let by_reference = with(
        manifest("by-reference", "x").sync_mode(SyncMode::ExternalSecrets),
        [Find::by_tag("team", "a").with_tag("env", "prod").into(), extract("infrastructure/minio").into()],
    );
    let plan = Plan::new(&[by_value.build().unwrap(), by_reference.build().unwrap()]).unwrap();
    insta::assert_snapshot!(plan, @"
    NAMESPACE  NAME          TYPE    MODE              KEY    SOURCE
    x          by-reference  Opaque  external-secrets  *      ** tagged env=prod, team=a
    x          by-reference  Opaque  external-secrets  *      infrastructure/minio#*
    x          by-value      Opaque  build-time        extra  apps/api
    x          by-value      Opaque  build-time        *      infrastructure/minio#*
    x          by-value      Opaque  build-time        *      apps/db#config.*@3
    x          by-value      Opaque  build-time        *      apps/** matching ^apps/db-
    x          by-value      Opaque  build-time        *      ** matching tls$

    1 Secret by value (1 key and more from 3 paths and what is found in 2 lists), 1 by reference (0 keys and more)
    ");
    insta::assert_snapshot!(serde_json::to_string_pretty(&plan).unwrap(), @r#"
    {
      "secrets": [
        {
          "namespace": "x",
          "name": "by-reference",
          "type": "Opaque",
          "sync_mode": "external-secrets",
          "immutable": false,
          "keys": [],
          "data_from": [
            {
              "find": {
                "tags": {
                  "env": "prod",
                  "team": "a"
                }
              }
            },
            {
              "extract": {
                "key": "infrastructure/minio"
              }
            }
          ]
        },
        {
          "namespace": "x",
          "name": "by-value",
          "type": "Opaque",
          "sync_mode": "build-time",
          "immutable": false,
          "keys": [
            {
              "key": "extra",
              "path": "apps/api",
              "field": "value"
            }
          ],
          "data_from": [
            {
              "extract": {
                "key": "infrastructure/minio"
              }
            },
            {
              "extract": {
                "key": "apps/db",
                "property": "config",
                "version": "3"
              }
            },
            {
              "find": {
                "path": "apps",
                "name": {
                  "regexp": "^apps/db-"
                }
              },
              "rewrite": [
                {
                  "regexp": {
                    "source": "^apps/",
                    "target": ""
                  }
                }
              ]
            },
            {
              "find": {
                "name": {
                  "regexp": "tls$"
                }
              }
            }
          ]
        }
      ],
      "paths": [
        "apps/api",
        "infrastructure/minio"
      ],
      "versions": [
        {
          "path": "apps/db",
          "version": "3"
        }
      ],
      "prefixes": [
        null,
        "apps"
      ]
    }
    "#);
}

#[test]
fn everything_that_is_wrong_with_an_entry_is_reported_at_once() {
    let entries = [
        extract("../up").into(),
        find(".hidden", "[a&&b]").into(),
        DataFrom::from(extract("a"))
            .with_rewrite(rewrite("(?x) a", ""))
            .with_rewrite(Rewrite::transform("{{ .name }}"))
            .with_rewrite(Rewrite::transform("{{ nope }}"))
            .with_rewrite(Rewrite::transform("{{ randAlpha 3 }}")),
    ];
    insta::assert_snapshot!(shown(&Plan::new(&[of(entries)]).unwrap_err()), @r#"
    plan: the secrets cannot be planned:
      x/a: its source "../up" has a segment that starts with a full stop (manifest 1)
      x/a: its source ".hidden" has a segment that starts with a full stop (manifest 1)
      x/a: its expression "[a&&b]" is not one of the operator's: Go has no operators in classes: write \&, \- and \~ for the characters (manifest 1)
      x/a: its expression "(?x) a" is not one of the operator's: Go has no flags but i, m, s and U (manifest 1)
      x/a: the template of its rewrite reads name, and there is only value (manifest 1)
      x/a: the template of its rewrite, line 1, column 4: no version of the operator has a function "nope" (manifest 1)
      x/a: the template of its rewrite, line 1, column 4: the function "randAlpha" is the operator's alone: it is random, so that each build would give other bytes (manifest 1)

    help:
    a path is segments joined by /, none empty or starting with a full stop; a field is any text of one line
    write it as Go's regexp has it: https://pkg.go.dev/regexp/syntax
    read the name as .value
    mend the template
    let the operator render it, or keep the finished text in the store
    "#);
}
