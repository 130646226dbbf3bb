//! Every provider and every way to log in, for every API version and set of fields.

use core::time::Duration;

use eso_contrib::api::provider::bitwarden::BitwardenProvider;
use eso_contrib::api::provider::kubernetes::{KubernetesCert, KubernetesServer, KubernetesToken};
use eso_contrib::api::provider::vault::auth::{
    AppRoleLogin, CertLogin, GcpLogin, IamLogin, JwtLogin, KubernetesLogin, LdapLogin, UserPassLogin,
};
use eso_contrib::api::provider::vault::{KvVersion, VaultAuth};
use eso_contrib::api::provider::webhook::NtlmAuth;
use eso_contrib::api::provider::{
    CaBundle, CaProvider, CaSource, FakeProvider, KubernetesProvider, Provider, VaultProvider,
    WebhookProvider,
};
use eso_contrib::api::{
    ClusterSecretStore, LabelSelector, RetrySettings, SecretKeySelector, SecretStore, ServiceAccountSelector,
    StoreCondition, StoreSpec,
};
use eso_contrib::{EsoVersion, Feature};
use k8s_bundle::{Resource, yaml};

use super::golden_files::{CHARTS, golden};

/// A certificate that was made for this test, and whose key nobody has.
const CA: &str = include_str!("golden_stores/ca.pem");

fn secret(name: &str, key: &str) -> SecretKeySelector {
    SecretKeySelector::new(name.parse().unwrap(), key.parse().unwrap())
}

fn placed(name: &str, key: &str) -> SecretKeySelector {
    secret(name, key).in_namespace("security".parse().unwrap())
}

fn account() -> ServiceAccountSelector {
    ServiceAccountSelector::new("eso".parse().unwrap())
        .in_namespace("security".parse().unwrap())
        .with_audience("vault")
}

fn ca_object() -> CaProvider {
    CaProvider::new(CaSource::ConfigMap, "trust".parse().unwrap(), "ca.crt".parse().unwrap())
        .in_namespace("security".parse().unwrap())
}

fn vault(auth: impl Into<VaultAuth>) -> Provider {
    VaultProvider::new("https://vault.acme.lab:8200".parse().unwrap(), "kv".parse().unwrap(), auth.into())
        .into()
}

fn store(name: &str, provider: impl Into<Provider>) -> ClusterSecretStore {
    ClusterSecretStore::new(name.parse().unwrap(), StoreSpec::new(provider.into()))
}

fn written(stores: &[ClusterSecretStore], version: &EsoVersion) -> Vec<Resource> {
    stores.iter().map(|store| store.to_resource(version).unwrap()).collect()
}

fn each_chart(name: &str, resources: impl Fn(&EsoVersion) -> Vec<Resource>) {
    for chart in CHARTS {
        golden(chart, name, &resources(&chart.parse().unwrap()));
    }
}

