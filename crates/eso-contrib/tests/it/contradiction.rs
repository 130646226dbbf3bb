//! Declarations that cannot be delivered by reference: every reason, all at once, never a bundle.

use super::{eso_error, generate, homelab};

fn problems(text: &str) -> String {
    eso_error(generate(&homelab("0.20.4"), text))
}

#[test]
fn one_key_with_two_sources_names_both() {
    insta::assert_snapshot!(problems("
- { name: db, namespace: acme, sync_mode: external-secrets, data: { password: A } }
- { name: db, namespace: acme, sync_mode: external-secrets, data: { password: { key: A, property: b } } }
"), @r#"
    acme/db: the key "password" is declared twice, from A and from A#b
    help: give each key one source, or rename one of the keys
    "#);
}

#[test]
fn one_key_with_one_source_may_stand_twice() {
    let twice = "
- { name: db, namespace: acme, sync_mode: external-secrets, data: { password: A } }
- { name: db, namespace: acme, sync_mode: external-secrets, data: { password: A, user: B } }
";
    assert!(generate(&homelab("0.20.4"), twice).is_ok());
}

#[test]
fn what_a_secret_has_once_must_agree() {
    insta::assert_snapshot!(problems("
- { name: db, namespace: acme, sync_mode: external-secrets, data: { a: A }, refresh_interval: 1h,
    labels: { app: x, tier: db }, annotations: { owner: x } }
- { name: db, namespace: acme, sync_mode: external-secrets, data: { b: B }, refresh_interval: 2h, type: example.com/db,
    immutable: true, labels: { app: y, tier: db }, annotations: { owner: y } }
"), @"
    acme/db: its manifests disagree about type: Opaque and example.com/db; acme/db: its manifests disagree about immutable: false and true; acme/db: its manifests disagree about refresh_interval: 1h and 2h; acme/db: its manifests disagree about the label app: x and y; acme/db: its manifests disagree about the annotation owner
    help: declare it alike in each manifest of the Secret
    ");
}

#[test]
fn intervals_of_one_length_agree_and_a_silent_manifest_agrees_with_any() {
    let alike = "
- { name: db, namespace: acme, sync_mode: external-secrets, data: { a: A } }
- { name: db, namespace: acme, sync_mode: external-secrets, data: { b: B }, refresh_interval: 1h30m }
- { name: db, namespace: acme, sync_mode: external-secrets, data: { c: C }, refresh_interval: 90m }
";
    let bundle = generate(&homelab("0.20.4"), alike).unwrap();
    let spec = bundle.resources().last().unwrap().field("spec").unwrap();
    assert_eq!(spec["refreshInterval"], "1h30m0s");
    assert_eq!(spec["data"].as_sequence().unwrap().len(), 3);
}

#[test]
fn a_secret_is_delivered_in_one_way() {
    insta::assert_snapshot!(problems("
- { name: db, namespace: acme, sync_mode: external-secrets, data: { a: A } }
- { name: db, namespace: acme, data: { b: B } }
"), @"
    acme/db: it is declared with sync_mode build-time as well as external-secrets
    help: deliver all keys of a Secret in one way: the operator owns the Secrets that it makes
    ");
}

#[test]
fn the_token_of_the_bridge_cannot_come_through_the_bridge() {
    insta::assert_snapshot!(problems("
- { name: homelab-bridge-token, namespace: external-secrets-system, sync_mode: external-secrets, data: { token: A } }
"), @"
    external-secrets-system/homelab-bridge-token: it holds the bridge's token, which cannot be delivered through the bridge
    help: remove the manifest: token_source has the token delivered by value
    ");
}

#[test]
fn the_keys_of_a_type_are_checked_after_merging() {
    let merged = "
- { name: pair, namespace: web, sync_mode: external-secrets, type: tls, data: { tls.crt: A } }
- { name: pair, namespace: web, sync_mode: external-secrets, type: tls, data: { tls.key: B } }
";
    assert!(generate(&homelab("0.20.4"), merged).is_ok());
    insta::assert_snapshot!(problems("
- { name: pair, namespace: web, sync_mode: external-secrets, type: tls, data: { tls.crt: A } }
- { name: bootstrap-token-abcdef, namespace: kube-system, sync_mode: external-secrets, type: bootstrap-token,
    data: { token-id: A, token-secret: B } }
"), @r#"
    kube-system/bootstrap-token-abcdef: the operator refuses to make Secrets of type bootstrap.kubernetes.io/token; web/pair: type kubernetes.io/tls requires the key "tls.key"
    help: deliver bootstrap tokens by value: remove sync_mode
    "#);
}

#[test]
fn paths_that_the_operator_would_resolve_to_others_are_refused() {
    insta::assert_snapshot!(problems("
- { name: db, namespace: acme, sync_mode: external-secrets, data: { a: ../sys/config, b: x//y, c: x/./y, d: x..y/z } }
"), @r#"
    acme/db: the key "a" comes from the path "../sys/config", which has an empty segment, "." or ".."; acme/db: the key "b" comes from the path "x//y", which has an empty segment, "." or ".."; acme/db: the key "c" comes from the path "x/./y", which has an empty segment, "." or ".."
    help: write the path without empty segments, "." and ".."
    "#);
}

#[test]
fn what_fails_leaves_no_half_of_it_in_the_bundle() {
    use k8s_bundle::{Contributor, KubernetesBundle};
    let declared = super::manifests(
        "
- { name: good, namespace: acme, sync_mode: external-secrets, data: { a: A } }
- { name: pair, namespace: web, sync_mode: external-secrets, type: tls, data: { tls.crt: A } }
",
    );
    let mut bundle = KubernetesBundle::with_secrets(declared);
    let before = bundle.clone();
    eso_contrib::ExternalSecrets::new(&homelab("0.20.4")).contribute(&mut bundle).unwrap_err();
    assert_eq!(bundle, before);
}
