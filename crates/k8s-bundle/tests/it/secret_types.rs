//! The keys and names that each type of Secret must have.

use k8s_bundle::{DataKey, SecretType};

fn problems(secret_type: &str, keys: &[&str]) -> Vec<String> {
    let secret_type: SecretType = secret_type.parse().expect("a type");
    let keys: Vec<DataKey> = keys.iter().map(|key| key.parse().expect("a key")).collect();
    secret_type.check_keys(&keys).iter().map(ToString::to_string).collect()
}

#[test]
fn short_and_full_names_are_the_same_type() {
    for (short, full) in [
        ("opaque", "Opaque"),
        ("tls", "kubernetes.io/tls"),
        ("dockerconfigjson", "kubernetes.io/dockerconfigjson"),
        ("basic-auth", "kubernetes.io/basic-auth"),
        ("ssh-auth", "kubernetes.io/ssh-auth"),
        ("bootstrap-token", "bootstrap.kubernetes.io/token"),
    ] {
        let by_short: SecretType = short.parse().expect("a type");
        assert_eq!(by_short, full.parse().expect("a type"));
        assert_eq!(by_short.as_str(), full);
        assert!(!matches!(by_short, SecretType::Custom(_)));
    }
}

#[test]
fn types_of_other_tools_are_taken_with_any_keys() {
    assert_eq!("helm.sh/release.v1".parse::<SecretType>().expect("a type").as_str(), "helm.sh/release.v1");
    assert!(problems("helm.sh/release.v1", &["release"]).is_empty());
    for bad in ["", "two words", "a\n", "\u{e9}", "kubernetes.io/service-account-token", &"a".repeat(254)] {
        assert!(bad.parse::<SecretType>().is_err(), "{bad:?}");
    }
}

#[test]
fn missing_keys_are_all_named() {
    let all = [
        problems("tls", &["ca.crt"]),
        problems("dockerconfigjson", &["config.json"]),
        problems("kubernetes.io/dockercfg", &[]),
        problems("basic-auth", &["user"]),
        problems("ssh-auth", &[]),
        problems("bootstrap-token", &["token-id"]),
    ];
    insta::assert_snapshot!(all.concat().join("\n"), @r#"
    type kubernetes.io/tls requires the key "tls.crt"
    type kubernetes.io/tls requires the key "tls.key"
    type kubernetes.io/dockerconfigjson requires the key ".dockerconfigjson"
    type kubernetes.io/dockercfg requires the key ".dockercfg"
    type kubernetes.io/basic-auth requires at least one of the keys username, password
    type kubernetes.io/ssh-auth requires the key "ssh-privatekey"
    type bootstrap.kubernetes.io/token requires the key "token-secret"
    "#);
}

#[test]
fn complete_keys_have_no_problems() {
    assert!(problems("Opaque", &[]).is_empty());
    assert!(problems("tls", &["tls.crt", "tls.key", "ca.crt"]).is_empty());
    assert!(problems("dockerconfigjson", &[".dockerconfigjson"]).is_empty());
    assert!(problems("basic-auth", &["username"]).is_empty());
    assert!(problems("basic-auth", &["password"]).is_empty());
    assert!(problems("ssh-auth", &["ssh-privatekey"]).is_empty());
    assert!(problems("bootstrap-token", &["token-id", "token-secret", "expiration"]).is_empty());
}

#[test]
fn a_bootstrap_token_is_seen_in_one_place_only() {
    let check = |secret_type: SecretType, namespace: &str, name: &str| {
        let problems =
            secret_type.check_object(&namespace.parse().expect("ns"), &name.parse().expect("name"));
        problems.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert!(check(SecretType::BootstrapToken, "kube-system", "bootstrap-token-07401b").is_empty());
    insta::assert_snapshot!(check(SecretType::BootstrapToken, "default", "bootstrap-token-abc").join("\n"), @r"
    type bootstrap.kubernetes.io/token belongs in namespace kube-system, not default
    type bootstrap.kubernetes.io/token must be named bootstrap-token-<token id of six lower-case letters and digits>, not bootstrap-token-abc
    ");
    assert!(check(SecretType::Opaque, "default", "anything").is_empty());
}
