//! Where values come from beside plain sources, what is made of them, and what becomes of the Secret.

use k8s_bundle::{
    CreationPolicy, DataFrom, DecodingStrategy, DeletionPolicy, Extract, Find, GeneratorRef, MergePolicy,
    MetadataPolicy, RELOAD_IGNORE, RELOAD_MATCH, RefreshPolicy, Rewrite, SecretManifest, SecretTemplate,
    SourceRef, SyncMode, yaml,
};

fn read(text: &str) -> Result<SecretManifest, String> {
    yaml::from_str(text).map_err(|error| error.to_string())
}

/// The problems of each, a line each.
fn refused(cases: &[&str]) -> String {
    let lines = cases.iter().map(|case| {
        let error = read(&format!("{{name: a, namespace: b, {case}}}")).expect_err(case);
        format!("{case}\n  {}", error.replace("; ", "\n  ").replace("manifest \"a\": ", ""))
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_field_is_read_and_written() {
    let text = "
name: acme
namespace: prod
sync_mode: external-secrets
data:
  password: { key: acme/db, property: password, version: 3, decoding_strategy: Base64 }
  tags: { key: acme/db, metadata_policy: Fetch, null_byte_policy: Fail }
data_from:
- extract: { key: acme/minio, property: keys, version: '7', decoding_strategy: Auto, conversion_strategy: Unicode }
- find: { path: apps, name: { regexp: ^apps/db- }, tags: { team: acme } }
  rewrite:
  - regexp: { source: '^apps/(.*)$', target: $1 }
  - transform: { template: '{{ .value | upper }}' }
- generator: { kind: Password, name: db }
  rewrite:
  - merge: { strategy: JSON, into: all, priority: [password], conflict_policy: Ignore, priority_policy: IgnoreNotFound }
template:
  merge_policy: Merge
  engine_version: v2
  data:
    s3.conf: |
      user={{ .user }}

  metadata:
    labels: { owner: '{{ .owner }}' }
    annotations: { note: '{{ .note }}' }
reload: true
refresh_policy: Periodic
refresh_interval: 15m
creation_policy: Orphan
deletion_policy: Merge
store_ref: vault
";
    let manifest = read(text).expect("valid");
    let written = yaml::to_string(&manifest).expect("writes");
    insta::assert_snapshot!(written, @r#"
    name: acme
    namespace: prod
    data:
      password:
        key: acme/db
        property: password
        version: "3"
        decoding_strategy: Base64
      tags:
        key: acme/db
        metadata_policy: Fetch
        null_byte_policy: Fail
    data_from:
    - extract:
        key: acme/minio
        property: keys
        version: "7"
        decoding_strategy: Auto
        conversion_strategy: Unicode
    - find:
        path: apps
        name:
          regexp: "^apps/db-"
        tags:
          team: acme
      rewrite:
      - regexp:
          source: "^apps/(.*)$"
          target: $1
      - transform:
          template: "{{ .value | upper }}"
    - generator:
        kind: Password
        name: db
      rewrite:
      - merge:
          into: all
          priority:
          - password
          priority_policy: IgnoreNotFound
          conflict_policy: Ignore
          strategy: JSON
    template:
      data:
        s3.conf: |
          user={{ .user }}
      metadata:
        labels:
          owner: "{{ .owner }}"
        annotations:
          note: "{{ .note }}"
      merge_policy: Merge
    sync_mode: external-secrets
    reload: true
    refresh_interval: 15m
    refresh_policy: Periodic
    creation_policy: Orphan
    deletion_policy: Merge
    store_ref: vault
    "#);
    assert_eq!(read(&written), Ok(manifest));
}

#[test]
fn what_is_the_default_is_not_written() {
    let manifest = read(
        "
name: a
namespace: b
data: { x: { key: S, property: value, decoding_strategy: None, metadata_policy: None, null_byte_policy: Ignore } }
data_from: [{ extract: { key: S, conversion_strategy: Default }, rewrite: [] }]
template: { data: {}, merge_policy: Replace, metadata: {}, engine_version: v2 }
",
    );
    insta::assert_snapshot!(yaml::to_string(&manifest.expect("valid")).expect("writes"), @r"
    name: a
    namespace: b
    data:
      x: S
    data_from:
    - extract:
        key: S
    template: {}
    ");
}

#[test]
fn code_says_the_same_as_yaml() {
    let password =
        SourceRef::new("acme/db").and_then(|source| source.with_property("password")).expect("a source");
    let password =
        password.with_version("3").expect("a version").with_decoding_strategy(DecodingStrategy::Base64);
    let find = Find::by_name("^apps/".parse().expect("an expression")).in_path("apps").expect("a path");
    let built = SecretManifest::builder("acme")
        .namespace("prod")
        .sync_mode(SyncMode::ExternalSecrets)
        .data("password", password)
        .data_from(Extract::new("acme/minio").expect("a path").with_metadata_policy(MetadataPolicy::Fetch))
        .data_from(
            DataFrom::from(find).with_rewrite(Rewrite::regexp("^apps/".parse().expect("an expression"), "")),
        )
        .data_from(GeneratorRef::new("UUID".parse().expect("a kind"), "id".parse().expect("a name")))
        .template(
            SecretTemplate::new()
                .with_data("conf".parse().expect("a key"), "{{ .password }}")
                .with_label("app".parse().expect("a label"), "{{ .app }}")
                .with_annotation("note".parse().expect("an annotation"), "{{ .note }}")
                .with_merge_policy(MergePolicy::Merge),
        )
        .reload(false)
        .refresh_policy(RefreshPolicy::OnChange)
        .creation_policy(CreationPolicy::Owner)
        .deletion_policy(DeletionPolicy::Delete)
        .store_ref("vault")
        .build()
        .expect("valid");
    let text = "
name: acme
namespace: prod
sync_mode: external-secrets
data: { password: { key: acme/db, property: password, version: '3', decoding_strategy: Base64 } }
data_from:
- extract: { key: acme/minio, metadata_policy: Fetch }
- { find: { path: apps, name: { regexp: ^apps/ } }, rewrite: [{ regexp: { source: ^apps/, target: '' } }] }
- generator: { kind: UUID, name: id }
template:
  data: { conf: '{{ .password }}' }
  metadata: { labels: { app: '{{ .app }}' }, annotations: { note: '{{ .note }}' } }
  merge_policy: Merge
reload: false
refresh_policy: OnChange
creation_policy: Owner
deletion_policy: Delete
store_ref: vault
";
    assert_eq!(read(text), Ok(built));
}

#[test]
fn a_secret_may_have_no_named_key() {
    let manifest = read("{name: a, namespace: b, data_from: [{extract: {key: S}}]}").expect("valid");
    assert!(manifest.data().is_empty());
    let both = read("{name: a, namespace: b, source: S, data_from: [{extract: {key: S}}]}").expect("valid");
    assert_eq!((both.data().len(), both.data_from().len()), (1, 1));
    assert!(read("{name: a, namespace: b, data_from: []}").is_err());
    assert!(read("{name: a, namespace: b, template: {data: {x: y}}}").is_err());
}

#[test]
fn the_text_of_a_template_is_kept_byte_for_byte() {
    for text in ["", "\n", "a", "a\n", "a\n\n\n", "\n a\n  b\n", "\ta\r\n", "a: b # c\n", "{{ .x }}\n---\n"] {
        let template = SecretTemplate::new().with_data("k".parse().expect("a key"), text);
        let written = yaml::to_string(&template).expect("writes");
        assert_eq!(yaml::from_str::<SecretTemplate>(&written).expect("reads").data["k"], text, "{written}");
    }
}

#[test]
fn what_only_the_operator_can_follow_is_refused_at_build_time() {
    insta::assert_snapshot!(refused(&["
source: {key: S, metadata_policy: Fetch}, data_from: [
  {extract: {key: S, metadata_policy: Fetch, null_byte_policy: Fail}},
  {find: {name: {regexp: x}, tags: {a: b}, null_byte_policy: Fail}, rewrite: [{transform: {template: x}}, {merge: {}}]},
  {generator: {kind: Password, name: p}},
], refresh_interval: 1h, refresh_policy: OnChange, creation_policy: Owner, deletion_policy: Retain, store_ref: vault",
        "data: {x: {key: S, null_byte_policy: Fail}}",
    ]), @r#"
    source: {key: S, metadata_policy: Fetch}, data_from: [
      {extract: {key: S, metadata_policy: Fetch, null_byte_policy: Fail}},
      {find: {name: {regexp: x}, tags: {a: b}, null_byte_policy: Fail}, rewrite: [{transform: {template: x}}, {merge: {}}]},
      {generator: {kind: Password, name: p}},
    ], refresh_interval: 1h, refresh_policy: OnChange, creation_policy: Owner, deletion_policy: Retain, store_ref: vault
      "refresh_interval" needs "sync_mode: external-secrets": at build time a value is read once
      "refresh_policy" needs "sync_mode: external-secrets": at build time a value is read once
      "creation_policy" needs "sync_mode: external-secrets": at build time the Secret is written as a whole
      "deletion_policy" needs "sync_mode: external-secrets": at build time the Secret is written as a whole
      "store_ref" needs "sync_mode: external-secrets": at build time all values come from the one store of the configuration
      "source.metadata_policy" needs "sync_mode: external-secrets": at build time values are read, and nothing that the store keeps about them
      "data_from[0].extract.metadata_policy" needs "sync_mode: external-secrets": at build time values are read, and nothing that the store keeps about them
      "data_from[0].extract.null_byte_policy" needs "sync_mode: external-secrets": at build time a value is any bytes
      "data_from[1].find.tags" needs "sync_mode: external-secrets": at build time values are read, and nothing that the store keeps about them
      "data_from[1].find.null_byte_policy" needs "sync_mode: external-secrets": at build time a value is any bytes
      "data_from[1].rewrite[1].merge" needs "sync_mode: external-secrets": at build time values are not merged
      "data_from[2].generator" needs "sync_mode: external-secrets": generators are objects of the operator
      "refresh_interval" has no effect with "refresh_policy: OnChange"
    data: {x: {key: S, null_byte_policy: Fail}}
      "data.x.null_byte_policy" needs "sync_mode: external-secrets": at build time a value is any bytes
    "#);
}

#[test]
fn an_entry_says_one_thing_and_all_of_it() {
    insta::assert_snapshot!(refused(&[
        "sync_mode: external-secrets, data_from: [{extract: {key: S}}, {}, {extract: {key: S}, generator: {kind: UUID, name: x}}, {find: {path: p}}]",
        "sync_mode: external-secrets, data_from: [{extract: {key: S}, rewrite: [{}, {regexp: {source: a, target: b}, merge: {}}]}]",
        "sync_mode: external-secrets, data_from: [{extract: {key: S}, rewrite: [{merge: {strategy: JSON}}, {merge: {into: x}}]}]",
        "data_from: [{extract: {key: S, conversion_strategy: Unicode}, rewrite: [{transform: {template: x}}]}]",
        "data_from: [{}, {generator: {kind: UUID, name: x}}]",
    ]), @r#"
    sync_mode: external-secrets, data_from: [{extract: {key: S}}, {}, {extract: {key: S}, generator: {kind: UUID, name: x}}, {find: {path: p}}]
      data_from[1]: no origin: give one of "extract", "find" and "generator"
      data_from[2]: "extract" and "generator" exclude each other: keep one, and make another entry of the other
      data_from[3]: "find" needs "name" or "tags": without them it says nothing of what is to be found
    sync_mode: external-secrets, data_from: [{extract: {key: S}, rewrite: [{}, {regexp: {source: a, target: b}, merge: {}}]}]
      data_from[0]: rewrite[0] needs exactly one of "regexp", "transform" and "merge"
      data_from[0]: rewrite[1] needs exactly one of "regexp", "transform" and "merge"
    sync_mode: external-secrets, data_from: [{extract: {key: S}, rewrite: [{merge: {strategy: JSON}}, {merge: {into: x}}]}]
      data_from[0]: rewrite[0]: "merge" with "strategy: JSON" needs "into", the key that the merged object becomes
      data_from[0]: rewrite[1]: "into" has no effect without "strategy: JSON"
    data_from: [{extract: {key: S, conversion_strategy: Unicode}, rewrite: [{transform: {template: x}}]}]
      data_from[0]: "conversion_strategy" has no effect with "rewrite": keys are taken as they are rewritten
    data_from: [{}, {generator: {kind: UUID, name: x}}]
      data_from[0]: no origin: give one of "extract", "find" and "generator"
      "data_from[1].generator" needs "sync_mode: external-secrets": generators are objects of the operator
    "#);
}

#[test]
fn a_text_that_is_wrong_is_named_with_its_place() {
    insta::assert_snapshot!(refused(&[
        "data_from: [{find: {name: {regexp: '('}}}]",
        "data_from: [{find: {name: {regexp: 'a{2,1}'}}}]",
        "data_from: [{find: {name: ^x}}]",
        "data_from: [{extract: {key: /S}}]",
        "data_from: [{extract: {key: S, property: ''}}]",
        "data_from: [{extract: S}]",
        "data_from: [S]",
        "data_from: [{find: x}]",
        "data_from: [{generator: UUID}]",
        "data_from: [{extract: {key: S}, rewrite: [x]}]",
        "data_from: [{extract: {key: S}, rewrite: [{regexp: x}, {transform: x}]}]",
        "data_from: [{extract: {key: S}, rewrite: [{merge: x}]}]",
        "source: S, template: x",
        "data_from: [{generator: {kind: password, name: x}}]",
        "data_from: [{extract: {key: S}, rewrite: [{regexp: {source: '[', target: x}}]}]",
        "source: {key: S, version: ''}",
        "source: {key: S, version: 1.5}",
        "source: {key: S, decoding_strategy: base64}",
        "source: S, template: {data: {..x: y}}",
        "source: S, template: {data: {x: y, x: z}}",
        "source: S, template: {engine_version: v1}",
        "source: S, template: {templateFrom: []}",
        "source: S, reload: match",
        "source: S, sync_mode: external-secrets, creation_policy: owner",
        "source: S, sync_mode: external-secrets, store_ref: A B",
    ]), @r#"
    data_from: [{find: {name: {regexp: '('}}}]
      data_from[0].find.name.regexp: regular expression "(" is not valid: unclosed group at line 1 column 60
    data_from: [{find: {name: {regexp: 'a{2,1}'}}}]
      data_from[0].find.name.regexp: regular expression "a{2,1}" is not valid: invalid repetition count range, the start must be <= the end at line 1 column 60
    data_from: [{find: {name: ^x}}]
      data_from[0].find.name: invalid type: string "^x", expected a map with an expression, such as {regexp: ^db-} at line 1 column 51
    data_from: [{extract: {key: /S}}]
      data_from[0].extract.key: source key "/S" is not valid: it starts or ends with a slash at line 1 column 53
    data_from: [{extract: {key: S, property: ''}}]
      data_from[0].extract.property: source property "" is not valid: it is empty at line 1 column 66
    data_from: [{extract: S}]
      data_from[0].extract: invalid type: string "S", expected a map with the key of a path, such as {key: infrastructure/minio} at line 1 column 47
    data_from: [S]
      data_from[0]: invalid type: string "S", expected a map with one of extract, find and generator at line 1 column 37
    data_from: [{find: x}]
      data_from[0].find: invalid type: string "x", expected a map with name or tags, such as {name: {regexp: ^db-}} at line 1 column 44
    data_from: [{generator: UUID}]
      data_from[0].generator: invalid type: string "UUID", expected a map of kind and name at line 1 column 49
    data_from: [{extract: {key: S}, rewrite: [x]}]
      data_from[0].rewrite[0]: invalid type: string "x", expected a map with one of regexp, transform and merge at line 1 column 67
    data_from: [{extract: {key: S}, rewrite: [{regexp: x}, {transform: x}]}]
      data_from[0].rewrite[0].regexp: invalid type: string "x", expected a map of source and target at line 1 column 76
    data_from: [{extract: {key: S}, rewrite: [{merge: x}]}]
      data_from[0].rewrite[0].merge: invalid type: string "x", expected a map, {} for all that is usual at line 1 column 75
    source: S, template: x
      template: invalid type: string "x", expected a map with data or metadata at line 1 column 46
    data_from: [{generator: {kind: password, name: x}}]
      data_from[0].generator.kind: generator kind "password" is not valid: a kind is letters and digits, the first an upper-case letter, such as Password at line 1 column 56
    data_from: [{extract: {key: S}, rewrite: [{regexp: {source: '[', target: x}}]}]
      data_from[0].rewrite[0].regexp.source: regular expression "[" is not valid: unclosed character class at line 1 column 85
    source: {key: S, version: ''}
      source.version: source version "" is not valid: it is empty at line 1 column 51
    source: {key: S, version: 1.5}
      source.version: invalid type: floating point `1.5`, expected a version: a string or a whole number at line 1 column 51
    source: {key: S, decoding_strategy: base64}
      source.decoding_strategy: unknown variant `base64`, expected one of `None`, `Base64`, `Base64URL`, `Auto` at line 1 column 61
    source: S, template: {data: {..x: y}}
      template.data: data key "..x" is not valid: "." and names that start with ".." are reserved
      allowed: letters, digits, '-', '_' and '.', at most 253 characters at line 1 column 54
    source: S, template: {data: {x: y, x: z}}
      template.data: duplicate entry with key "x" at line 1 column 53
    source: S, template: {engine_version: v1}
      template.engine_version: unknown variant `v1`, expected `v2` at line 1 column 63
    source: S, template: {templateFrom: []}
      template: unknown field `templateFrom`, expected one of `data`, `metadata`, `merge_policy`, `engine_version` at line 1 column 47
    source: S, reload: match
      reload: invalid type: string "match", expected a boolean at line 1 column 44
    source: S, sync_mode: external-secrets, creation_policy: owner
      creation_policy: unknown variant `owner`, expected one of `Owner`, `Merge`, `Orphan`, `None`, `CreateOrMerge` at line 1 column 82
    source: S, sync_mode: external-secrets, store_ref: A B
      store_ref: object name "A B" is not valid: 'A' at position 1 is not allowed there
      allowed: lower-case letters, digits, '-' and '.', a letter or digit at both ends of each part, at most 253 characters at line 1 column 76
    "#);
}

#[test]
fn policies_that_exclude_each_other_are_refused() {
    insta::assert_snapshot!(refused(&[
        "source: S, sync_mode: external-secrets, deletion_policy: Delete, creation_policy: Merge, immutable: true",
        "source: S, sync_mode: external-secrets, deletion_policy: Delete, creation_policy: None",
        "source: S, sync_mode: external-secrets, deletion_policy: Delete, creation_policy: CreateOrMerge",
        "source: S, sync_mode: external-secrets, deletion_policy: Delete, creation_policy: Orphan",
        "source: S, sync_mode: external-secrets, deletion_policy: Merge, creation_policy: None",
        "source: S, sync_mode: external-secrets, refresh_policy: OnChange, refresh_interval: 1h",
        "source: S, sync_mode: external-secrets, refresh_policy: CreatedOnce, refresh_interval: 0",
    ]), @r#"
    source: S, sync_mode: external-secrets, deletion_policy: Delete, creation_policy: Merge, immutable: true
      "deletion_policy: Delete" needs "creation_policy: Owner", not Merge: the operator deletes only what it owns
      "immutable" cannot be used with "creation_policy: Merge": the operator adds no keys to an immutable Secret that is there
    source: S, sync_mode: external-secrets, deletion_policy: Delete, creation_policy: None
      "deletion_policy: Delete" needs "creation_policy: Owner", not None: the operator deletes only what it owns
    source: S, sync_mode: external-secrets, deletion_policy: Delete, creation_policy: CreateOrMerge
      "deletion_policy: Delete" needs "creation_policy: Owner", not CreateOrMerge: the operator deletes only what it owns
    source: S, sync_mode: external-secrets, deletion_policy: Delete, creation_policy: Orphan
      "deletion_policy: Delete" needs "creation_policy: Owner", not Orphan: the operator deletes only what it owns
    source: S, sync_mode: external-secrets, deletion_policy: Merge, creation_policy: None
      "deletion_policy: Merge" has no effect with "creation_policy: None", which makes no Secret
    source: S, sync_mode: external-secrets, refresh_policy: OnChange, refresh_interval: 1h
      "refresh_interval" has no effect with "refresh_policy: OnChange"
    source: S, sync_mode: external-secrets, refresh_policy: CreatedOnce, refresh_interval: 0
      "refresh_interval" has no effect with "refresh_policy: CreatedOnce"
    "#);
    for fine in [
        "deletion_policy: Delete",
        "deletion_policy: Delete, creation_policy: Owner",
        "deletion_policy: Merge, creation_policy: Merge",
        "immutable: true, creation_policy: Orphan",
        "refresh_policy: Periodic, refresh_interval: 0",
    ] {
        read(&format!("{{name: a, namespace: b, source: S, sync_mode: external-secrets, {fine}}}"))
            .expect(fine);
    }
}

#[test]
fn reload_is_an_annotation_of_the_secret() {
    for (reload, key) in [(true, RELOAD_MATCH), (false, RELOAD_IGNORE)] {
        let manifest =
            read(&format!("{{name: a, namespace: b, source: S, reload: {reload}}}")).expect("valid");
        assert!(manifest.annotations().is_empty());
        let meta = manifest.metadata(&manifest.namespaces()[0]);
        let annotations: Vec<_> =
            meta.annotations.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        assert_eq!(annotations, [(key, "true")]);
    }
    read("{name: a, namespace: b, source: S, reload: true, annotations: {reloader.stakater.com/match: 'true'}}")
        .expect("the same said twice");
    insta::assert_snapshot!(refused(&[
        "source: S, reload: true, annotations: {reloader.stakater.com/match: 'false'}",
        "source: S, reload: true, annotations: {reloader.stakater.com/ignore: 'true'}",
        "source: S, reload: false, template: {metadata: {annotations: {reloader.stakater.com/match: 'true'}}}",
    ]), @r#"
    source: S, reload: true, annotations: {reloader.stakater.com/match: 'false'}
      annotation "reloader.stakater.com/match" contradicts "reload: true": remove one of them
    source: S, reload: true, annotations: {reloader.stakater.com/ignore: 'true'}
      annotation "reloader.stakater.com/ignore" contradicts "reload: true": remove one of them
    source: S, reload: false, template: {metadata: {annotations: {reloader.stakater.com/match: 'true'}}}
      annotation "reloader.stakater.com/match" contradicts "reload: false": remove one of them
    "#);
}

#[test]
fn a_label_is_literal_or_a_template() {
    insta::assert_snapshot!(refused(&[
        "source: S, labels: {a: b, c: d}, annotations: {e: f}, template: {metadata: {labels: {a: x, z: z}, annotations: {e: x}}}",
    ]), @r#"
    source: S, labels: {a: b, c: d}, annotations: {e: f}, template: {metadata: {labels: {a: x, z: z}, annotations: {e: x}}}
      label "a" is in "labels" and in "template.metadata.labels": keep one
      annotation "e" is in "annotations" and in "template.metadata.annotations": keep one
    "#);
}

#[test]
fn everything_that_is_missing_is_reported_at_once() {
    insta::assert_snapshot!(read("{labels: {}}").expect_err("nothing is there"), @r#"manifest "": no name: give "name", the name of the Secret; no namespace: give "namespace", or "namespaces" with at least one; no data: give "source" (one key), "data" with at least one key, or "data_from""#);
}
