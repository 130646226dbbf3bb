//! The `vault` provider: <https://external-secrets.io/latest/provider/hashicorp-vault/>.

use serde::Serialize;

use crate::api::SecretKeySelector;
use crate::{BridgeUrl, MountPath};

/// A Vault-compatible server, and how to log in there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct VaultProvider {
    /// Its address, as seen from the cluster.
    pub server: BridgeUrl,
    /// The mount of its key-value engine.
    pub path: MountPath,
    /// The version of the key-value engine.
    pub version: KvVersion,
    /// How to log in.
    pub auth: VaultAuth,
}

/// The version of a key-value engine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum KvVersion {
    /// With versions of each secret.
    #[default]
    V2,
}

/// How to log in: exactly one method.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub enum VaultAuth {
    /// With a token from a Secret. The operator sends its bytes as they are: a trailing newline makes it refuse the token.
    #[serde(rename = "tokenSecretRef")]
    Token(SecretKeySelector),
}

impl VaultProvider {
    /// The server at `server`, whose secrets are in the version 2 engine mounted at `path`.
    #[must_use]
    pub fn new(server: BridgeUrl, path: MountPath, auth: VaultAuth) -> Self {
        Self { server, path, version: KvVersion::default(), auth }
    }

    /// What `remoteRef.key` must be for the operator to read `path` of the mount.
    ///
    /// That is `path` itself, unless it starts with the mount's own name. There the operator strips the name (`buildPath`
    /// in its `client_get.go`), so that `secret/authelia` would be read as `authelia`; written twice it is stripped once.
    #[must_use]
    pub fn remote_key(&self, path: &str) -> String {
        remote_key(&self.path, path)
    }
}

pub(crate) fn remote_key(mount: &MountPath, path: &str) -> String {
    match path.strip_prefix(mount.as_str()) {
        Some(rest) if rest.starts_with('/') => format!("{mount}/{path}"),
        _ => path.to_owned(),
    }
}
