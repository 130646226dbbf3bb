//! Where the operator's stores read from.

pub mod vault;

use serde::Serialize;

pub use vault::VaultProvider;

/// What a store reads from: exactly one provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Provider {
    /// A Vault-compatible server: Vault, OpenBao, or the bridge.
    Vault(VaultProvider),
}
