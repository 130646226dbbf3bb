//! The `vault` provider: <https://external-secrets.io/latest/provider/hashicorp-vault/>.

pub mod auth;

use std::collections::BTreeMap;

use k8s_bundle::yaml;
use serde::{Deserialize, Serialize};

pub use auth::{VaultAuth, VaultAuthMethod};

use super::ca::{self, CaBundle, CaProvider};
use crate::api::store_spec::StoreScope;
use crate::api::{Checker, SecretKeySelector, ServiceAccountSelector};
use crate::{EsoVersion, Feature, MountPath, ServerUrl};

/// A Vault-compatible server, and how to log in there.
///
/// The bridge is one of them, by [`bridge`](Self::bridge); a Vault or OpenBao of one's own is another:
///
/// ```
/// use eso_contrib::api::provider::VaultProvider;
/// use eso_contrib::api::{SecretKeySelector, ServiceAccountSelector};
///
/// let account = ServiceAccountSelector::new("eso".parse()?).in_namespace("security".parse()?);
/// let by_account = VaultProvider::with_kubernetes_auth("https://vault.acme.lab".parse()?, "kv".parse()?, "eso", account);
///
/// let secret_id = SecretKeySelector::new("vault-approle".parse()?, "secret-id".parse()?).in_namespace("security".parse()?);
/// let by_app_role = VaultProvider::with_app_role("https://vault.acme.lab".parse()?, "kv".parse()?, "7d0c5a5e-…", secret_id);
/// assert_ne!(by_account.auth, by_app_role.auth);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct VaultProvider {
    /// Its address, as seen from the cluster.
    pub server: ServerUrl,
    /// The mount of its key-value engine. Without one, a path starts with the mount, and is what the operator's own
    /// documentation has as `remoteRef.key`: `kv/apps/acme`, or `teams/kv/data/apps/acme` for a mount of several segments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<MountPath>,
    /// The version of the key-value engine; 2 unless given.
    #[serde(default)]
    pub version: KvVersion,
    /// The namespace of the server, where it has such (Vault Enterprise, OpenBao).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// How to log in. Without it, something between operator and server does, such as an agent; from chart 0.14.4 on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<VaultAuth>,
    /// The certificates by which the operator knows the server; those of its image unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_bundle: Option<CaBundle>,
    /// An object that holds them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_provider: Option<CaProvider>,
    /// The certificate that the operator shows the server with every request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<VaultClientTls>,
    /// Headers that are sent with every request. The text stands in the resource: no place for a secret.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "yaml::unique_map")]
    pub headers: BTreeMap<String, String>,
    /// Whether a write must name the version that it replaces; only what is pushed is written. From chart 0.20.0 on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check_and_set: Option<VaultCheckAndSet>,
    /// Whether a read sees what was written before, in a server that is replicated (Vault Enterprise).
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub read_your_writes: bool,
    /// Whether a read that would not is sent on to the leader; with [`read_your_writes`](Self::read_your_writes) only.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub forward_inconsistent: bool,
}

/// The version of a key-value engine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum KvVersion {
    /// Without versions of its secrets.
    V1,
    /// With versions of each secret.
    #[default]
    V2,
}

/// The certificate that the operator shows the server: both of the two, or it shows none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct VaultClientTls {
    /// The certificate; the key `tls.crt` unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cert_secret_ref: Option<SecretKeySelector>,
    /// Its private key; the key `tls.key` unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_secret_ref: Option<SecretKeySelector>,
}

/// Check-and-set, for what is pushed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct VaultCheckAndSet {
    /// Whether every write names the version that it replaces.
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    pub required: bool,
}

impl VaultProvider {
    /// The server at `server`, whose secrets are in the version 2 engine mounted at `path`.
    #[must_use]
    pub fn new(server: ServerUrl, path: MountPath, auth: VaultAuth) -> Self {
        Self { auth: Some(auth), ..Self::without_auth(server, path) }
    }

    /// The bridge, with the token of a Secret.
    #[must_use]
    pub fn bridge(server: ServerUrl, mount: MountPath, token: SecretKeySelector) -> Self {
        Self::new(server, mount, VaultAuth::token(token))
    }

    /// A server that knows the cluster's `ServiceAccount`s, by its auth method `kubernetes` mounted under that name.
    #[must_use]
    pub fn with_kubernetes_auth(
        server: ServerUrl,
        path: MountPath,
        role: impl Into<String>,
        account: ServiceAccountSelector,
    ) -> Self {
        Self::new(server, path, auth::KubernetesLogin::new(role, account).into())
    }

    /// A server that is logged in to by its auth method `approle` mounted under that name.
    #[must_use]
    pub fn with_app_role(
        server: ServerUrl,
        path: MountPath,
        role_id: impl Into<String>,
        secret_id: SecretKeySelector,
    ) -> Self {
        Self::new(server, path, auth::AppRoleLogin::new(role_id, secret_id).into())
    }

    /// A server in front of which something else logs in, such as Vault's agent; from chart 0.14.4 on.
    #[must_use]
    pub fn without_auth(server: ServerUrl, path: MountPath) -> Self {
        Self {
            server,
            path: Some(path),
            version: KvVersion::default(),
            namespace: None,
            auth: None,
            ca_bundle: None,
            ca_provider: None,
            tls: None,
            headers: BTreeMap::new(),
            check_and_set: None,
            read_your_writes: false,
            forward_inconsistent: false,
        }
    }

