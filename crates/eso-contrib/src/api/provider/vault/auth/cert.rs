//! <https://developer.hashicorp.com/vault/docs/auth/cert>

use serde::{Deserialize, Serialize};

use super::check_text;
use crate::api::store_spec::StoreScope;
use crate::api::{Checker, SecretKeySelector};
use crate::{EsoVersion, Feature, MountPath};

/// A login with a client certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct CertLogin {
    /// Where the auth method is mounted. Charts below 0.20.2 know `cert` alone; it is `cert` unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<MountPath>,
    /// The role to log in as; from chart 2.3.0 on. Without one the server tries all that fit the certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vault_role: Option<String>,
    /// The certificate.
    pub client_cert: SecretKeySelector,
    /// Its private key.
    pub secret_ref: SecretKeySelector,
}

impl CertLogin {
    /// A certificate and its private key, each in a Secret.
    #[must_use]
    pub fn new(certificate: SecretKeySelector, key: SecretKeySelector) -> Self {
        Self { path: None, vault_role: None, client_cert: certificate, secret_ref: key }
    }

    pub(super) fn check(&self, checker: &mut Checker<'_>, scope: StoreScope<'_>) {
        if self.path.is_some() {
            checker.at("path", |c| c.needs(Feature::VaultCertPath));
        }
        if let Some(role) = &self.vault_role {
            checker.at("vaultRole", |c| c.needs(Feature::VaultCertRole));
            check_text("vaultRole", role, checker);
        }
        checker.at("clientCert", |c| self.client_cert.check(c, scope));
        checker.at("secretRef", |c| self.secret_ref.check(c, scope));
    }

    pub(super) fn spell_out(&mut self, version: &EsoVersion) {
        if Feature::VaultCertPath.is_in(version) {
            self.path.get_or_insert_with(|| MountPath::literal("cert"));
        }
    }
}
