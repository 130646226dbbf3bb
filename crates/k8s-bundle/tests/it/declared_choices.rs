//! What several manifests of one Secret choose together, and which keys it will have.

use insta::assert_snapshot;
use k8s_bundle::{DeclaredSecret, SecretManifest, declared_secrets, yaml};

fn manifests(text: &str) -> Vec<SecretManifest> {
    yaml::from_str(text).expect("manifests")
}

fn problems(text: &str) -> String {
    let manifests = manifests(text);
    let (_, problems) = declared_secrets(&manifests);
    problems
        .iter()
        .map(|problem| format!("{problem}\n  {}", problem.kind.help()))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn manifests_of_one_secret_add_to_each_other() {
    let manifests = manifests(
        "
- { name: db, namespace: a, sync_mode: external-secrets, data: { x: X }, data_from: [{ extract: { key: one } }, { extract: { key: two } }],
    template: { data: { conf: '{{ .x }}' }, merge_policy: Merge, metadata: { labels: { l: '{{ .l }}' } } }, reload: true, store_ref: vault }
- { name: db, namespace: a, sync_mode: external-secrets, data_from: [{ extract: { key: two } }, { extract: { key: three } }],
    template: { data: { other: '{{ .y }}' }, merge_policy: Merge }, refresh_policy: OnChange }
- { name: db, namespace: a, sync_mode: external-secrets, data: { z: Z }, template: { metadata: { annotations: { n: '{{ .n }}' } } },
    creation_policy: Owner, deletion_policy: Delete, store_ref: vault }
",
    );
    let (secrets, problems) = declared_secrets(&manifests);
    assert_eq!(problems, []);
    let [secret] = secrets.as_slice() else { panic!("{secrets:?}") };
    let origins: Vec<_> =
        secret.data_from.iter().map(|entry| yaml::to_string(entry).expect("writes")).collect();
    assert_eq!(origins, ["extract:\n  key: one\n", "extract:\n  key: two\n", "extract:\n  key: three\n"]);
    assert_snapshot!(yaml::to_string(secret.template.as_ref().expect("a template")).expect("writes"), @r#"
    data:
      conf: "{{ .x }}"
      other: "{{ .y }}"
    metadata:
      labels:
        l: "{{ .l }}"
      annotations:
        "n": "{{ .n }}"
    merge_policy: Merge
    "#);
    assert_eq!(
        secret.annotations.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>(),
        ["reloader.stakater.com/match=true"]
    );
    assert_eq!(
        format!("{:?} {:?} {:?}", secret.refresh_policy, secret.creation_policy, secret.deletion_policy),
        "Some(OnChange) Some(Owner) Some(Delete)"
    );
    assert_eq!(secret.store_ref.expect("a store"), &"vault");
}

#[test]
fn what_manifests_contradict_each_other_in_is_reported() {
    assert_snapshot!(problems("
- { name: db, namespace: a, sync_mode: external-secrets, data: { x: X }, refresh_policy: OnChange, creation_policy: Owner, deletion_policy: Retain,
    store_ref: one, reload: true, template: { data: { k: a }, metadata: { labels: { l: a }, annotations: { n: a } } } }
- { name: db, namespace: a, sync_mode: external-secrets, data: { x: X }, refresh_policy: CreatedOnce, creation_policy: Orphan, deletion_policy: Merge,
    store_ref: two, reload: false, template: { data: { k: b }, merge_policy: Merge, metadata: { labels: { l: b }, annotations: { n: b } } } }
"), @r"
a/db: its refresh policy is OnChange and CreatedOnce (manifests 1 and 2)
  keep one of the two values of refresh_policy
a/db: its creation policy is Owner and Orphan (manifests 1 and 2)
  keep one of the two values of creation_policy
a/db: its deletion policy is Retain and Merge (manifests 1 and 2)
  keep one of the two values of deletion_policy
a/db: it comes from the stores one and two (manifests 1 and 2)
  keep one of the two values of store_ref, or give one of the manifests another name: a Secret has one store
a/db: one manifest says reload and another says not to (manifests 1 and 2)
  give all manifests of the Secret the same value of reload, or only one of them
a/db: its label l has two templates (manifests 1 and 2)
  keep one of the two templates: manifests of one Secret are merged
a/db: its annotation n has two templates (manifests 1 and 2)
  keep one of the two templates: manifests of one Secret are merged
a/db: its template's merge policy is Replace and Merge (manifests 1 and 2)
  give the templates of the Secret the same merge_policy
a/db, key k: it has two templates (manifests 1 and 2)
  keep one of the two templates: manifests of one Secret are merged
");
}

#[test]
fn what_is_wrong_with_the_whole_alone_is_reported() {
    assert_snapshot!(problems("
- { name: late, namespace: a, sync_mode: external-secrets, data: { x: X }, refresh_policy: OnChange }
- { name: late, namespace: a, sync_mode: external-secrets, data: { y: Y }, refresh_interval: 1h }
- { name: gone, namespace: a, sync_mode: external-secrets, data: { x: X }, creation_policy: Merge }
- { name: gone, namespace: a, sync_mode: external-secrets, data: { y: Y }, deletion_policy: Delete }
- { name: twice, namespace: a, data: { x: X }, labels: { l: a }, annotations: { n: a } }
- { name: twice, namespace: a, data: { y: Y }, template: { metadata: { labels: { l: a }, annotations: { n: a } } } }
- { name: again, namespace: a, data: { x: X }, reload: true }
- { name: again, namespace: a, data: { y: Y }, annotations: { reloader.stakater.com/ignore: 'true' } }
"), @r#"
a/late: "refresh_interval" has no effect with "refresh_policy: OnChange" (manifests 1 and 2)
  change one of the two fields: manifests of one Secret are merged
a/gone: "deletion_policy: Delete" needs "creation_policy: Owner", not Merge: the operator deletes only what it owns (manifests 3 and 4)
  change one of the two fields: manifests of one Secret are merged
a/twice: its label l is given in labels and by a template (manifests 5 and 6)
  keep the literal value or the template
a/twice: its annotation n is given in annotations and by a template (manifests 5 and 6)
  keep the literal value or the template
a/again: its annotation reloader.stakater.com/ignore contradicts "reload: true" (manifests 7 and 8)
  remove the annotation: reload writes it
"#);
}

#[test]
fn sources_that_are_read_differently_differ() {
    assert_snapshot!(problems("
- { name: db, namespace: a, sync_mode: external-secrets, data: { x: X } }
- { name: db, namespace: a, sync_mode: external-secrets, data: { x: { key: X, version: 3, decoding_strategy: Auto, metadata_policy: Fetch, null_byte_policy: Fail } } }
"), @r"
a/db, key x: it comes from X and from X@3 (Auto, metadata, no null bytes) (manifests 1 and 2)
  keep one of the two sources, or give one of them another key
");
}

/// The keys that are known, and `…` where there may be others.
fn keys(text: &str) -> String {
    let manifests = manifests(text);
    let (secrets, problems) = declared_secrets(&manifests);
    assert_eq!(problems, []);
    let line = |secret: &DeclaredSecret<'_>| {
        let keys = secret.keys();
        let known = keys.known.iter().map(|key| key.as_str()).chain(keys.open.then_some("…"));
        format!("{}: {}", secret.id.name, known.collect::<Vec<_>>().join(" "))
    };
    secrets.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_secret_says_which_of_its_keys_are_known() {
    assert_snapshot!(keys("
- { name: a-data, namespace: a, data: { x: X, y: Y } }
- { name: b-replace, namespace: a, data: { x: X }, data_from: [{ extract: { key: S } }], template: { data: { conf: c } } }
- { name: c-merge, namespace: a, data: { x: X }, template: { data: { conf: c }, merge_policy: Merge } }
- { name: d-merge-open, namespace: a, data: { x: X }, data_from: [{ extract: { key: S } }], template: { data: { conf: c }, merge_policy: Merge } }
- { name: e-metadata, namespace: a, data: { x: X }, template: { metadata: { labels: { l: l } } } }
- { name: f-open, namespace: a, data_from: [{ extract: { key: S } }] }
- { name: g-shared, namespace: a, sync_mode: external-secrets, data: { x: X }, creation_policy: Merge }
- { name: h-replace-shared, namespace: a, sync_mode: external-secrets, data: { x: X }, template: { data: { conf: c } }, creation_policy: Merge }
"), @r"
a-data: x y
b-replace: conf
c-merge: conf x
d-merge-open: conf x …
e-metadata: x
f-open: …
g-shared: x …
h-replace-shared: conf …
");
}

#[test]
fn the_keys_of_a_type_are_asked_for_only_where_all_keys_are_known() {
    assert_snapshot!(problems("
- { name: a, namespace: a, type: tls, data_from: [{ extract: { key: S } }] }
- { name: b, namespace: a, type: tls, data: { crt: C, key: K }, template: { data: { tls.crt: c, tls.key: k } } }
- { name: c, namespace: a, type: tls, data: { tls.crt: C }, template: { data: { tls.key: k }, merge_policy: Merge } }
- { name: d, namespace: a, type: tls, sync_mode: external-secrets, data: { ca.crt: C }, creation_policy: Merge }
- { name: e, namespace: a, type: tls, data: { tls.crt: C, tls.key: K }, template: { data: { tls.crt: c } } }
- { name: f, namespace: a, type: tls, data_from: [{ extract: { key: S } }], template: { data: { tls.crt: c } } }
- { name: bootstrap-token-x, namespace: a, type: bootstrap-token, data_from: [{ extract: { key: S } }] }
"), @r#"
a/e: type kubernetes.io/tls requires the key "tls.key" (manifest 5)
  add the key with its source, or change the type
a/f: type kubernetes.io/tls requires the key "tls.key" (manifest 6)
  add the key with its source, or change the type
a/bootstrap-token-x: type bootstrap.kubernetes.io/token belongs in namespace kube-system, not a (manifest 7)
  the cluster looks for such a Secret under that name alone
a/bootstrap-token-x: type bootstrap.kubernetes.io/token must be named bootstrap-token-<token id of six lower-case letters and digits>, not bootstrap-token-x (manifest 7)
  the cluster looks for such a Secret under that name alone
"#);
}
