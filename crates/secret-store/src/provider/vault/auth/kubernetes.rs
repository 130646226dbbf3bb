//! Kubernetes: the token of a service account.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::grant::Grant;
use super::jwt;
use super::login::Login;
use super::place::Place;
use crate::{CredentialRef, Result};

/// Where Kubernetes puts the token of a pod's service account.
const TOKEN_PATH: &str = "/var/run/secrets/kubernetes.io/serviceaccount/token";

/// Logs in with the token of a Kubernetes service account.
///
/// ```yaml
/// auth: { method: kubernetes, role: web }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct KubernetesAuth {
    /// Where the method is enabled: `kubernetes` unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mount: Option<String>,
    /// The namespace (the server's, not the cluster's) that the method is in, when it is not that of the secrets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The role.
    pub role: String,
    /// The file with the service account's token: `/var/run/secrets/kubernetes.io/serviceaccount/token` unless set. It is
    /// read at each log-in, since Kubernetes replaces it every hour or so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_path: Option<PathBuf>,
}

impl KubernetesAuth {
    /// As this role, with the token of the pod's own service account.
    #[must_use]
    pub fn new(role: impl Into<String>) -> Self {
        Self { mount: None, namespace: None, role: role.into(), token_path: None }
    }

    /// With the token in this file.
    #[must_use]
    pub fn with_token_path(mut self, path: impl Into<PathBuf>) -> Self {
        self.token_path = Some(path.into());
        self
    }

    /// Where the method is enabled.
    #[must_use]
    pub fn with_mount(mut self, mount: impl Into<String>) -> Self {
        self.mount = Some(mount.into());
        self
    }

    /// The namespace that the method is in.
    #[must_use]
    pub fn with_namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = Some(namespace.into());
        self
    }

    pub(super) fn place(&self) -> Place<'_> {
        Place {
            method: "kubernetes",
            mount: self.mount.as_deref(),
            namespace: self.namespace.as_deref(),
            who: Some(format!("role {}", self.role)),
            advice: "check that the role exists and is bound to this service account, its namespace and the token's audience, \
                     and that the server may ask the cluster about tokens",
        }
    }

    pub(super) async fn log_in(&self, login: &Login<'_>) -> Result<Grant> {
        let path = self.token_path.clone().unwrap_or_else(|| TOKEN_PATH.into());
        let token = login.credential(&CredentialRef::File(path)).await?;
        let body = jwt::body(Some(&self.role), &token)?;
        login.grant(&self.place(), "login", body, &[&token]).await
    }
}

impl From<KubernetesAuth> for super::AuthConfig {
    fn from(method: KubernetesAuth) -> Self {
        Self::Kubernetes(method)
    }
}
