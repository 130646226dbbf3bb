//! `type: kubernetes`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::role::role;
use crate::config::{ConfigProblem, duration};

/// The token of a Kubernetes service account, which the cluster is asked about by a `TokenReview`.
///
/// In a cluster, nothing but roles is needed: the API server that the bridge's own service account knows is asked, with that
/// account's token. It then needs the cluster role `system:auth-delegator`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct KubernetesConfig {
    /// A kubeconfig file whose current context says which API server is asked, and with what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kubeconfig: Option<PathBuf>,
    /// The URL of the API server, instead of the cluster that the bridge runs in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kubernetes_host: Option<String>,
    /// Who has signed the API server's certificate, as PEM: a file; the cluster's own unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kubernetes_ca_cert: Option<PathBuf>,
    /// The token with which tokens are reviewed: a file, read again as it changes. Unless set, the bridge's own service account's;
    /// where `kubernetes_host` is set, that of the client that logs in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_reviewer_jwt: Option<PathBuf>,
    /// How long the API server has for its answer; `5s` unless set.
    #[serde(default = "timeout", with = "duration")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub timeout: Duration,
    /// By name.
    pub roles: BTreeMap<String, KubernetesRole>,
}

fn timeout() -> Duration {
    Duration::from_secs(5)
}

role! {
    /// Service accounts, by name and namespace.
    KubernetesRole {
        /// The names of the service accounts; `*` stands for anything.
        bound_service_account_names: Vec<String>,
        /// The namespaces that they are in; `*` stands for anything.
        bound_service_account_namespaces: Vec<String>,
        /// The audience that the token must be for; the API server's own unless set. With one, a token that was made for
        /// something else does not let in here, nor the other way round.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        audience: Option<String>,
    }
}

impl KubernetesConfig {
    pub(super) fn resolved(self, resolve: impl Fn(&Path) -> PathBuf) -> Self {
        Self {
            kubeconfig: self.kubeconfig.map(|path| resolve(&path)),
            kubernetes_ca_cert: self.kubernetes_ca_cert.map(|path| resolve(&path)),
            token_reviewer_jwt: self.token_reviewer_jwt.map(|path| resolve(&path)),
            ..self
        }
    }

    pub(super) fn problems(&self, at: &str) -> Vec<ConfigProblem> {
        let mut problems = Vec::new();
        let mut problem = |place: &[&str], message: &str, help: &str| {
            let place = [&["auth", at], place].concat();
            problems.push(ConfigProblem::new(&place, message).help(help));
        };
        if !cfg!(feature = "kubernetes") {
            problem(&["type"], "this program was built without it", "build it with the feature `kubernetes`");
        }
        let beside = [&self.kubernetes_ca_cert, &self.token_reviewer_jwt].into_iter().any(Option::is_some)
            || self.kubernetes_host.is_some();
        if self.kubeconfig.is_some() && beside {
            problem(
                &["kubeconfig"],
                "the file says what is asked, and with what",
                "leave out either it, or `kubernetes_host`, `kubernetes_ca_cert` and `token_reviewer_jwt`",
            );
        }
        if let Some(host) = &self.kubernetes_host {
            let is_url = host.parse::<http::Uri>().is_ok_and(|url| {
                matches!(url.scheme_str(), Some("https" | "http")) && url.authority().is_some()
            });
            if !is_url {
                problem(&["kubernetes_host"], "it is no URL", "write it as `https://10.0.0.1:6443`");
            }
            if host.starts_with("https:") && self.kubernetes_ca_cert.is_none() {
                let help = "name the file that holds the certificate of the cluster's authority";
                problem(
                    &["kubernetes_ca_cert"],
                    "it is missing: nobody knows whom to believe at this host",
                    help,
                );
            }
        }
        if self.timeout.is_zero() {
            problem(&["timeout"], "there is no time for an answer", "set 1s or more");
        }
        for (name, role) in &self.roles {
            for (field, bound) in [
                ("bound_service_account_names", &role.bound_service_account_names),
                ("bound_service_account_namespaces", &role.bound_service_account_namespaces),
            ] {
                if bound.is_empty() {
                    problem(
                        &["roles", name, field],
                        "it is empty: nobody could log in",
                        "name one, or '*' for all",
                    );
                }
            }
            let is_any = |bound: &[String]| bound.iter().any(|name| name == "*");
            if is_any(&role.bound_service_account_names) && is_any(&role.bound_service_account_namespaces) {
                problem(
                    &["roles", name],
                    "every pod of the cluster could log in",
                    "name the service accounts, or the namespaces, or both",
                );
            }
        }
        problems
    }
}
