//! <https://developer.hashicorp.com/vault/docs/auth/jwt>

use serde::{Deserialize, Serialize};

use crate::MountPath;
use crate::api::store_spec::StoreScope;
use crate::api::{Checker, SecretKeySelector, ServiceAccountSelector};

/// A login with a token in the format JWT: from a Secret, or one that the operator requests for a `ServiceAccount`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct JwtLogin {
    /// Where the auth method is mounted; `jwt` unless given.
    #[serde(default = "path")]
    pub path: MountPath,
    /// The role of the server to log in as; the one that the auth method has for such a case unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The Secret that the token is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_ref: Option<SecretKeySelector>,
    /// The `ServiceAccount` that the operator requests a token for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kubernetes_service_account_token: Option<KubernetesServiceAccountToken>,
}

/// A token that the operator requests for a `ServiceAccount`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct KubernetesServiceAccountToken {
    /// The `ServiceAccount`.
    pub service_account_ref: ServiceAccountSelector,
    /// Whom the token is for; `vault` alone unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audiences: Option<Vec<String>>,
    /// How many seconds the token lives; 600 unless given. Kubernetes refuses less.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiration_seconds: Option<u32>,
}

fn path() -> MountPath {
    MountPath::literal("jwt")
}

impl JwtLogin {
    /// That role, with the token of a Secret.
    #[must_use]
    pub fn with_token(role: impl Into<String>, token: SecretKeySelector) -> Self {
        Self {
            path: path(),
            role: Some(role.into()),
            secret_ref: Some(token),
            kubernetes_service_account_token: None,
        }
    }

    /// That role, with a token that the operator requests for a `ServiceAccount`.
    #[must_use]
    pub fn with_service_account(role: impl Into<String>, account: ServiceAccountSelector) -> Self {
        let token = KubernetesServiceAccountToken {
            service_account_ref: account,
            audiences: None,
            expiration_seconds: None,
        };
        Self {
            path: path(),
            role: Some(role.into()),
            secret_ref: None,
            kubernetes_service_account_token: Some(token),
        }
    }

    pub(super) fn check(&self, checker: &mut Checker<'_>, scope: StoreScope<'_>) {
        match (&self.secret_ref, &self.kubernetes_service_account_token) {
            (None, None) => checker.refuse("it needs secretRef or kubernetesServiceAccountToken"),
            (Some(_), Some(_)) => {
                checker.at("kubernetesServiceAccountToken", |c| {
                    c.refuse("the operator takes secretRef and never looks at it: give one of the two");
                });
            }
            _ => {}
        }
        if let Some(secret) = &self.secret_ref {
            checker.at("secretRef", |c| secret.check(c, scope));
        }
        if let Some(token) = &self.kubernetes_service_account_token {
            checker.at("kubernetesServiceAccountToken.serviceAccountRef", |c| {
                token.service_account_ref.check(c, scope);
            });
            if token.expiration_seconds.is_some_and(|seconds| seconds < 600) {
                checker.at("kubernetesServiceAccountToken.expirationSeconds", |c| {
                    c.refuse("Kubernetes refuses less than 600");
                });
            }
        }
    }
}
