//! How the configuration names a Vault or OpenBao server.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use events::SignedDuration;
use serde::{Deserialize, Serialize};

use super::{AuthConfig, VaultStore, transport};
use crate::wrapper::RetryConfig;
use crate::{Error, OpenContext, Result};

/// A Vault or OpenBao server.
///
/// ```yaml
/// store:
///   provider: vault
///   address: https://vault.example:8200
///   mount: secret
///   auth: { method: approle, role_id: { env: ROLE_ID }, secret_id: { file: secret-id } }
/// ```
/// What is not set comes from the environment variables that the `vault` and `bao` programs read, listed in
/// [`ENVIRONMENT`](super::ENVIRONMENT).
///
/// An https address that is not of this machine is reached through the HTTP proxy that `VAULT_PROXY_ADDR` or `HTTPS_PROXY`
/// names, unless `NO_PROXY` excepts it; the token and the secrets stay encrypted on the way. Proxies for plain HTTP, and
/// proxies that speak SOCKS or TLS themselves, are not supported, and neither are unix sockets.
///
/// One redirect is followed, as a standby sends it to the active server, and the token goes along; never from https to
/// http, nor from this machine to plain HTTP on another. An http address that leads to https is refused: by then the token
/// was sent in the clear.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct VaultConfig {
    /// The server: `https://host:port`, and after it a path where a reverse proxy needs one. Otherwise `BAO_ADDR`, then
    /// `VAULT_ADDR`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The namespace of the secrets. Otherwise `BAO_NAMESPACE`, then `VAULT_NAMESPACE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Where the key/value engine is mounted, and then paths are within it. Without one, each path begins with its mount,
    /// which the server is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mount: Option<String>,
    /// The version of the key/value engine. Without one, the server is asked once for each mount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kv_version: Option<KvVersion>,
    /// How to log in. Without it, a token: `BAO_TOKEN`, then `VAULT_TOKEN`, then `~/.vault-token`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<AuthConfig>,
    /// Certificates.
    #[serde(default, skip_serializing_if = "TlsConfig::is_default")]
    pub tls: TlsConfig,
    /// Whether an address that begins with `http://` is accepted: the secrets and the token are then sent in the clear. An
    /// address of this machine (127.0.0.0/8, `[::1]`, `localhost`) needs no leave.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub plain_http: bool,
    /// How long connecting may take, such as `5s` (the default): name look-up, TCP and TLS together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub connect_timeout: Option<SignedDuration>,
    /// How long the whole of one answer may take, the wait for its turn included, such as `30s`. Otherwise
    /// `BAO_CLIENT_TIMEOUT`, then `VAULT_CLIENT_TIMEOUT`, then 30 seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub request_timeout: Option<SignedDuration>,
    /// How many requests are under way at once: 16 unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<NonZeroUsize>,
    /// When to give up on a server that does not answer.
    #[serde(default, skip_serializing_if = "RetryConfig::is_default")]
    pub retry: RetryConfig,
}

/// Certificates, all in PEM. Relative paths are relative to the configuration file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TlsConfig {
    /// Who may have signed the server's certificate, instead of the system's authorities: a file of certificates, or a folder
    /// of such files. Otherwise `BAO_CACERT`, then `VAULT_CACERT`; then `…_CACERT_BYTES`, which is the text of such a file,
    /// and `…_CAPATH`. Checking it cannot be turned off: `VAULT_SKIP_VERIFY` is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca: Option<PathBuf>,
    /// The certificate to show to a server that asks for one, with its chain. Otherwise `…_CLIENT_CERT`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_certificate: Option<PathBuf>,
    /// Its private key, without a passphrase. Otherwise `…_CLIENT_KEY`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_key: Option<PathBuf>,
    /// The name that the server's certificate must have, and that is asked for (SNI), when it is not the address's host.
    /// Otherwise `…_TLS_SERVER_NAME`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_name: Option<String>,
}

impl TlsConfig {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// The version of the key/value engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(extend("minimum" = 1, "maximum" = 2))
)]
#[serde(try_from = "u8", into = "u8")]
#[non_exhaustive]
pub enum KvVersion {
    /// Without versions of secrets.
    V1,
    /// With versions of secrets, and metadata.
    V2,
}

impl TryFrom<u8> for KvVersion {
    type Error = &'static str;

    fn try_from(number: u8) -> Result<Self, Self::Error> {
        match number {
            1 => Ok(Self::V1),
            2 => Ok(Self::V2),
            _ => Err("the key/value engine has the versions 1 and 2"),
        }
    }
}

impl From<KvVersion> for u8 {
    fn from(version: KvVersion) -> Self {
        match version {
            KvVersion::V1 => 1,
            KvVersion::V2 => 2,
        }
    }
}

impl VaultConfig {
    /// What makes no sense in it whatever the environment says: the field, and why. [`open`](Self::open) says the same, one at a
    /// time.
    #[must_use]
    pub fn problems(&self) -> Vec<(&'static str, Error)> {
        let auth = self.auth.as_ref().and_then(|auth| auth.check(true).err());
        let mut problems = transport::problems(self);
        problems.extend(auth.map(|problem| ("auth", problem)));
        problems
    }

    /// Opens the store. Connects to nobody: the first read does.
    ///
    /// # Errors
    /// [`Invalid`](crate::Error::Invalid) when the configuration makes no sense.
    #[expect(clippy::unused_async, reason = "as the other providers")]
    pub async fn open(&self, context: &OpenContext) -> Result<VaultStore> {
        VaultStore::open(self, context)
    }
}
