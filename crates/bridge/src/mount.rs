//! Which store is served where.

use std::sync::Arc;

use secret_store::{SecretStore, VersionedStore};
use serde::{Deserialize, Serialize};

use crate::api::Failure;
use crate::lanes::Lanes;

/// The version of the key/value engine that a mount speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "u8", into = "u8")]
pub enum KvVersion {
    /// Fields alone.
    V1,
    /// Fields with numbered versions and notes.
    #[default]
    V2,
}

impl TryFrom<u8> for KvVersion {
    type Error = String;

    fn try_from(number: u8) -> Result<Self, String> {
        match number {
            1 => Ok(Self::V1),
            2 => Ok(Self::V2),
            _ => Err("the version of the key/value engine is 1 or 2".to_owned()),
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

/// A store, served at a path.
#[derive(Debug, Clone)]
pub(crate) struct Mount {
    /// Without a slash at its end: `secret`.
    pub(crate) path: String,
    pub(crate) version: KvVersion,
    pub(crate) store: Arc<dyn SecretStore>,
    /// What clients see of it; not secret, and the same after a restart.
    pub(crate) accessor: String,
    pub(crate) uuid: String,
    pub(crate) description: String,
    /// Merges.
    pub(crate) lanes: Arc<Lanes>,
}

impl Mount {
    /// The store, with its versions.
    pub(crate) fn versioned(&self) -> Result<&dyn VersionedStore, Failure> {
        self.store.versioned().ok_or_else(Failure::unsupported_operation)
    }
}

/// All mounts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mounts(Vec<Mount>);

impl Mounts {
    /// The longest paths first.
    pub(crate) fn new(mut mounts: Vec<Mount>) -> Self {
        mounts.sort_by(|a, b| b.path.len().cmp(&a.path.len()).then_with(|| a.path.cmp(&b.path)));
        Self(mounts)
    }

    /// The mount that has `path`, and what is left of the path below it.
    pub(crate) fn find<'p>(&self, path: &'p str) -> Option<(&Mount, &'p str)> {
        self.0.iter().find_map(|mount| {
            let rest = path.strip_prefix(mount.path.as_str())?;
            if rest.is_empty() { Some((mount, rest)) } else { Some((mount, rest.strip_prefix('/')?)) }
        })
    }

    /// By path.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Mount> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use test_kit::InMemorySecretStore;

    use super::*;

    fn mount(path: &str) -> Mount {
        Mount {
            path: path.to_owned(),
            version: KvVersion::V2,
            store: Arc::new(InMemorySecretStore::new()),
            accessor: String::new(),
            uuid: String::new(),
            description: String::new(),
            lanes: Arc::default(),
        }
    }

    #[test]
    fn the_longest_mount_has_a_path_on_whole_segments() {
        let mounts = Mounts::new(vec![mount("kv"), mount("kv/team"), mount("secret")]);
        let found = |path: &str| mounts.find(path).map(|(mount, rest)| (mount.path.clone(), rest.to_owned()));
        let at = |mount: &str, rest: &str| Some((mount.to_owned(), rest.to_owned()));
        assert_eq!(found("kv/data/a"), at("kv", "data/a"));
        assert_eq!(found("kv/team/data/a"), at("kv/team", "data/a"));
        assert_eq!(found("kv/teams"), at("kv", "teams"));
        assert_eq!(found("secret"), at("secret", ""));
        assert_eq!(found("secrets/a"), None);
        assert_eq!(found(""), None);
    }
}
