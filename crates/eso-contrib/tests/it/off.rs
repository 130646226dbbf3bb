//! Run-time sync is off unless it is switched on, and says so to whoever needs it.

use eso_contrib::{ClusterSecretStoreWithToken, ExternalSecrets, ExternalSecretsHelmRelease, RuntimeSync};
use k8s_bundle::{Contributor, KubernetesBundle};

use super::{DATABASE, eso_error, generate, homelab};

#[test]
fn nothing_contributes_while_it_is_off() {
    let off = RuntimeSync::off();
    assert!(!ExternalSecretsHelmRelease::new(&off).should_contribute());
    assert!(!ClusterSecretStoreWithToken::new(&off).should_contribute());
    assert!(!ExternalSecrets::new(&off).should_contribute());
    let by_value = "[{ name: gitlab-root, namespace: gitlab, source: GITLAB_ROOT_PASSWORD }]";
    let bundle = generate(&off, by_value).unwrap();
    assert!(bundle.helm_releases().is_empty());
    assert!(bundle.resources().is_empty());
    assert_eq!(bundle.secrets().len(), 1);
}

#[test]
fn everything_contributes_while_it_is_on() {
    let on = homelab("0.20.4");
    assert!(ExternalSecretsHelmRelease::new(&on).should_contribute());
    assert!(ClusterSecretStoreWithToken::new(&on).should_contribute());
    assert!(ExternalSecrets::new(&on).should_contribute());
}

#[test]
fn every_secret_that_needs_it_is_named() {
    let several = format!(
        "{DATABASE}- {{ name: tokens, namespaces: [b, a], sync_mode: external-secrets, source: X }}\n\
         - {{ name: gitlab-root, namespace: gitlab, source: Y }}"
    );
    insta::assert_snapshot!(eso_error(generate(&RuntimeSync::off(), &several)), @"
    runtime_sync is not enabled, but 3 Secrets are to be delivered by reference: a/tokens, acme-prod/acme-api-db, b/tokens
    help: set k8s.secrets.runtime_sync.enabled to true, or remove sync_mode from these manifests
    ");
    insta::assert_snapshot!(eso_error(generate(&RuntimeSync::off(), DATABASE)), @"
    runtime_sync is not enabled, but 1 Secret is to be delivered by reference: acme-prod/acme-api-db
    help: set k8s.secrets.runtime_sync.enabled to true, or remove sync_mode from these manifests
    ");
}

#[test]
fn a_store_without_a_token_is_never_made() {
    let error =
        ClusterSecretStoreWithToken::new(&RuntimeSync::off()).contribute(&mut KubernetesBundle::new());
    insta::assert_snapshot!(error.unwrap_err(), @"runtime_sync is enabled, but has neither a token_source for the bridge nor stores");
}
