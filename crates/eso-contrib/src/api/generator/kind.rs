//! The kinds of generator, and the chart that each came with.

use serde::{Deserialize, Serialize};

/// A kind of generator: <https://external-secrets.io/latest/api/generator/>. Not every chart has all of them; see
/// [`Feature::Generator`](crate::Feature::Generator).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum GeneratorKind {
    /// A token for Azure Container Registry.
    ACRAccessToken,
    /// Credentials from `BeyondTrust`.
    BeyondtrustWorkloadCredentialsDynamicSecret,
    /// A token for Cloudsmith.
    CloudsmithAccessToken,
    /// Any generator, for all namespaces.
    ClusterGenerator,
    /// A token for Amazon's container registry.
    ECRAuthorizationToken,
    /// Values that are given, for tests.
    Fake,
    /// A token for Google's container registry.
    GCRAccessToken,
    /// A token of a GitHub app.
    GithubAccessToken,
    /// A deploy token of GitLab.
    GitlabDeployToken,
    /// A service account of Grafana.
    Grafana,
    /// A one-time code.
    MFA,
    /// A random password: [`Password`](super::Password).
    Password,
    /// A token for Quay.
    QuayAccessToken,
    /// An SSH key pair.
    SSHKey,
    /// A session of Amazon's token service.
    STSSessionToken,
    /// A random UUID: [`Uuid`](super::Uuid).
    UUID,
    /// Whatever a path of a Vault-compatible server answers.
    VaultDynamicSecret,
    /// Whatever an address answers.
    Webhook,
}

impl GeneratorKind {
    /// How the feature is called, and the first chart that has it.
    pub(crate) fn feature_row(self) -> (&'static str, (u64, u64, u64)) {
        match self {
            Self::ACRAccessToken => ("generator ACRAccessToken", (0, 10, 0)),
            Self::BeyondtrustWorkloadCredentialsDynamicSecret => {
                ("generator BeyondtrustWorkloadCredentialsDynamicSecret", (2, 9, 0))
            }
            Self::CloudsmithAccessToken => ("generator CloudsmithAccessToken", (0, 20, 0)),
            Self::ClusterGenerator => ("generator ClusterGenerator", (0, 11, 0)),
            Self::ECRAuthorizationToken => ("generator ECRAuthorizationToken", (0, 10, 0)),
            Self::Fake => ("generator Fake", (0, 10, 0)),
            Self::GCRAccessToken => ("generator GCRAccessToken", (0, 10, 0)),
            Self::GithubAccessToken => ("generator GithubAccessToken", (0, 10, 0)),
            Self::GitlabDeployToken => ("generator GitlabDeployToken", (2, 9, 0)),
            Self::Grafana => ("generator Grafana", (0, 14, 0)),
            Self::MFA => ("generator MFA", (0, 18, 0)),
            Self::Password => ("generator Password", (0, 10, 0)),
            Self::QuayAccessToken => ("generator QuayAccessToken", (0, 13, 0)),
            Self::SSHKey => ("generator SSHKey", (0, 19, 0)),
            Self::STSSessionToken => ("generator STSSessionToken", (0, 11, 0)),
            Self::UUID => ("generator UUID", (0, 10, 3)),
            Self::VaultDynamicSecret => ("generator VaultDynamicSecret", (0, 10, 0)),
            Self::Webhook => ("generator Webhook", (0, 10, 0)),
        }
    }
}
