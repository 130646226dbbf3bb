//! Several manifests of one Secret: what they say together, and what they contradict each other in.

use std::fmt::Display;

use insta::assert_snapshot;
use k8s_bundle::{DeclaredProblem, DeclaredProblemKind, SecretManifest, SyncMode, declared_secrets, yaml};

fn manifests(text: &str) -> Vec<SecretManifest> {
    yaml::from_str(text).expect("manifests")
}

fn lines<K: Display>(problems: &[DeclaredProblem<K>]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// Every problem, a line each.
fn problems(text: &str) -> String {
    let manifests = manifests(text);
    let (_, problems) = declared_secrets(&manifests);
    lines(&problems)
}

#[test]
fn manifests_of_one_namespace_and_name_are_one_secret() {
    let manifests = manifests(
        "
- { name: db, namespaces: [b, a], sync_mode: external-secrets, data: { user: U, password: P }, labels: { app: x } }
- { name: db, namespace: a, sync_mode: external-secrets, data: { url: { key: db, property: url }, user: U },
    labels: { app: x, tier: db }, annotations: { owner: us }, refresh_interval: 1h }
- { name: other, namespace: a, type: tls, data: { tls.crt: C, tls.key: K }, immutable: true }
",
    );
    let (secrets, problems) = declared_secrets(&manifests);
    assert_eq!(problems, []);
    let ids: Vec<_> =
        secrets.iter().map(|secret| (secret.id.to_string(), secret.manifests.clone())).collect();
    assert_eq!(
        ids,
        [("a/db".to_owned(), vec![0, 1]), ("a/other".to_owned(), vec![2]), ("b/db".to_owned(), vec![0])]
    );
    let [merged, other, alone] = secrets.as_slice() else { panic!("{secrets:?}") };
    let data: Vec<_> = merged.data.iter().map(|(key, source)| format!("{key}={source}")).collect();
    assert_eq!(data, ["password=P", "url=db#url", "user=U"]);
    assert_eq!(merged.labels.len(), 2);
    assert_eq!(merged.annotations.values().collect::<Vec<_>>(), [&"us"]);
    assert_eq!(merged.refresh_interval.expect("an interval").as_str(), "1h");
    assert_eq!(merged.sync_mode, SyncMode::ExternalSecrets);
    assert_eq!(
        (other.secret_type.as_str(), other.immutable, other.sync_mode),
        ("kubernetes.io/tls", true, SyncMode::BuildTime)
    );
    assert_eq!((alone.data.len(), alone.labels.len(), alone.refresh_interval), (2, 1, None));
}

#[test]
fn no_manifest_is_no_secret() {
    assert_eq!(declared_secrets([]), (vec![], vec![]));
}

#[test]
fn every_contradiction_is_reported_at_once() {
    assert_snapshot!(problems("
- { name: authelia, namespace: auth, data: { password: A }, labels: { tier: one }, annotations: { a/b: x } }
- { name: authelia, namespace: auth, data: { password: { key: A, property: other } }, labels: { tier: two } }
- { name: authelia, namespace: auth, data: { c: C }, annotations: { a/b: y }, immutable: true }
- { name: authelia, namespace: auth, data: { d: D }, type: basic-auth }
- { name: late, namespace: auth, data: { a: A }, sync_mode: external-secrets, refresh_interval: 1h }
- { name: late, namespace: auth, data: { b: B }, sync_mode: external-secrets, refresh_interval: 2h }
- { name: late, namespace: auth, data: { c: C } }
- { name: no-key, namespace: x, data: { tls.crt: A }, type: tls }
- { name: no-login, namespace: x, data: { user: A }, type: basic-auth }
- { name: token, namespace: x, data: { token-id: A, token-secret: B }, type: bootstrap-token }
"), @r#"
    auth/authelia: one manifest makes it immutable and the other does not (manifests 1 and 3)
    auth/authelia: its type is Opaque and kubernetes.io/basic-auth (manifests 1 and 4)
    auth/authelia: its label tier is "one" and "two" (manifests 1 and 2)
    auth/authelia: its annotation a/b has two values (manifests 1 and 3)
    auth/authelia, key password: it comes from A and from A#other (manifests 1 and 2)
    auth/late: its sync mode is external-secrets and build-time (manifests 5 and 7)
    auth/late: its refresh interval is 1h and 2h (manifests 5 and 6)
    x/no-key: type kubernetes.io/tls requires the key "tls.key" (manifest 8)
    x/no-login: type kubernetes.io/basic-auth requires at least one of the keys username, password (manifest 9)
    x/token: type bootstrap.kubernetes.io/token belongs in namespace kube-system, not x (manifest 10)
    x/token: type bootstrap.kubernetes.io/token must be named bootstrap-token-<token id of six lower-case letters and digits>, not token (manifest 10)
    "#);
}

#[test]
fn a_problem_says_which_manifests_it_is_about_and_what_to_do() {
    let manifests = manifests(
        "[{ name: z, namespace: x, source: Z }, { name: a, namespace: x, source: A }, { name: a, namespace: x, source: B }]",
    );
    let (_, problems) = declared_secrets(&manifests);
    let [problem] = problems.as_slice() else { panic!("{problems:?}") };
    assert_eq!(problem.manifests, [1, 2]);
    assert_eq!(problem.key.as_ref().expect("a key"), &"value");
    assert!(matches!(problem.kind, DeclaredProblemKind::Sources { .. }));
    assert_eq!(problem.kind.help(), "keep one of the two sources, or give one of them another key");
}

#[test]
fn what_is_wrong_in_each_namespace_is_said_once() {
    assert_snapshot!(problems("
- { name: both, namespaces: [z, x, y], data: { a: A } }
- { name: both, namespaces: [y, z], data: { a: B, b: B } }
- { name: both, namespaces: [y], data: { a: B, b: C } }
"), @"
    y/both, key a: it comes from A and from B (manifests 1 and 3)
    y/both, z/both, key a: it comes from A and from B (manifests 1 and 2)
    y/both, key b: it comes from B and from C (manifests 2 and 3)
    ");
}

#[test]
fn the_same_key_from_the_same_source_is_no_conflict() {
    let same = "
- { name: db, namespace: acme, data: { password: A } }
- { name: db, namespace: acme, data: { password: { key: A, property: value }, user: B } }
";
    assert_eq!(problems(same), "");
}

#[test]
fn intervals_of_one_length_agree_and_a_silent_manifest_agrees_with_any() {
    let alike = "
- { name: db, namespace: acme, sync_mode: external-secrets, data: { a: A } }
- { name: db, namespace: acme, sync_mode: external-secrets, data: { b: B }, refresh_interval: 1h30m }
- { name: db, namespace: acme, sync_mode: external-secrets, data: { c: C }, refresh_interval: 90m }
";
    assert_eq!(problems(alike), "");
    let manifests = manifests(alike);
    assert_eq!(declared_secrets(&manifests).0[0].refresh_interval.expect("an interval").as_str(), "1h30m");
}

#[test]
fn the_rules_of_a_type_hold_for_the_merged_secret() {
    assert_snapshot!(problems("
- { name: pair, namespace: web, type: tls, data: { tls.crt: A } }
- { name: pair, namespace: web, type: tls, data: { tls.key: B } }
- { name: half, namespace: web, type: tls, data: { tls.crt: A } }
- { name: half, namespace: web, type: tls, data: { ca.crt: B } }
"), @r#"web/half: type kubernetes.io/tls requires the key "tls.key" (manifests 3 and 4)"#);
}

#[test]
fn the_order_of_the_manifests_does_not_change_the_secrets() {
    let mut manifests = manifests(
        "
- { name: a, namespaces: [x, y], data: { one: A } }
- { name: b, namespace: x, data: { two: B } }
- { name: a, namespace: x, data: { three: C }, labels: { app: a } }
",
    );
    let data = |manifests: &[SecretManifest]| -> Vec<String> {
        let (secrets, _) = declared_secrets(manifests);
        secrets.iter().map(|secret| format!("{} {:?} {:?}", secret.id, secret.data, secret.labels)).collect()
    };
    let before = data(&manifests);
    manifests.reverse();
    assert_eq!(data(&manifests), before);
}

#[test]
fn a_kind_of_ones_own_is_sorted_and_grouped_as_well() {
    let manifests =
        manifests("[{ name: b, namespaces: [y, x], source: A }, { name: a, namespace: x, source: A }]");
    let (first, second) = (&manifests[0], &manifests[1]);
    let mut alone = DeclaredProblem::of_manifest(0, first, None, "too late");
    alone.namespaces = vec!["z".parse().expect("a namespace")];
    let all = DeclaredProblem::together(vec![
        DeclaredProblem::of_manifest(1, second, second.data().keys().next(), "too late"),
        DeclaredProblem::of_manifest(0, first, None, "too late"),
        DeclaredProblem::of_manifest(0, first, None, "too early"),
        alone,
    ]);
    assert_snapshot!(lines(&all), @"
    x/b, y/b: too early (manifest 1)
    x/b, y/b, z/b: too late (manifest 1)
    x/a, key value: too late (manifest 2)
    ");
}
