//! The `kubernetes` provider: <https://external-secrets.io/latest/provider/kubernetes/>.

use k8s_bundle::{DataKey, Namespace, ObjectName};
use serde::{Deserialize, Serialize};

use super::ca::{self, CaBundle, CaProvider};
use crate::api::one_of::one_of;
use crate::api::store_spec::StoreScope;
use crate::api::{Checker, SecretKeySelector, ServiceAccountSelector};

/// Secrets of one namespace, of this cluster or of another one. A path is the name of a Secret, a field one of its keys.
///
/// ```
/// use eso_contrib::api::provider::{CaProvider, CaSource, KubernetesProvider};
/// use eso_contrib::api::ServiceAccountSelector;
///
/// let reader = ServiceAccountSelector::new("reader".parse()?).in_namespace("shared".parse()?);
/// let ca = CaProvider::new(CaSource::ConfigMap, "kube-root-ca.crt".parse()?, "ca.crt".parse()?).in_namespace("shared".parse()?);
/// let shared = KubernetesProvider::in_this_cluster("shared".parse()?, reader, ca);
/// assert_eq!(shared.server.url, "kubernetes.default");
/// # Ok::<_, k8s_bundle::NameError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct KubernetesProvider {
    /// The API server.
    #[serde(default)]
    pub server: KubernetesServer,
    /// How to log in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<KubernetesAuth>,
    /// A Secret that holds a whole kubeconfig. The operator takes address, certificates and login from it then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_ref: Option<SecretKeySelector>,
    /// The namespace that the Secrets are in; `default` unless given.
    #[serde(default = "default_namespace")]
    pub remote_namespace: Namespace,
}

/// The API server of a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct KubernetesServer {
    /// Its address; `kubernetes.default`, that of the cluster itself, unless given.
    pub url: String,
    /// The certificates by which the operator knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_bundle: Option<CaBundle>,
    /// An object that holds them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_provider: Option<CaProvider>,
}

/// The cluster itself, without certificates.
impl Default for KubernetesServer {
    fn default() -> Self {
        Self { url: "kubernetes.default".to_owned(), ca_bundle: None, ca_provider: None }
    }
}

one_of! {
    /// How to log in to an API server: exactly one way.
    pub enum KubernetesAuth from KubernetesAuthFields "KubernetesAuthFields", "auth" {
        /// With a client certificate.
        "cert" cert => Cert(KubernetesCert),
        /// With a token from a Secret.
        "token" token => Token(KubernetesToken),
        /// With a token that the operator requests for a `ServiceAccount`.
        "serviceAccount" service_account => ServiceAccount(ServiceAccountSelector),
    }
}

/// A client certificate and its private key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct KubernetesCert {
    /// The certificate.
    pub client_cert: SecretKeySelector,
    /// The private key.
    pub client_key: SecretKeySelector,
}

impl KubernetesCert {
    /// A certificate and its private key, each in a Secret.
    #[must_use]
    pub fn new(client_cert: SecretKeySelector, client_key: SecretKeySelector) -> Self {
        Self { client_cert, client_key }
    }
}

/// A token from a Secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct KubernetesToken {
    /// The token.
    pub bearer_token: SecretKeySelector,
}

impl KubernetesToken {
    /// The token in that Secret.
    #[must_use]
    pub fn new(bearer_token: SecretKeySelector) -> Self {
        Self { bearer_token }
    }
}

impl KubernetesProvider {
    /// The Secrets of `namespace` in the cluster at `server`.
    #[must_use]
    pub fn new(server: KubernetesServer, namespace: Namespace, auth: impl Into<KubernetesAuth>) -> Self {
        Self { server, auth: Some(auth.into()), auth_ref: None, remote_namespace: namespace }
    }

    /// The Secrets of `namespace` in the cluster that the operator runs in, as `reader` may see them.
    #[must_use]
    pub fn in_this_cluster(namespace: Namespace, reader: ServiceAccountSelector, ca: CaProvider) -> Self {
        let server = KubernetesServer { ca_provider: Some(ca), ..KubernetesServer::default() };
        Self::new(server, namespace, reader)
    }

