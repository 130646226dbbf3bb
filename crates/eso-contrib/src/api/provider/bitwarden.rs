//! The `bitwardensecretsmanager` provider: <https://external-secrets.io/latest/provider/bitwarden-secrets-manager/>.

use k8s_bundle::DEFAULT_PROPERTY;
use serde::{Deserialize, Serialize};

use super::ca::{self, CaBundle, CaProvider};
use crate::api::store_spec::StoreScope;
use crate::api::{Checker, SecretKeySelector};
use crate::{Feature, ServerUrl};

/// One project of an organization in Bitwarden Secrets Manager, read through a server of the operator's own, the Bitwarden
/// SDK server. The operator's chart can install that server; see [`IN_CLUSTER_SERVER`].
///
/// A path is the name of a secret within the project, or its id. By name, the operator lists all secrets of the
/// organization for every single read, and refuses a name that the project has twice: an id is faster and sure. A secret
/// has one value and no fields; the operator (0.10.4, 0.20.4) takes no notice of `property`, so none is written.
///
/// ```
/// use eso_contrib::api::provider::{BitwardenProvider, CaBundle, Provider};
/// use eso_contrib::api::SecretKeySelector;
///
/// let token = SecretKeySelector::new("bitwarden-token".parse()?, "token".parse()?).in_namespace("security".parse()?);
/// let ca: CaBundle = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n".parse()?;
/// let bitwarden = BitwardenProvider::new("https://bitwarden-sdk-server.external-secrets-system.svc.cluster.local:9998".parse()?,
///     "7c0d21ec-10d9-4972-bdf8-ec52df99cc86", "9c713cd6-728c-437a-a783-252b0773a0bb", token).with_ca_bundle(ca);
/// assert_eq!(Provider::from(bitwarden).remote_property("DB_PASSWORD", "value"), None);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct BitwardenProvider {
    /// Bitwarden's API; `https://api.bitwarden.com` unless given.
    #[serde(rename = "apiURL", default, skip_serializing_if = "Option::is_none")]
    pub api_url: Option<ServerUrl>,
    /// Where Bitwarden's accounts log in; `https://identity.bitwarden.com` unless given.
    #[serde(rename = "identityURL", default, skip_serializing_if = "Option::is_none")]
    pub identity_url: Option<ServerUrl>,
    /// The Bitwarden SDK server, as seen from the operator. It speaks HTTPS only.
    #[serde(rename = "bitwardenServerSDKURL")]
    pub server_url: ServerUrl,
    /// The certificates by which the operator knows the SDK server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_bundle: Option<CaBundle>,
    /// An object that holds them; from chart 0.10.2 on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_provider: Option<CaProvider>,
    /// The id of the organization.
    #[serde(rename = "organizationID")]
    pub organization_id: String,
    /// The id of the project. A secret that is found by name is of this project.
    #[serde(rename = "projectID")]
    pub project_id: String,
    /// How to log in.
    pub auth: BitwardenAuth,
}

/// How to log in to Bitwarden Secrets Manager.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct BitwardenAuth {
    /// With what is in a Secret.
    pub secret_ref: BitwardenSecretRef,
}

/// What is in the Secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct BitwardenSecretRef {
    /// The access token of a machine account that may read and write the project.
    pub credentials: SecretKeySelector,
}

/// The name of the service under which the operator's chart installs the SDK server, in the operator's own namespace.
pub const IN_CLUSTER_SERVER: &str = "bitwarden-sdk-server";

impl BitwardenProvider {
    /// A project of an organization, through the SDK server at `server_url`. It still needs certificates.
    #[must_use]
    pub fn new(
        server_url: ServerUrl,
        organization_id: impl Into<String>,
        project_id: impl Into<String>,
        access_token: SecretKeySelector,
    ) -> Self {
        Self {
            api_url: None,
            identity_url: None,
            server_url,
            ca_bundle: None,
            ca_provider: None,
            organization_id: organization_id.into(),
            project_id: project_id.into(),
            auth: BitwardenAuth { secret_ref: BitwardenSecretRef { credentials: access_token } },
        }
    }

    /// The certificates by which the operator knows the SDK server.
    #[must_use]
    pub fn with_ca_bundle(mut self, bundle: CaBundle) -> Self {
        self.ca_bundle = Some(bundle);
        self
    }

    /// An object that holds them.
    #[must_use]
    pub fn with_ca_provider(mut self, provider: CaProvider) -> Self {
        self.ca_provider = Some(provider);
        self
    }

    /// A Bitwarden of one's own, or that of another region.
    #[must_use]
    pub fn with_addresses(mut self, api_url: ServerUrl, identity_url: ServerUrl) -> Self {
        self.api_url = Some(api_url);
        self.identity_url = Some(identity_url);
        self
    }

    /// Whether the SDK server is the one that the operator's chart installs.
    #[must_use]
    pub fn uses_the_charts_server(&self) -> bool {
        let host = self.server_url.host();
        host == IN_CLUSTER_SERVER
            || host
                .strip_prefix(IN_CLUSTER_SERVER)
                .is_some_and(|rest| rest.starts_with('.') && is_in_cluster(rest))
    }

    pub(super) fn login_secrets(&self) -> Vec<(String, SecretKeySelector)> {
        let token = ("auth.secretRef.credentials".to_owned(), self.auth.secret_ref.credentials.clone());
        core::iter::once(token).chain(ca::login_secret(self.ca_provider.as_ref())).collect()
    }

    pub(super) fn check(&self, checker: &mut Checker<'_>, scope: StoreScope<'_>) {
        // The operator makes a client without a namespace to see whether the store is fine, and finds no Secret then.
        checker.at("auth.secretRef.credentials", |c| self.auth.secret_ref.credentials.check_placed(c, scope));
        ca::check(self.ca_bundle.as_ref(), self.ca_provider.as_ref(), checker, scope);
        if self.ca_provider.is_some() {
            checker.at("caProvider", |c| c.needs(Feature::BitwardenCaProvider));
        }
        if self.ca_bundle.is_none() && self.ca_provider.is_none() {
            checker.refuse(
                "it needs caBundle or caProvider: the operator has no other certificates for the SDK server",
            );
        }
        if !self.server_url.is_https() {
            checker.at("bitwardenServerSDKURL", |c| c.refuse("the SDK server speaks HTTPS only"));
        }
        for (field, id) in [("organizationID", &self.organization_id), ("projectID", &self.project_id)] {
            if id.is_empty() {
                checker.at(field, |c| c.refuse("it is empty"));
            }
        }
    }
}

/// `rest` is what follows the first label: `.namespace`, `.namespace.svc`, `.namespace.svc.cluster.local`.
fn is_in_cluster(rest: &str) -> bool {
    let mut labels = rest.split('.').skip(1);
    labels.next().is_some_and(|namespace| !namespace.is_empty())
        && labels.next().is_none_or(|label| label == "svc")
}

pub(super) fn source_problem(property: &str) -> Option<String> {
    (property != DEFAULT_PROPERTY).then(|| {
        format!("Bitwarden's secrets have no fields: the whole value would arrive where the field {property:?} is asked for")
    })
}
