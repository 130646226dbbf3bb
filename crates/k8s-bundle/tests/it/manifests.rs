//! Manifests in YAML and in code.

use k8s_bundle::{SecretManifest, SyncMode, yaml};

fn read(text: &str) -> Result<SecretManifest, String> {
    yaml::from_str(text).map_err(|error| error.to_string())
}

#[test]
fn the_short_form_is_one_key() {
    let manifest =
        read("{name: gitlab-root, namespace: gitlab, source: GITLAB_ROOT_PASSWORD, data_key: password}")
            .expect("valid");
    assert_eq!(manifest.name(), &"gitlab-root");
    assert_eq!(manifest.namespaces(), ["gitlab"]);
    assert_eq!(manifest.data()["password"].to_string(), "GITLAB_ROOT_PASSWORD");
    assert_eq!(manifest.sync_mode(), SyncMode::BuildTime);
    assert_eq!(manifest.secret_type().as_str(), "Opaque");
}

#[test]
fn the_data_key_is_value_unless_given() {
    let manifest = read("{name: a, namespace: b, source: C}").expect("valid");
    assert_eq!(manifest.data().keys().map(AsRef::as_ref).collect::<Vec<&str>>(), ["value"]);
}

#[test]
fn the_long_form_names_fields_of_paths() {
    let manifest = read(
        "
name: minio-credentials
namespace: backups
data:
  rootUser:     { key: infrastructure/minio, property: rootUser }
  rootPassword: { key: infrastructure/minio, property: rootPassword }
  plain: PLAIN
  short: { key: SHORT }
",
    )
    .expect("valid");
    let sources: Vec<_> = manifest.data().iter().map(|(key, source)| format!("{key} <- {source}")).collect();
    insta::assert_snapshot!(sources.join("\n"), @r"
    plain <- PLAIN
    rootPassword <- infrastructure/minio#rootPassword
    rootUser <- infrastructure/minio#rootUser
    short <- SHORT
    ");
}

#[test]
fn everything_at_once_reads_back_as_it_was_written() {
    let text = "
name: acme-tls
namespaces: [web, api]
type: tls
data: { tls.crt: { key: tls/wildcard, property: crt }, tls.key: { key: tls/wildcard, property: key } }
sync_mode: external-secrets
refresh_interval: 24h0m0s
labels: { app.kubernetes.io/part-of: acme, empty: '' }
annotations: { example.com/note: 'no' }
immutable: true
";
    let manifest = read(text).expect("valid");
    let written = yaml::to_string(&manifest).expect("writes");
    insta::assert_snapshot!(written, @r#"
    name: acme-tls
    namespaces:
    - web
    - api
    data:
      tls.crt:
        key: tls/wildcard
        property: crt
      tls.key:
        key: tls/wildcard
        property: key
    sync_mode: external-secrets
    type: kubernetes.io/tls
    labels:
      app.kubernetes.io/part-of: acme
      empty: ""
    annotations:
      example.com/note: "no"
    immutable: true
    refresh_interval: 24h0m0s
    "#);
    assert_eq!(read(&written), Ok(manifest));
}

#[test]
fn code_and_yaml_give_the_same_manifest() {
    let built = SecretManifest::builder("acme-api-db")
        .namespace("acme-prod")
        .sync_mode(SyncMode::ExternalSecrets)
        .refresh_interval("1h")
        .data("password", "ACME_DB_PASSWORD")
        .data("user", ("acme/db", "user"))
        .label("app", "api")
        .annotation("note", "x")
        .secret_type("basic-auth")
        .immutable(false)
        .build()
        .expect("valid");
    let read = read(
        "
name: acme-api-db
namespace: acme-prod
sync_mode: external-secrets
refresh_interval: 1h
type: kubernetes.io/basic-auth
labels: { app: api }
annotations: { note: x }
data: { password: { key: ACME_DB_PASSWORD }, user: { key: acme/db, property: user } }
",
    );
    assert_eq!(read, Ok(built));
}

#[test]
fn code_reports_everything_that_is_wrong_at_once() {
    let error = SecretManifest::builder("Git_Lab")
        .namespace("Git Lab")
        .source("/leading")
        .data("..data", "A")
        .data("twice", "A")
        .data("twice", "B")
        .label("a/b/c", "x")
        .secret_type("service account")
        .refresh_interval("hourly")
        .build()
        .expect_err("nothing is right");
    let problems: Vec<_> = error.problems().iter().map(ToString::to_string).collect();
    assert_eq!(error.manifest(), "Git_Lab");
    insta::assert_snapshot!(problems.join("\n"), @r#"
    object name "Git_Lab" is not valid: 'G' at position 1 is not allowed there; allowed: lower-case letters, digits, '-' and '.', a letter or digit at both ends of each part, at most 253 characters
    namespace "Git Lab" is not valid: 'G' at position 1 is not allowed there; allowed: lower-case letters, digits and '-', a letter or digit at both ends, at most 63 characters
    source key "/leading" is not valid: it starts or ends with a slash
    data key "..data" is not valid: "." and names that start with ".." are reserved; allowed: letters, digits, '-', '_' and '.', at most 253 characters
    data key "twice" is given twice
    label key "a/b/c" is not valid: it has more than one slash; allowed: an optional DNS name and '/', then letters, digits, '-', '_' and '.', a letter or digit at both ends, at most 63 characters
    Secret type "service account" is not valid: it has a character other than printable ASCII without spaces; known types: Opaque, tls, dockerconfigjson, basic-auth, ssh-auth, bootstrap-token
    duration "hourly" is not valid; write it as Go does: "30s", "15m", "1h", "1h30m", or "0"
    "#);
}

#[test]
fn each_contradiction_is_named() {
    let cases = [
        "{name: a, namespace: b}",
        "{name: a, namespace: b, data: {}}",
        "{name: a, source: S}",
        "{name: a, namespaces: [], source: S}",
        "{name: a, namespace: b, namespaces: [c], source: S}",
        "{name: a, namespaces: [b, c, b], source: S}",
        "{name: a, namespace: b, source: S, data: {x: S}}",
        "{name: a, namespace: b, data_key: k, data: {x: S}}",
        "{name: a, namespace: b, source: S, refresh_interval: 1h}",
        "{name: a, source: S, data: {x: S}, refresh_interval: 1h}",
    ];
    let errors: Vec<_> =
        cases.iter().map(|case| format!("{case}\n  {}", read(case).expect_err(case))).collect();
    insta::assert_snapshot!(errors.join("\n"), @r#"
    {name: a, namespace: b}
      manifest "a": no data: give "source" (one key), "data" with at least one key, or "data_from"
    {name: a, namespace: b, data: {}}
      manifest "a": no data: give "source" (one key), "data" with at least one key, or "data_from"
    {name: a, source: S}
      manifest "a": no namespace: give "namespace", or "namespaces" with at least one
    {name: a, namespaces: [], source: S}
      manifest "a": no namespace: give "namespace", or "namespaces" with at least one
    {name: a, namespace: b, namespaces: [c], source: S}
      manifest "a": "namespace" and "namespaces" exclude each other: keep one
    {name: a, namespaces: [b, c, b], source: S}
      manifest "a": namespace "b" is listed twice
    {name: a, namespace: b, source: S, data: {x: S}}
      manifest "a": "source" and "data" exclude each other: keep one
    {name: a, namespace: b, data_key: k, data: {x: S}}
      manifest "a": "data_key" needs "source": in the long form the keys stand in "data"
    {name: a, namespace: b, source: S, refresh_interval: 1h}
      manifest "a": "refresh_interval" needs "sync_mode: external-secrets": at build time a value is read once
    {name: a, source: S, data: {x: S}, refresh_interval: 1h}
      manifest "a": no namespace: give "namespace", or "namespaces" with at least one; "source" and "data" exclude each other: keep one; "refresh_interval" needs "sync_mode: external-secrets": at build time a value is read once
    "#);
}

#[test]
fn each_bad_field_is_named_with_its_place() {
    let cases = [
        "name: a\nnamespace: b\nsorce: S\n",
        "name: Git_Lab\nnamespace: b\nsource: S\n",
        "name: a\nnamespace: b\nsource: 12\n",
        "name: a\nnamespace: b\nsource: ''\n",
        "name: a\nnamespace: b\nsource: a/\n",
        "name: a\nnamespace: b\nsource: {key: a, field: b}\n",
        "name: a\nnamespace: b\nsource: S\nsync_mode: runtime\n",
        "name: a\nnamespace: b\nsource: S\ntype: kubernetes.io/service-account-token\n",
        "name: a\nnamespace: b\ndata:\n  x: S\n  x: T\n",
        "name: a\nnamespace: b\nsource: S\nname: c\n",
        "name: a\nnamespace: b\nsource: S\nsync_mode: external-secrets\nrefresh_interval: 60\n",
        "name: a\nnamespace: b\nsource: S\nlabels: {on: 'x y'}\n",
    ];
    let errors: Vec<_> = cases.iter().map(|case| read(case).expect_err(case)).collect();
    insta::assert_snapshot!(errors.join("\n"), @r#"
    unknown field `sorce`, expected one of `name`, `namespace`, `namespaces`, `source`, `data_key`, `data`, `data_from`, `template`, `sync_mode`, `type`, `labels`, `annotations`, `immutable`, `reload`, `refresh_interval`, `refresh_policy`, `creation_policy`, `deletion_policy`, `store_ref` at line 3 column 1
    name: object name "Git_Lab" is not valid: 'G' at position 1 is not allowed there; allowed: lower-case letters, digits, '-' and '.', a letter or digit at both ends of each part, at most 253 characters at line 1 column 7
    source: invalid type: integer `12`, expected a source: a path of the store, or {key: path, property: field} at line 3 column 9
    source: source key "" is not valid: it is empty at line 3 column 9
    source: source key "a/" is not valid: it starts or ends with a slash at line 3 column 9
    source: unknown field `field`, expected one of `key`, `property`, `version`, `decoding_strategy`, `metadata_policy`, `null_byte_policy` at line 3 column 18
    sync_mode: unknown variant `runtime`, expected `build-time` or `external-secrets` at line 4 column 12
    type: Secret type "kubernetes.io/service-account-token" is not valid: the cluster itself fills Secrets of this type; known types: Opaque, tls, dockerconfigjson, basic-auth, ssh-auth, bootstrap-token at line 4 column 7
    data: duplicate entry with key "x" at line 4 column 3
    duplicate entry with key "name"
    refresh_interval: duration "60" is not valid; write it as Go does: "30s", "15m", "1h", "1h30m", or "0" at line 5 column 19
    labels.on: label value "x y" is not valid: ' ' at position 2 is not allowed there; allowed: nothing, or letters, digits, '-', '_' and '.', a letter or digit at both ends, at most 63 characters at line 4 column 14
    "#);
}

#[test]
fn a_key_given_twice_is_an_error_even_without_the_yaml_module() {
    let error =
        serde_json::from_str::<SecretManifest>(r#"{"name":"a","namespace":"b","data":{"x":"S","x":"T"}}"#);
    assert!(error.expect_err("a duplicate").to_string().contains("the key \"x\" stands twice"));
}

#[test]
fn annotations_over_the_limit_of_the_api_server_are_refused() {
    let error = SecretManifest::builder("a")
        .namespace("b")
        .source("S")
        .annotation("big", "x".repeat(262_144))
        .build();
    assert!(
        error.expect_err("too large").to_string().contains("annotations have 262147 bytes, more than 262144")
    );
}

#[test]
fn annotations_that_would_not_reach_the_api_server_as_they_are_are_refused() {
    for (character, code) in [('\u{85}', "U+0085"), ('\u{7f}', "U+007F"), ('\u{ffff}', "U+FFFF")] {
        let builder = SecretManifest::builder("a").namespace("b").source("S");
        let error = builder.annotation("note", format!("one{character}two")).build();
        let expected =
            format!("annotation \"note\" has the character {code}, which server-side apply does not carry");
        assert!(error.expect_err("not carried").to_string().contains(&expected));
    }
}

#[cfg(feature = "schema")]
#[test]
fn the_schema_names_every_field() {
    let schema = schemars::schema_for!(SecretManifest);
    let properties = schema.get("properties").and_then(serde_json::Value::as_object).expect("an object");
    let mut names: Vec<_> = properties.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "annotations",
            "creation_policy",
            "data",
            "data_from",
            "data_key",
            "deletion_policy",
            "immutable",
            "labels",
            "name",
            "namespace",
            "namespaces",
            "refresh_interval",
            "refresh_policy",
            "reload",
            "source",
            "store_ref",
            "sync_mode",
            "template",
            "type"
        ]
    );
    assert_eq!(schema.get("additionalProperties"), Some(&serde_json::Value::Bool(false)));
}
