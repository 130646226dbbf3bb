//! TLS certificates: the client certificate of the connection.

use serde::{Deserialize, Serialize};
use vault_api::auth::CertLogin;

use super::grant::Grant;
use super::login::{Login, encoded};
use super::place::Place;
use crate::{Detail, Error, ErrorKind, Result};

/// Logs in with the client certificate of the TLS connection, which `tls` in the configuration sets.
///
/// ```yaml
/// tls: { client_certificate: client.pem, client_key: client.key }
/// auth: { method: cert }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CertAuth {
    /// Where the method is enabled: `cert` unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mount: Option<String>,
    /// The namespace that the method is in, when it is not that of the secrets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The role, by its name; any that the certificate fits unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl CertAuth {
    /// As any role that the certificate fits.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// As this role.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
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
            method: "cert",
            mount: self.mount.as_deref(),
            namespace: self.namespace.as_deref(),
            who: self.name.as_ref().map(|name| format!("role {name}")),
            advice: "check that a role trusts the authority that signed the client certificate and allows its names, and that \
                     nothing between here and the server ends the TLS connection",
        }
    }

    pub(super) fn check(has_client_certificate: bool) -> Result<()> {
        if has_client_certificate {
            return Ok(());
        }
        let detail = Detail::new("open", "the method cert needs a client certificate, and there is none")
            .help("set tls.client_certificate and tls.client_key, or VAULT_CLIENT_CERT and VAULT_CLIENT_KEY");
        Err(Error::new(ErrorKind::Invalid, detail))
    }

    pub(super) async fn log_in(&self, login: &Login<'_>) -> Result<Grant> {
        let body = encoded(&CertLogin { name: self.name.clone() })?;
        login.grant(&self.place(), "login", body, &[]).await
    }
}

impl From<CertAuth> for super::AuthConfig {
    fn from(method: CertAuth) -> Self {
        Self::Cert(method)
    }
}
