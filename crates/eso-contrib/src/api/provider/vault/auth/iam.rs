//! <https://developer.hashicorp.com/vault/docs/auth/aws>

use serde::{Deserialize, Serialize};

use super::check_text;
use crate::MountPath;
use crate::api::store_spec::StoreScope;
use crate::api::{Checker, SecretKeySelector, ServiceAccountSelector};

/// A login with an identity of AWS: from Secrets, of a `ServiceAccount`, or, with neither, the operator's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct IamLogin {
    /// Where the auth method is mounted; `aws` unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<MountPath>,
    /// The region of AWS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The role of AWS to take on before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The role of the server to log in as.
    pub vault_role: String,
    /// What AWS asks for when the role is taken on.
    #[serde(rename = "externalID", default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// What the server wants to see in the header `X-Vault-AWS-IAM-Server-ID`.
    #[serde(rename = "vaultAwsIamServerID", default, skip_serializing_if = "Option::is_none")]
    pub vault_aws_iam_server_id: Option<String>,
    /// The Secrets that a key of AWS is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_ref: Option<IamSecretRef>,
    /// The `ServiceAccount` whose identity it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwt: Option<IamJwt>,
}

/// A key of AWS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct IamSecretRef {
    /// The id of the key.
    #[serde(rename = "accessKeyIDSecretRef")]
    pub access_key_id: SecretKeySelector,
    /// The key.
    #[serde(rename = "secretAccessKeySecretRef")]
    pub secret_access_key: SecretKeySelector,
    /// What a key for a time needs.
    #[serde(rename = "sessionTokenSecretRef", default, skip_serializing_if = "Option::is_none")]
    pub session_token: Option<SecretKeySelector>,
}

/// The identity of a `ServiceAccount`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct IamJwt {
    /// The `ServiceAccount`.
    pub service_account_ref: ServiceAccountSelector,
}

impl IamLogin {
    /// That role of the server, with the operator's own identity.
    #[must_use]
    pub fn new(vault_role: impl Into<String>) -> Self {
        Self {
            path: None,
            region: None,
            role: None,
            vault_role: vault_role.into(),
            external_id: None,
            vault_aws_iam_server_id: None,
            secret_ref: None,
            jwt: None,
        }
    }

    /// With the identity of a `ServiceAccount`.
    #[must_use]
    pub fn with_service_account(mut self, account: ServiceAccountSelector) -> Self {
        self.jwt = Some(IamJwt { service_account_ref: account });
        self
    }

    /// With a key of AWS, each half of it in a Secret.
    #[must_use]
    pub fn with_access_key(mut self, id: SecretKeySelector, key: SecretKeySelector) -> Self {
        self.secret_ref =
            Some(IamSecretRef { access_key_id: id, secret_access_key: key, session_token: None });
        self
    }

    pub(super) fn secrets(&self) -> Vec<(&'static str, Option<&SecretKeySelector>)> {
        let Some(secrets) = &self.secret_ref else { return Vec::new() };
        vec![
            ("iam.secretRef.accessKeyIDSecretRef", Some(&secrets.access_key_id)),
            ("iam.secretRef.secretAccessKeySecretRef", Some(&secrets.secret_access_key)),
            ("iam.secretRef.sessionTokenSecretRef", secrets.session_token.as_ref()),
        ]
    }

    pub(super) fn check(&self, checker: &mut Checker<'_>, scope: StoreScope<'_>) {
        check_text("vaultRole", &self.vault_role, checker);
        if let Some(jwt) = &self.jwt {
            checker.at("jwt.serviceAccountRef", |c| jwt.service_account_ref.check(c, scope));
        }
        for (field, secret) in self.secrets() {
            let field = field.trim_start_matches("iam.");
            if let Some(secret) = secret {
                checker.at(field, |c| secret.check(c, scope));
            }
        }
    }
}
