//! Declarations that cannot be delivered by reference: every reason, all at once, never a bundle.

use super::{eso_error, generate, homelab};

fn problems(text: &str) -> String {
    eso_error(generate(&homelab("0.20.4"), text))
}

#[test]
fn manifests_of_one_secret_are_merged() {
    let several = "
- { name: db, namespace: acme, sync_mode: external-secrets, data: { a: A } }
- { name: db, namespace: acme, sync_mode: external-secrets, data: { b: B }, refresh_interval: 1h30m }
- { name: db, namespace: acme, sync_mode: external-secrets, data: { c: C, a: A }, refresh_interval: 90m }
";
    let bundle = generate(&homelab("0.20.4"), several).unwrap();
    let spec = bundle.resources().last().unwrap().field("spec").unwrap();
    assert_eq!(spec["refreshInterval"], "1h30m0s");
    assert_eq!(spec["data"].as_sequence().unwrap().len(), 3);
}

#[test]
fn what_manifests_contradict_each_other_in_is_reported_with_what_the_operator_refuses() {
    insta::assert_snapshot!(problems("
- { name: db, namespaces: [acme, test], sync_mode: external-secrets, data: { password: A } }
- { name: db, namespaces: [acme, test], sync_mode: external-secrets, data: { password: B, user: ../user } }
"), @r#"
    acme/db, test/db, key password: it comes from A and from B (manifests 1 and 2); acme/db, test/db, key user: it comes from the path "../user", which has an empty segment, "." or ".." (manifest 2)
    help: keep one of the two sources, or give one of them another key
    write the path without empty segments, "." and ".."
    "#);
}

#[test]
fn a_secret_is_delivered_in_one_way() {
    insta::assert_snapshot!(problems("
- { name: db, namespace: acme, sync_mode: external-secrets, data: { a: A } }
- { name: db, namespace: acme, data: { b: B } }
"), @"
    acme/db: its sync mode is external-secrets and build-time (manifests 1 and 2)
    help: give all manifests of the Secret the same sync_mode, or one of them another name: a Secret has one owner
    ");
}

#[test]
fn what_is_wrong_with_secrets_by_value_is_left_to_who_delivers_them() {
    let by_value = "
- { name: db, namespace: acme, data: { a: A } }
- { name: db, namespace: acme, data: { a: ../B } }
- { name: pair, namespace: acme, type: tls, data: { tls.crt: A } }
";
    assert!(generate(&homelab("0.20.4"), by_value).is_ok());
}

#[test]
fn the_token_of_the_bridge_cannot_come_through_the_bridge() {
    insta::assert_snapshot!(problems("
- { name: homelab-bridge-token, namespace: external-secrets-system, sync_mode: external-secrets, data: { token: A } }
"), @"
    external-secrets-system/homelab-bridge-token: it holds the bridge's token, which cannot be delivered through the bridge (manifest 1)
    help: remove the manifest: token_source has the token delivered by value
    ");
}

#[test]
fn bootstrap_tokens_are_refused_beside_what_is_wrong_with_others() {
    insta::assert_snapshot!(problems("
- { name: pair, namespace: web, sync_mode: external-secrets, type: tls, data: { tls.crt: A } }
- { name: bootstrap-token-abcdef, namespace: kube-system, sync_mode: external-secrets, type: bootstrap-token,
    data: { token-id: A, token-secret: B } }
"), @r#"
    web/pair: type kubernetes.io/tls requires the key "tls.key" (manifest 1); kube-system/bootstrap-token-abcdef: the operator refuses to make Secrets of type bootstrap.kubernetes.io/token (manifest 2)
    help: add the key with its source, or change the type
    deliver bootstrap tokens by value: remove sync_mode
    "#);
}

#[test]
fn paths_that_the_operator_would_resolve_to_others_are_refused() {
    insta::assert_snapshot!(problems("
- { name: db, namespace: acme, sync_mode: external-secrets, data: { a: ../sys/config, b: x//y, c: x/./y, d: x..y/z } }
"), @r#"
    acme/db, key a: it comes from the path "../sys/config", which has an empty segment, "." or ".." (manifest 1); acme/db, key b: it comes from the path "x//y", which has an empty segment, "." or ".." (manifest 1); acme/db, key c: it comes from the path "x/./y", which has an empty segment, "." or ".." (manifest 1)
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
