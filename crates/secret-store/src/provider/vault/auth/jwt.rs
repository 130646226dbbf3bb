//! JWT: a signed JSON web token, of an OpenID provider or of a CI job.

use serde::{Deserialize, Serialize};
use vault_api::auth::JwtLogin;
use zeroize::Zeroizing;

use super::grant::Grant;
use super::login::{Login, encoded, not_sendable, quoted};
use super::place::Place;
use crate::{CredentialRef, Result, SecretValue};

/// Logs in with a signed JSON web token: of an OpenID provider, or of a CI job.
///
/// ```yaml
/// auth: { method: jwt, role: ci, token: { env: CI_JOB_JWT } }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct JwtAuth {
    /// Where the method is enabled: `jwt` unless set (often `oidc`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mount: Option<String>,
    /// The namespace that the method is in, when it is not that of the secrets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The role; the method's default one unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Where the web token is. It is read at each log-in.
    pub token: CredentialRef,
}

impl JwtAuth {
    /// With this web token, as the method's default role.
    #[must_use]
    pub fn new(token: CredentialRef) -> Self {
        Self { mount: None, namespace: None, role: None, token }
    }

    /// As this role.
    #[must_use]
    pub fn with_role(mut self, role: impl Into<String>) -> Self {
        self.role = Some(role.into());
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
            method: "jwt",
            mount: self.mount.as_deref(),
            namespace: self.namespace.as_deref(),
            who: self.role.as_ref().map(|role| format!("role {role}")),
            advice: "check that the web token has not run out, that its issuer, audience and claims are those that the role is \
                     bound to, and that the role's type is jwt",
        }
    }

    pub(super) async fn log_in(&self, login: &Login<'_>) -> Result<Grant> {
        let token = login.credential(&self.token).await?;
        let body = body(self.role.as_deref(), &token)?;
        login.grant(&self.place(), "login", body, &[&token]).await
    }
}

/// What a log-in with a web token is asked with.
pub(super) fn body(role: Option<&str>, token: &SecretValue) -> Result<Zeroizing<Vec<u8>>> {
    let what = "the web token";
    let token = quoted(token, what)?;
    let jwt = token.raw().map_err(|_| not_sendable(what))?;
    encoded(&JwtLogin { role: role.map(str::to_owned), jwt })
}

impl From<JwtAuth> for super::AuthConfig {
    fn from(method: JwtAuth) -> Self {
        Self::Jwt(method)
    }
}