#[test]
fn vault_by_every_login() {
    each_chart("stores-vault-logins", |version| {
        let mut cert = CertLogin::new(placed("vault-client", "tls.crt"), placed("vault-client", "tls.key"));
        let mut jwt_account = JwtLogin::with_service_account("eso", account());
        let token = jwt_account.kubernetes_service_account_token.as_mut().unwrap();
        token.audiences = Some(vec!["vault".into()]);
        token.expiration_seconds = Some(600);
        let mut by_role_ref = AppRoleLogin::new("", placed("vault-approle", "secret-id"));
        by_role_ref.role_id = None;
        by_role_ref.role_ref = Some(placed("vault-approle", "role-id"));
        let mut stores = vec![
            store(
                "token",
                vault(VaultAuth::token(placed("vault-token", "token")).in_server_namespace("root")),
            ),
            store("referent-token", vault(VaultAuth::token(secret("vault-token", "token")))),
            store("approle", vault(AppRoleLogin::new("7d0c5a5e-role", placed("vault-approle", "secret-id")))),
            store("approle-by-reference", vault(by_role_ref)),
            store("kubernetes", vault(KubernetesLogin::new("eso", account()))),
            store("kubernetes-as-operator", vault(KubernetesLogin::as_the_operator("eso"))),
            store(
                "kubernetes-token",
                vault(
                    KubernetesLogin::with_token("eso", placed("sa-token", "token"))
                        .mounted_at("k8s/dev".parse().unwrap()),
                ),
            ),
            store("userpass", vault(UserPassLogin::new("eso", placed("vault-user", "password")))),
            store("ldap", vault(LdapLogin::new("eso", placed("vault-user", "password")))),
            store("jwt", vault(JwtLogin::with_token("eso", placed("vault-jwt", "jwt")))),
            store("jwt-service-account", vault(jwt_account)),
            store("cert", vault(cert.clone())),
            store("iam", vault(IamLogin::new("eso").with_service_account(account()))),
            store(
                "iam-key",
                vault(IamLogin::new("eso").with_access_key(placed("aws", "id"), placed("aws", "key"))),
            ),
        ];
        if Feature::VaultCertPath.is_in(version) {
            cert.path = Some("mtls".parse().unwrap());
            stores.push(store("cert-elsewhere", vault(cert)));
        }
        if Feature::VaultWithoutAuth.is_in(version) {
            let agent = "http://vault-agent.security:8200".parse().unwrap();
            stores.push(store("none", VaultProvider::without_auth(agent, "kv".parse().unwrap())));
        }
        if Feature::VaultGcp.is_in(version) {
            stores.push(store("gcp", vault(GcpLogin::new("eso").with_key(placed("gcp", "key.json")))));
        }
        written(&stores, version)
    });
}

#[test]
fn vault_with_everything_around_the_login() {
    each_chart("stores-vault-options", |version| {
        let auth = || VaultAuth::token(placed("vault-token", "token"));
        let server = || "https://vault.acme.lab:8200".parse().unwrap();
        let mut all = VaultProvider::new(server(), "teams/kv".parse().unwrap(), auth())
            .in_server_namespace("acme")
            .with_ca_bundle(CA.parse().unwrap())
            .with_client_certificate(placed("vault-client", "tls.crt"), placed("vault-client", "tls.key"));
        all.headers.insert("X-Team".into(), "acme".into());
        all.read_your_writes = true;
        all.forward_inconsistent = true;
        if Feature::VaultCheckAndSet.is_in(version) {
            all = all.with_check_and_set();
        }
        let first = VaultProvider::new(server(), "kv1".parse().unwrap(), auth())
            .with_version(KvVersion::V1)
            .with_ca_provider(ca_object());
        let mut by_mount = VaultProvider::new(server(), "kv".parse().unwrap(), auth());
        by_mount.path = None;
        let mut spec = StoreSpec::new(all.into())
            .with_condition(StoreCondition::namespaces(["acme-prod".parse().unwrap()]))
            .with_refresh_interval(Duration::from_mins(5))
            .with_retry_settings(RetrySettings::new(5, "10s".parse().unwrap()));
        spec.controller = Some("acme".into());
        let mut condition = StoreCondition::default();
        condition.namespace_regexes.push("^team-.*$".into());
        condition.namespace_selector =
            Some(LabelSelector::default().with_label("tenant".parse().unwrap(), "yes".parse().unwrap()));
        let all = ClusterSecretStore::new("all".parse().unwrap(), spec.with_condition(condition));
        written(&[all, store("version-1", first), store("mount-in-the-path", by_mount)], version)
    });
}

#[test]
fn a_store_of_one_namespace() {
    each_chart("stores-namespaced", |version| {
        let token = VaultAuth::token(secret("vault-token", "token"));
        let vault = SecretStore::new(
            "team-a".parse().unwrap(),
            "vault".parse().unwrap(),
            StoreSpec::new(vault(token)),
        );
        let reader = ServiceAccountSelector::new("reader".parse().unwrap());
        let ca = CaProvider::new(
            CaSource::ConfigMap,
            "kube-root-ca.crt".parse().unwrap(),
            "ca.crt".parse().unwrap(),
        );
        let shared = KubernetesProvider::in_this_cluster("shared".parse().unwrap(), reader, ca);
        let spec = StoreSpec::new(shared.into());
        let shared = SecretStore::new("team-a".parse().unwrap(), "shared".parse().unwrap(), spec);
        vec![vault.to_resource(version).unwrap(), shared.to_resource(version).unwrap()]
    });
}

