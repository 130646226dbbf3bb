//! Where the operator's stores read from.

pub mod bitwarden;
mod ca;
pub mod fake;
pub mod kubernetes;
pub mod vault;
pub mod webhook;

pub use bitwarden::BitwardenProvider;
pub use ca::{CaBundle, CaBundleError, CaProvider, CaSource};
pub use fake::FakeProvider;
pub use kubernetes::KubernetesProvider;
pub use vault::VaultProvider;
pub use webhook::WebhookProvider;

use super::one_of::one_of;
use super::store_spec::StoreScope;
use super::{Checker, SecretKeySelector};
use crate::EsoVersion;

one_of! {
    /// What a store reads from: exactly one provider.
    ///
    /// # Paths and fields
    ///
    /// A source is a path and a field of it, in every store. What the operator is told instead, `remoteRef.key` and
    /// `remoteRef.property`, differs from provider to provider; [`remote_key`](Self::remote_key) and
    /// [`remote_property`](Self::remote_property) know how.
    ///
    /// | provider | a path is | a field is |
    /// |---|---|---|
    /// | `vault` | a path within the mount | a field of the secret, by its exact name or as a [GJSON] path |
    /// | `kubernetes` | the name of a Secret | a key of it |
    /// | `webhook` | `{{ .remoteRef.key }}` | `{{ .remoteRef.property }}`, if the store's templates have it |
    /// | `fake` | `data[].key` | a field of the value, which is JSON then; a plain value is the field `value` |
    /// | `bitwardensecretsmanager` | a name, or an id | always `value`: a secret there has one value and no fields |
    ///
    /// [GJSON]: https://github.com/tidwall/gjson/blob/master/SYNTAX.md
    pub enum Provider from ProviderFields "ProviderFields", "provider"
    expect clippy::large_enum_variant, "there are few stores, and a box would be in everybody's way" {
        /// A Vault-compatible server: Vault, OpenBao, or the bridge.
        "vault" vault => Vault(VaultProvider),
        /// Bitwarden Secrets Manager.
        "bitwardensecretsmanager" bitwardensecretsmanager => Bitwarden(BitwardenProvider),
        /// Any server that answers over HTTP.
        "webhook" webhook => Webhook(WebhookProvider),
        /// Secrets of a cluster: of this one in another namespace, or of another one.
        "kubernetes" kubernetes => Kubernetes(KubernetesProvider),
        /// Values that stand in the store itself, for trying the operator out. They are no secrets.
        "fake" fake => Fake(FakeProvider),
    }
}

impl Provider {
    /// What the operator calls it: `vault`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Vault(_) => "vault",
            Self::Bitwarden(_) => "bitwardensecretsmanager",
            Self::Webhook(_) => "webhook",
            Self::Kubernetes(_) => "kubernetes",
            Self::Fake(_) => "fake",
        }
    }

    /// What `remoteRef.key` must be for the operator to read the value at `path`.
    ///
    /// ```
    /// # use eso_contrib::api::provider::{Provider, VaultProvider};
    /// let vault = VaultProvider::without_auth("https://vault.acme.lab".parse()?, "secret".parse()?);
    /// let vault = Provider::from(vault);
    /// assert_eq!(vault.remote_key("apps/acme"), "apps/acme");
    /// // The operator takes the name of the mount off once.
    /// assert_eq!(vault.remote_key("secret/authelia"), "secret/secret/authelia");
    /// # Ok::<_, eso_contrib::Error>(())
    /// ```
    #[must_use]
    pub fn remote_key(&self, path: &str) -> String {
        match self {
            Self::Vault(vault) => vault.remote_key(path),
            Self::Bitwarden(_) | Self::Webhook(_) | Self::Kubernetes(_) | Self::Fake(_) => path.to_owned(),
        }
    }

    /// What `remoteRef.key` must be for the operator to read the metadata of `path` (`metadataPolicy: Fetch`). For Vault
    /// that is not [`remote_key`](Self::remote_key): there the operator does not take the name of the mount off.
    #[must_use]
    pub fn metadata_key(&self, path: &str) -> String {
        path.to_owned()
    }

    /// What `remoteRef.property` must be for the operator to read the field `property` of `path`. [`None`]: it must be left
    /// away, because what is there has no fields and is the value itself.
    ///
    /// ```
    /// # use eso_contrib::api::provider::{Provider, FakeProvider};
    /// let fake = FakeProvider::new().with_value("plain", "abc").with_value("pair", r#"{"user": "a"}"#);
    /// let fake = Provider::from(fake);
    /// assert_eq!(fake.remote_property("pair", "user"), Some("user"));
    /// assert_eq!(fake.remote_property("plain", "value"), None);
    /// ```
    #[must_use]
    pub fn remote_property<'a>(&self, path: &str, property: &'a str) -> Option<&'a str> {
        match self {
            Self::Vault(_) | Self::Webhook(_) | Self::Kubernetes(_) => Some(property),
            Self::Bitwarden(_) => None,
            Self::Fake(fake) => fake.has_field(path, property).then_some(property),
        }
    }

    /// Why the operator would not read the field `property` of `path`, where that can be told from the store alone.
    #[must_use]
    pub fn source_problem(&self, path: &str, property: &str) -> Option<String> {
        match self {
            Self::Vault(vault) => vault.source_problem(path),
            Self::Bitwarden(_) => bitwarden::source_problem(property),
            Self::Webhook(webhook) => webhook.source_problem(property),
            Self::Kubernetes(_) => kubernetes::source_problem(path, property),
            Self::Fake(fake) => fake.source_problem(path, property),
        }
    }

    /// Why the operator would read other secrets than those that it finds below `path`, where that can be told.
    #[must_use]
    pub fn find_problem(&self, path: Option<&str>) -> Option<String> {
        match self {
            Self::Vault(vault) => vault.find_problem(path?),
            Self::Bitwarden(_) | Self::Webhook(_) | Self::Kubernetes(_) | Self::Fake(_) => None,
        }
    }

    /// Every Secret that the operator logs in with, or takes a certificate from: the field, from the provider on, and the Secret.
    #[must_use]
    pub fn login_secrets(&self) -> Vec<(String, SecretKeySelector)> {
        let (name, secrets) = match self {
            Self::Vault(vault) => ("vault", vault.login_secrets()),
            Self::Bitwarden(bitwarden) => ("bitwardensecretsmanager", bitwarden.login_secrets()),
            Self::Webhook(webhook) => ("webhook", webhook.login_secrets()),
            Self::Kubernetes(kubernetes) => ("kubernetes", kubernetes.login_secrets()),
            Self::Fake(_) => ("fake", Vec::new()),
        };
        secrets.into_iter().map(|(field, secret)| (format!("{name}.{field}"), secret)).collect()
    }

    pub(crate) fn check(&self, checker: &mut Checker<'_>, scope: StoreScope<'_>) {
        checker.at(self.name(), |c| match self {
            Self::Vault(vault) => vault.check(c, scope),
            Self::Bitwarden(bitwarden) => bitwarden.check(c, scope),
            Self::Webhook(webhook) => webhook.check(c, scope),
            Self::Kubernetes(kubernetes) => kubernetes.check(c, scope),
            Self::Fake(fake) => fake.check(c),
        });
    }

    /// Fills in what the definitions of that version have as defaults and those of another have not.
    pub(crate) fn spell_out(&mut self, version: &EsoVersion) {
        if let Self::Vault(vault) = self {
            vault.spell_out(version);
        }
    }
}
