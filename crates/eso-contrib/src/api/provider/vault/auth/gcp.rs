//! <https://developer.hashicorp.com/vault/docs/auth/gcp>

use serde::{Deserialize, Serialize};

use super::check_text;
use crate::api::store_spec::StoreScope;
use crate::api::{Checker, SecretKeySelector, ServiceAccountSelector};
use crate::{Feature, MountPath};

/// A login with an identity of Google Cloud: from a Secret, of a `ServiceAccount`, or, with neither, the operator's own. From
/// chart 1.1.0 on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct GcpLogin {
    /// Where the auth method is mounted; `gcp` unless given.
    #[serde(default = "path")]
    pub path: MountPath,
    /// The role of the server to log in as.
    pub role: String,
    /// The project.
    #[serde(rename = "projectID", default, skip_serializing_if = "Option::is_none")]
    pub project_id: Option<String>,
    /// The zone or region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The Secret that a key is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_ref: Option<GcpSecretRef>,
    /// The `ServiceAccount` whose identity it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_account_ref: Option<ServiceAccountSelector>,
    /// The identity that a `ServiceAccount` has by Workload Identity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workload_identity: Option<GcpWorkloadIdentity>,
}

/// A key of Google Cloud.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct GcpSecretRef {
    /// The key, in JSON.
    #[serde(rename = "secretAccessKeySecretRef")]
    pub secret_access_key: SecretKeySelector,
}

/// The identity that a `ServiceAccount` of a cluster has by Workload Identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct GcpWorkloadIdentity {
    /// The `ServiceAccount`.
    pub service_account_ref: ServiceAccountSelector,
    /// Where the cluster is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster_location: Option<String>,
    /// What the cluster is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster_name: Option<String>,
    /// The project of the cluster.
    #[serde(rename = "clusterProjectID", default, skip_serializing_if = "Option::is_none")]
    pub cluster_project_id: Option<String>,
}

fn path() -> MountPath {
    MountPath::literal("gcp")
}

impl GcpLogin {
    /// That role of the server, with the operator's own identity.
    #[must_use]
    pub fn new(role: impl Into<String>) -> Self {
        Self {
            path: path(),
            role: role.into(),
            project_id: None,
            location: None,
            secret_ref: None,
            service_account_ref: None,
            workload_identity: None,
        }
    }

    /// With the key that a Secret is.
    #[must_use]
    pub fn with_key(mut self, key: SecretKeySelector) -> Self {
        self.secret_ref = Some(GcpSecretRef { secret_access_key: key });
        self
    }

    pub(super) fn secrets(&self) -> Vec<(&'static str, Option<&SecretKeySelector>)> {
        let key = self.secret_ref.as_ref().map(|secret| &secret.secret_access_key);
        vec![("gcp.secretRef.secretAccessKeySecretRef", key)]
    }

    pub(super) fn check(&self, checker: &mut Checker<'_>, scope: StoreScope<'_>) {
        checker.needs(Feature::VaultGcp);
        check_text("role", &self.role, checker);
        if let Some(secret) = &self.secret_ref {
            checker.at("secretRef.secretAccessKeySecretRef", |c| secret.secret_access_key.check(c, scope));
        }
        if let Some(account) = &self.service_account_ref {
            checker.at("serviceAccountRef", |c| account.check(c, scope));
        }
        if let Some(identity) = &self.workload_identity {
            checker
                .at("workloadIdentity.serviceAccountRef", |c| identity.service_account_ref.check(c, scope));
        }
    }
}