    /// Another version of the key-value engine.
    #[must_use]
    pub fn with_version(mut self, version: KvVersion) -> Self {
        self.version = version;
        self
    }

    /// A namespace of the server.
    #[must_use]
    pub fn in_server_namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = Some(namespace.into());
        self
    }

    /// The certificates by which the operator knows the server.
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

    /// The certificate that the operator shows the server.
    #[must_use]
    pub fn with_client_certificate(mut self, certificate: SecretKeySelector, key: SecretKeySelector) -> Self {
        self.tls = Some(VaultClientTls { cert_secret_ref: Some(certificate), key_secret_ref: Some(key) });
        self
    }

    /// Has every write name the version that it replaces.
    #[must_use]
    pub fn with_check_and_set(mut self) -> Self {
        self.check_and_set = Some(VaultCheckAndSet { required: true });
        self
    }

    /// What `remoteRef.key` must be for the operator to read `path`.
    ///
    /// With a mount in the store, that is `path` itself, unless it starts with the mount's own name. There the operator
    /// strips the name (`buildPath` in its `client_get.go`), so that `secret/authelia` would be read as `authelia`; written
    /// twice it is stripped once. Without a mount in the store the operator takes the first segment for it, and leaves a key
    /// alone that has `/data/` in it.
    #[must_use]
    pub fn remote_key(&self, path: &str) -> String {
        let Some(mount) = &self.path else { return path.to_owned() };
        if !path.strip_prefix(mount.as_str()).is_some_and(|rest| rest.starts_with('/')) {
            return path.to_owned();
        }
        // After the mount's name, the operator takes one `data/` off as well.
        let data = if self.version == KvVersion::V2 && path.starts_with("data/") { "data/" } else { "" };
        format!("{mount}/{data}{path}")
    }

    pub(super) fn source_problem(&self, path: &str) -> Option<String> {
        (self.path.is_none() && !path.contains('/')).then(|| {
            format!(
                "the store has no path, so {path:?} must start with the mount: {}",
                "mount/".to_owned() + path
            )
        })
    }

    /// What is found is called by its path, and the operator strips the mount's name from that before it reads: see
    /// [`remote_key`](Self::remote_key).
    pub(super) fn find_problem(&self, path: &str) -> Option<String> {
        let mount = self.path.as_ref()?.as_str();
        let is_below = path.strip_prefix(mount).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        is_below.then(|| {
            format!(
                "the operator takes {:?} off the path of what it finds there, the name of the mount, and reads another secret: \
                 name the secrets one by one in data, or move them",
                mount.to_owned() + "/"
            )
        })
    }

    pub(super) fn login_secrets(&self) -> Vec<(String, SecretKeySelector)> {
        let mut secrets: Vec<_> = self.auth.iter().flat_map(VaultAuth::secrets).collect();
        let tls = self.tls.iter();
        secrets.extend(tls.flat_map(|tls| {
            let cert =
                tls.cert_secret_ref.iter().map(|secret| ("tls.certSecretRef".to_owned(), secret.clone()));
            cert.chain(
                tls.key_secret_ref.iter().map(|secret| ("tls.keySecretRef".to_owned(), secret.clone())),
            )
        }));
        secrets.extend(ca::login_secret(self.ca_provider.as_ref()));
        secrets
    }

    pub(super) fn check(&self, checker: &mut Checker<'_>, scope: StoreScope<'_>) {
        match &self.auth {
            Some(auth) => checker.at("auth", |c| auth.check(c, scope)),
            None => checker.needs(Feature::VaultWithoutAuth),
        }
        if let Some(tls) = &self.tls {
            checker.at("tls", |c| tls.check(c, scope));
        }
        ca::check(self.ca_bundle.as_ref(), self.ca_provider.as_ref(), checker, scope);
        if let Some(check_and_set) = self.check_and_set {
            checker.at("checkAndSet", |c| {
                c.needs(Feature::VaultCheckAndSet);
                if check_and_set.required && self.version == KvVersion::V1 {
                    c.refuse("version 1 of the key-value engine has no versions to check");
                }
            });
        }
        // The operator dereferences it (`buildMetadataPath`), and nothing else tells it the mount.
        if self.path.is_none() && self.version == KvVersion::V1 {
            checker.at("path", |c| c.refuse("version 1 of the key-value engine needs it"));
        }
    }

    pub(super) fn spell_out(&mut self, version: &EsoVersion) {
        if let Some(auth) = &mut self.auth {
            auth.spell_out(version);
        }
    }
}

impl VaultClientTls {
    fn check(&self, checker: &mut Checker<'_>, scope: StoreScope<'_>) {
        if self.cert_secret_ref.is_none() || self.key_secret_ref.is_none() {
            checker.refuse("it needs certSecretRef and keySecretRef");
        }
        for (field, secret) in
            [("certSecretRef", &self.cert_secret_ref), ("keySecretRef", &self.key_secret_ref)]
        {
            if let Some(secret) = secret {
                checker.at(field, |c| {
                    secret.check_with_default_key(c, scope);
                    // They are read before the operator knows for which namespace.
                    scope.check_placed(secret.namespace.as_ref(), c);
                });
            }
        }
    }
}
