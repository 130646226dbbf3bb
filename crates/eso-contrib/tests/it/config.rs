//! `k8s.secrets.runtime_sync` as users write it.

use eso_contrib::RuntimeSync;
use k8s_bundle::{SourceRef, yaml};

fn refusal(text: &str) -> String {
    yaml::from_str::<RuntimeSync>(text).unwrap_err().to_string()
}

#[test]
fn nothing_written_means_off() {
    assert_eq!(yaml::from_str::<RuntimeSync>("{}").unwrap(), RuntimeSync::off());
    assert!(!RuntimeSync::default().enabled());
}

#[test]
fn the_defaults_are_those_of_the_homelab() {
    let config = RuntimeSync::on(SourceRef::new("T").unwrap());
    assert_eq!(config.bridge_url().as_str(), "http://homelab-secret-bridge.lab:8200");
    assert_eq!(config.mount().as_str(), "secret");
    assert_eq!(config.store_name(), &"homelab");
    assert_eq!(config.token_secret_name(), &"homelab-bridge-token");
    assert_eq!(config.token_key(), &"token");
    assert_eq!(config.operator_namespace(), &"external-secrets-system");
}

#[test]
fn every_field_can_be_written() {
    let read: RuntimeSync = yaml::from_str(
        "
enabled: true
bridge_url: https://bridge.acme.lab
chart_version: 0.10.4
token_source: { key: bridge, property: token }
mount: kv
store_name: acme
token_secret_name: acme-token
token_key: t
operator_namespace: eso
",
    )
    .unwrap();
    let made = RuntimeSync::on(SourceRef::new("bridge").unwrap().with_property("token").unwrap())
        .with_bridge_url("https://bridge.acme.lab".parse().unwrap())
        .with_chart_version("0.10.4".parse().unwrap())
        .with_mount("kv".parse().unwrap())
        .with_store_name("acme".parse().unwrap())
        .with_token_secret("acme-token".parse().unwrap(), "t".parse().unwrap())
        .with_operator_namespace("eso".parse().unwrap());
    assert_eq!(read, made);
}

#[test]
fn every_mistake_says_what_is_wrong() {
    insta::assert_snapshot!(refusal("enabled: true"), @"runtime_sync is enabled, but has neither a token_source for the bridge nor stores");
    insta::assert_snapshot!(refusal("enable: true"), @"unknown field `enable`, expected one of `enabled`, `bridge_url`, `bridge_ca`, `bridge_ca_provider`, `chart_version`, `token_source`, `mount`, `store_name`, `token_secret_name`, `token_key`, `operator_namespace`, `stores`, `resources`, `chart_values`");
    insta::assert_snapshot!(refusal("chart_version: 0.9.20"), @r#"chart_version: chart version "0.9.20" cannot be pinned: the oldest chart whose resource definitions were checked is 0.10.0 at line 1 column 16"#);
    insta::assert_snapshot!(refusal("chart_version: '0.20'"), @r#"chart_version: chart version "0.20" cannot be pinned: unexpected end of input while parsing minor version number at line 1 column 16"#);
    insta::assert_snapshot!(refusal("chart_version: v0.20.4"), @r#"chart_version: chart version "v0.20.4" cannot be pinned: unexpected character 'v' while parsing major version number at line 1 column 16"#);
    insta::assert_snapshot!(refusal("chart_version: 0.20"), @r#"chart_version: chart version "0.20" cannot be pinned: unexpected end of input while parsing minor version number at line 1 column 16"#);
    insta::assert_snapshot!(refusal("bridge_url: bridge:8200"), @"bridge_url: the address is not valid: it does not start with http:// or https:// at line 1 column 13");
    insta::assert_snapshot!(refusal("bridge_url: 'http://root:hunter2@bridge:8200'"), @"bridge_url: the address is not valid: it has a user name or a password at line 1 column 13");
    insta::assert_snapshot!(refusal("bridge_url: 'http://root:hunter2@[bridge'"), @"bridge_url: the address is not valid: invalid IPv6 address at line 1 column 13");
    insta::assert_snapshot!(refusal("mount: /secret"), @r#"mount: mount path "/secret" is not valid: it has an empty segment, "." or ".." at line 1 column 8"#);
    insta::assert_snapshot!(refusal("store_name: Home_Lab"), @r#"store_name: object name "Home_Lab" is not valid: 'H' at position 1 is not allowed there; allowed: lower-case letters, digits, '-' and '.', a letter or digit at both ends of each part, at most 253 characters at line 1 column 13"#);
}
