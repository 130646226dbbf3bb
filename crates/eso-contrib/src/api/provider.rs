//! Where the operator's stores read from.

pub mod vault;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

pub use vault::VaultProvider;

/// What a store reads from: exactly one provider.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Provider {
    /// A Vault-compatible server: Vault, OpenBao, or the bridge.
    Vault(VaultProvider),
}

impl Serialize for Provider {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        match self {
            Self::Vault(vault) => map.serialize_entry("vault", vault)?,
        }
        map.end()
    }
}
