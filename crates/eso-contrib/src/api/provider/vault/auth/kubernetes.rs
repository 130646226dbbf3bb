//! <https://developer.hashicorp.com/vault/docs/auth/kubernetes>

use serde::{Deserialize, Serialize};

use super::check_text;
use crate::MountPath;
use crate::api::store_spec::StoreScope;
use crate::api::{Checker, SecretKeySelector, ServiceAccountSelector};

/// A login with the token of a `ServiceAccount`: one that the operator requests for it, one from a Secret, or, with neither,
/// the operator's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct KubernetesLogin {
    /// Where the auth method is mounted; `kubernetes` unless given.
    #[serde(default = "mount_path")]
    pub mount_path: MountPath,
    /// The role of the server to log in as.
    pub role: String,
    /// The `ServiceAccount` that the operator requests a token for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_account_ref: Option<ServiceAccountSelector>,
    /// The Secret that a token is in; its key is `token` unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_ref: Option<SecretKeySelector>,
}

fn mount_path() -> MountPath {
    MountPath::literal("kubernetes")
}

impl KubernetesLogin {
    /// That role, with a token that the operator requests for a `ServiceAccount`.
    #[must_use]
    pub fn new(role: impl Into<String>, account: ServiceAccountSelector) -> Self {
        Self { service_account_ref: Some(account), ..Self::as_the_operator(role) }
    }

    /// That role, with the operator's own token.
    #[must_use]
    pub fn as_the_operator(role: impl Into<String>) -> Self {
        Self { mount_path: mount_path(), role: role.into(), service_account_ref: None, secret_ref: None }
    }

    /// That role, with the token of a Secret.
    #[must_use]
    pub fn with_token(role: impl Into<String>, token: SecretKeySelector) -> Self {
        Self { secret_ref: Some(token), ..Self::as_the_operator(role) }
    }

    /// The auth method is mounted there.
    #[must_use]
    pub fn mounted_at(mut self, path: MountPath) -> Self {
        self.mount_path = path;
        self
    }

    pub(super) fn check(&self, checker: &mut Checker<'_>, scope: StoreScope<'_>) {
        check_text("role", &self.role, checker);
        if let Some(account) = &self.service_account_ref {
            checker.at("serviceAccountRef", |c| account.check(c, scope));
        }
        if let Some(secret) = &self.secret_ref {
            checker.at("secretRef", |c| {
                secret.check_with_default_key(c, scope);
                if self.service_account_ref.is_some() {
                    c.refuse(
                        "the operator takes serviceAccountRef and never looks at it: give one of the two",
                    );
                }
            });
        }
    }
}
