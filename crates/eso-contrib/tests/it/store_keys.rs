//! What the operator is asked for, so that it reads what was meant.

use eso_contrib::api::provider::vault::KvVersion;
use eso_contrib::api::provider::{
    FakeProvider, KubernetesProvider, Provider, VaultProvider, WebhookProvider,
};
use eso_contrib::api::{SecretKeySelector, StoreSpec};
use k8s_bundle::yaml;
use proptest::prelude::*;

fn vault(mount: Option<&str>, version: KvVersion) -> VaultProvider {
    let server = "https://vault.acme.lab".parse().unwrap();
    let mut vault = VaultProvider::without_auth(server, "kv".parse().unwrap()).with_version(version);
    vault.path = mount.map(|mount| mount.parse().unwrap());
    vault
}

/// `buildPath` in the operator's `pkg/provider/vault/client_get.go` (0.10.4 and 0.20.4 alike).
fn path_the_operator_asks_for(mount: Option<&str>, version: KvVersion, key: &str) -> String {
    let second = version == KvVersion::V2;
    let Some(mount) = mount else {
        return match key.split_once('/') {
            Some((first, rest)) if second && !key.contains("/data/") => format!("{first}/data/{rest}"),
            _ => key.to_owned(),
        };
    };
    let mut rest = key;
    if let Some(after) = key.strip_prefix(&format!("{mount}/")) {
        rest = if second { after.strip_prefix("data/").unwrap_or(after) } else { after };
    }
    if second { format!("{mount}/data/{rest}") } else { format!("{mount}/{rest}") }
}

#[test]
fn what_is_found_below_the_name_of_the_mount_would_be_read_elsewhere() {
    let vault = |mount| Provider::from(vault(mount, KvVersion::V2));
    for path in ["secret", "secret/apps"] {
        let problem = vault(Some("secret")).find_problem(Some(path)).unwrap();
        assert!(
            problem.starts_with(r#"the operator takes "secret/" off the path of what it finds there"#),
            "{problem}"
        );
    }
    for path in [None, Some("secrets"), Some("apps/secret"), Some("data")] {
        assert_eq!(vault(Some("secret")).find_problem(path), None, "{path:?}");
    }
    assert_eq!(vault(None).find_problem(Some("secret")), None);
}

proptest! {
    #[test]
    fn with_a_mount_in_the_store_every_path_is_read_where_it_is(
        mount in prop::sample::select(vec!["secret", "data", "teams/kv", "kv/data", "data/data"]),
        second in any::<bool>(),
        start in prop::sample::select(vec!["", "secret/", "data/", "data/data/", "teams/", "teams/kv/", "kv/data/", "secret/data/"]),
        rest in "[a-z]{1,6}(/[a-z]{1,6}){0,2}",
    ) {
        let version = if second { KvVersion::V2 } else { KvVersion::V1 };
        let path = format!("{start}{rest}");
        let key = vault(Some(mount), version).remote_key(&path);
        let meant = if second { format!("{mount}/data/{path}") } else { format!("{mount}/{path}") };
        prop_assert_eq!(path_the_operator_asks_for(Some(mount), version, &key), meant);
    }
}

#[test]
fn without_a_mount_in_the_store_a_path_starts_with_it() {
    for (path, asked) in [
        ("kv/apps/acme", "kv/data/apps/acme"),
        ("kv/data/apps/acme", "kv/data/apps/acme"),
        ("teams/kv/data/acme", "teams/kv/data/acme"),
    ] {
        let key = vault(None, KvVersion::V2).remote_key(path);
        assert_eq!(path_the_operator_asks_for(None, KvVersion::V2, &key), asked);
    }
    let store = Provider::from(vault(None, KvVersion::V2));
    insta::assert_snapshot!(store.source_problem("ACME", "value").unwrap(), @r#"the store has no path, so "ACME" must start with the mount: mount/ACME"#);
    assert_eq!(store.source_problem("kv/ACME", "value"), None);
}

#[test]
fn metadata_is_asked_for_by_the_path_itself() {
    let store = Provider::from(vault(Some("secret"), KvVersion::V2));
    assert_eq!(store.metadata_key("secret/authelia"), "secret/authelia");
}

#[test]
fn bitwarden_has_values_and_no_fields() {
    let spec: StoreSpec = yaml::from_str(
        "
provider:
  bitwardensecretsmanager:
    bitwardenServerSDKURL: https://sdk
    organizationID: o
    projectID: p
    auth: { secretRef: { credentials: { name: a, key: b } } }
",
    )
    .unwrap();
    let store = spec.provider;
    assert_eq!((store.remote_key("DB"), store.remote_property("DB", "value")), ("DB".into(), None));
    assert_eq!(store.source_problem("DB", "value"), None);
    insta::assert_snapshot!(store.source_problem("DB", "user").unwrap(), @r#"Bitwarden's secrets have no fields: the whole value would arrive where the field "user" is asked for"#);
}

#[test]
fn a_webhook_has_the_fields_that_it_asks_for() {
    let plain = Provider::from(WebhookProvider::new("http://w/{{ .remoteRef.key }}"));
    assert_eq!(plain.remote_property("a", "value"), Some("value"));
    assert_eq!(plain.source_problem("a", "value"), None);
    insta::assert_snapshot!(plain.source_problem("a", "user").unwrap(), @r#"no template of the store has .remoteRef.property: the field "user" would not be asked for"#);
    let fields = WebhookProvider::new("http://w").with_json_path("$.{{ .remoteRef.property }}");
    assert_eq!(Provider::from(fields).source_problem("a", "user"), None);
}

#[test]
fn a_cluster_has_secrets_and_their_keys() {
    let kubeconfig = SecretKeySelector::new("other".parse().unwrap(), "kubeconfig".parse().unwrap());
    let store = Provider::from(KubernetesProvider::from_kubeconfig(kubeconfig, "shared".parse().unwrap()));
    assert_eq!((store.remote_key("db"), store.remote_property("db", "user")), ("db".into(), Some("user")));
    assert_eq!(store.source_problem("db", "config.json"), None);
    insta::assert_snapshot!(store.source_problem("apps/db", "user").unwrap(), @r#""apps/db" cannot be the name of a Secret, and the store reads Secrets by name"#);
    insta::assert_snapshot!(store.source_problem("db", "a b").unwrap(), @r#""a b" cannot be a key of a Secret"#);
}

#[test]
fn a_fake_store_is_asked_for_fields_of_json_alone() {
    let store = Provider::from(
        FakeProvider::new()
            .with_value("plain", "hello")
            .with_value("pair", r#"{"value": "a", "b": {"c": 1}}"#),
    );
    assert_eq!(store.remote_property("plain", "value"), None);
    assert_eq!(store.remote_property("pair", "value"), Some("value"));
    assert_eq!(store.remote_property("pair", "b.c"), Some("b.c"));
    assert_eq!(store.source_problem("plain", "value"), None);
    insta::assert_snapshot!(store.source_problem("plain", "user").unwrap(), @r#"what the store has under "plain" is not JSON with the field "user""#);
    insta::assert_snapshot!(store.source_problem("gone", "value").unwrap(), @r#"the store has no value under "gone""#);
}