    /// The Secrets of `namespace` in the cluster that a kubeconfig is for.
    #[must_use]
    pub fn from_kubeconfig(kubeconfig: SecretKeySelector, namespace: Namespace) -> Self {
        Self {
            server: KubernetesServer::default(),
            auth: None,
            auth_ref: Some(kubeconfig),
            remote_namespace: namespace,
        }
    }

    fn secrets(&self) -> Vec<(&'static str, &SecretKeySelector)> {
        let mut secrets: Vec<_> = self.auth_ref.iter().map(|secret| ("authRef", secret)).collect();
        match &self.auth {
            Some(KubernetesAuth::Cert(cert)) => {
                secrets.extend([
                    ("auth.cert.clientCert", &cert.client_cert),
                    ("auth.cert.clientKey", &cert.client_key),
                ]);
            }
            Some(KubernetesAuth::Token(token)) => {
                secrets.push(("auth.token.bearerToken", &token.bearer_token));
            }
            Some(KubernetesAuth::ServiceAccount(_)) | None => {}
        }
        secrets
    }

    pub(super) fn login_secrets(&self) -> Vec<(String, SecretKeySelector)> {
        let secrets = self.secrets().into_iter().map(|(field, secret)| (field.to_owned(), secret.clone()));
        let ca = ca::login_secret(self.server.ca_provider.as_ref());
        secrets.chain(ca.map(|(field, secret)| (format!("server.{field}"), secret))).collect()
    }

    pub(super) fn check(&self, checker: &mut Checker<'_>, scope: StoreScope<'_>) {
        for (field, secret) in self.secrets() {
            checker.at(field, |c| secret.check_placed(c, scope));
        }
        if let Some(KubernetesAuth::ServiceAccount(account)) = &self.auth {
            checker.at("auth.serviceAccount", |c| account.check(c, scope));
        }
        match (&self.auth, &self.auth_ref) {
            (None, None) => {
                checker.refuse("it needs auth or authRef: the operator has no other way to log in");
            }
            (Some(_), Some(_)) => {
                checker.at("auth", |c| {
                    c.refuse("the operator takes authRef and never looks at it: give one of the two");
                });
            }
            _ => {}
        }
        checker.at("server", |c| self.check_server(c, scope));
    }

    fn check_server(&self, checker: &mut Checker<'_>, scope: StoreScope<'_>) {
        let KubernetesServer { url, ca_bundle, ca_provider } = &self.server;
        if url.is_empty() {
            checker.at("url", |c| c.refuse("it is empty"));
        }
        if self.auth_ref.is_none() && ca_bundle.is_none() && ca_provider.is_none() {
            checker.refuse("it needs caBundle or caProvider");
        }
        ca::check(ca_bundle.as_ref(), ca_provider.as_ref(), checker, scope);
        let named = ca_provider.as_ref().is_some_and(|provider| provider.namespace.is_some());
        if named && scope != StoreScope::Cluster {
            checker.at("caProvider.namespace", |c| {
                c.refuse("a SecretStore must not have it here, not even its own");
            });
        }
    }
}

fn default_namespace() -> Namespace {
    match Namespace::new("default") {
        Ok(namespace) => namespace,
        Err(error) => unreachable!("{error}"),
    }
}

pub(super) fn source_problem(path: &str, property: &str) -> Option<String> {
    if ObjectName::new(path).is_err() {
        return Some(format!("{path:?} cannot be the name of a Secret, and the store reads Secrets by name"));
    }
    // What follows a dot may be a path into a key that holds JSON.
    let key = property.split('.').next().unwrap_or(property);
    if DataKey::new(property).is_err() && DataKey::new(key).is_err() {
        return Some(format!("{property:?} cannot be a key of a Secret"));
    }
    None
}