#[test]
fn the_other_providers() {
    each_chart("stores-providers", |version| {
        let bundle: CaBundle = CA.parse().unwrap();
        let sdk = "https://bitwarden-sdk-server.external-secrets-system.svc.cluster.local:9998";
        let bitwarden = || {
            let (organization, project) =
                ("7c0d21ec-10d9-4972-bdf8-ec52df99cc86", "9c713cd6-728c-437a-a783-252b0773a0bb");
            BitwardenProvider::new(sdk.parse().unwrap(), organization, project, placed("bitwarden", "token"))
        };
        let (api, identity) = ("https://api.bitwarden.eu", "https://identity.bitwarden.eu");
        let europe = bitwarden()
            .with_addresses(api.parse().unwrap(), identity.parse().unwrap())
            .with_ca_bundle(bundle.clone());
        let mut webhook = WebhookProvider::new("https://secrets.acme.lab/{{ .remoteRef.key }}")
            .with_header("Authorization", "Bearer {{ .login.token }}")
            .with_body("POST", r#"{"field": "{{ .remoteRef.property }}"}"#)
            .with_json_path("$.{{ .remoteRef.property }}")
            .with_secret("login", placed("webhook-login", "token"));
        webhook.timeout = Some(Duration::from_secs(90));
        webhook.ca_bundle = Some(bundle.clone());
        let mut stores = vec![
            store("bitwarden", europe),
            store("webhook", webhook),
            store("webhook-plain", WebhookProvider::new("http://secrets.acme.lab/{{ .remoteRef.key }}")),
        ];
        if Feature::BitwardenCaProvider.is_in(version) {
            stores.push(store("bitwarden-ca", bitwarden().with_ca_provider(ca_object())));
        }
        if Feature::WebhookNtlm.is_in(version) {
            let ntlm = NtlmAuth::new(placed("webhook-login", "user"), placed("webhook-login", "password"));
            stores.push(store(
                "webhook-ntlm",
                WebhookProvider::new("https://secrets.acme.lab").with_auth(ntlm),
            ));
        }
        let mut other = KubernetesServer::default();
        other.url = "https://10.0.0.1:6443".into();
        other.ca_bundle = Some(bundle);
        let cert = KubernetesCert::new(placed("other", "tls.crt"), placed("other", "tls.key"));
        let namespace = || "shared".parse().unwrap();
        stores.push(store("kubernetes-cert", KubernetesProvider::new(other.clone(), namespace(), cert)));
        let token = KubernetesToken::new(placed("other", "token"));
        stores.push(store("kubernetes-token", KubernetesProvider::new(other, namespace(), token)));
        stores.push(store(
            "kubernetes",
            KubernetesProvider::in_this_cluster(namespace(), account(), ca_object()),
        ));
        stores.push(store(
            "kubeconfig",
            KubernetesProvider::from_kubeconfig(placed("other", "kubeconfig"), namespace()),
        ));
        let mut fake =
            FakeProvider::new().with_value("greeting", "hello").with_value("pair", r#"{"a": "b"}"#);
        fake.data[0].version = Some("v1".into());
        if Feature::FakeValidationResult.is_in(version) {
            fake.validation_result = Some(0);
        }
        stores.push(store("fake", fake));
        written(&stores, version)
    });
}

#[test]
fn what_is_written_reads_back_and_is_written_alike() {
    for chart in CHARTS {
        for name in ["stores-vault-logins", "stores-vault-options", "stores-namespaced", "stores-providers"] {
            let file = format!("{}/tests/it/golden/{chart}/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
            let text = std::fs::read_to_string(file).unwrap();
            for document in text.split("---\n").filter(|document| !document.trim().is_empty()) {
                let document: serde_yaml::Value = yaml::from_str(document).unwrap();
                let spec = yaml::to_string(&document["spec"]).unwrap();
                let read: StoreSpec = yaml::from_str(&spec).unwrap();
                assert_eq!(yaml::to_string(&read).unwrap(), spec, "{chart} {name}");
            }
        }
    }
}
