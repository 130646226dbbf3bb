//! The store.

use async_trait::async_trait;
use futures::{FutureExt as _, StreamExt as _, stream};

use super::kv::Engines;
use super::{KvVersion, VaultConfig};
use crate::{
    Capabilities, MetadataUpdate, OpenContext, ReadOptions, Result, Secret, SecretFields, SecretMetadata,
    SecretPath, SecretStore, SecretVersion, StoreInfo, VersionedStore, WriteOptions,
};

/// Secrets in the key/value engine of Vault or OpenBao.
///
/// # Paths
/// With [`mount`](VaultConfig::mount) set, a path is what follows the mount; otherwise it begins with the mount, which the
/// server is asked for. `data/` and `metadata/`, which the API puts in between in version 2, are no part of a path; nor is
/// a namespace.
///
/// # Values
/// A string is bytes, which must be UTF-8; a number, a boolean, null, a list or an object is
/// [`ValueKind::Json`](crate::ValueKind::Json). Version 1 keeps the text of a number. Version 2 keeps it as a 64-bit
/// float, and writes `1.50` back as `1.5`; a number that it would round is refused.
///
/// # Versions
/// | | version 2 | version 1 |
/// |---|---|---|
/// | version of a secret | its number | none |
/// | preconditions, old versions | yes | [`Unsupported`](crate::Error::Unsupported) |
/// | merge | a PATCH; where that is not allowed, or a field is an object, a list or null, a read and a write under its version | a read and a write: merges of one store take turns, another program's write in between is lost |
/// | delete | of the current version; [`undelete`](VersionedStore::undelete) brings it back | for good |
///
/// # Lists
/// Go through all folders, as many at once as [`concurrency`](VaultConfig::concurrency) says, and leave out secrets whose
/// current version was deleted: one request for each folder of OpenBao (`detailed-metadata`), and one more for each
/// secret of Vault. Where the token may not read metadata, deleted secrets are in the list. Names that no
/// [`SecretPath`] can have, such as those that begin with a full stop, are left out.
///
/// # Lost answers
/// When the answer to a write is lost, the secret is read back: then the write has been done, or its error may be answered by
/// writing again, or its error [is final](crate::Error::is_final), as nothing can be known. Nothing is retried otherwise:
/// that is for [`Retrying`](crate::wrapper::Retrying).
#[derive(Debug)]
pub struct VaultStore {
    engines: Engines,
}

impl VaultStore {
    pub(super) fn open(config: &VaultConfig, context: &OpenContext) -> Result<Self> {
        Ok(Self { engines: Engines::open(config, context)? })
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl SecretStore for VaultStore {
    /// Of version 2, unless the engine is known to be of version 1.
    fn info(&self) -> StoreInfo {
        let is_versioned = self.engines.version() != Some(KvVersion::V1);
        let capabilities = Capabilities {
            check_and_set: is_versioned,
            history: is_versioned,
            binary: false,
            ..Capabilities::full()
        };
        StoreInfo::new("vault", self.engines.address(), capabilities)
    }

    async fn read(&self, path: &SecretPath, options: ReadOptions) -> Result<Secret> {
        self.engines.read(path, options).await
    }

    async fn read_many(&self, paths: &[SecretPath]) -> Vec<Result<Secret>> {
        let reads = paths.iter().map(|path| self.read(path, ReadOptions::current()));
        let reads: Vec<_> =
            reads.enumerate().map(|(position, read)| read.map(move |answer| (position, answer))).collect();
        // In order, one slow answer would keep the places of those that came after it.
        let mut answers: Vec<_> =
            stream::iter(reads).buffer_unordered(self.engines.concurrency()).collect().await;
        answers.sort_unstable_by_key(|(position, _)| *position);
        answers.into_iter().map(|(_, answer)| answer).collect()
    }

    async fn write(
        &self,
        path: &SecretPath,
        fields: SecretFields,
        options: WriteOptions,
    ) -> Result<SecretVersion> {
        self.engines.write(path, fields, &options).await
    }

    async fn delete(&self, path: &SecretPath) -> Result<()> {
        self.engines.delete(path).await
    }

    async fn list(&self, prefix: Option<&SecretPath>) -> Result<Vec<SecretPath>> {
        self.engines.list(prefix).await
    }

    /// Unless the engine is known to be of version 1.
    fn versioned(&self) -> Option<&dyn VersionedStore> {
        (self.engines.version() != Some(KvVersion::V1)).then_some(self as _)
    }
}

/// In version 1 of the engine, all of these are [`Unsupported`](crate::Error::Unsupported). The server does not say whether
/// there was anything to delete, to bring back or to destroy.
#[async_trait]
impl VersionedStore for VaultStore {
    async fn metadata(&self, path: &SecretPath) -> Result<SecretMetadata> {
        self.engines.metadata(path).await
    }

    async fn update_metadata(&self, path: &SecretPath, update: MetadataUpdate) -> Result<()> {
        self.engines.update_metadata(path, update).await
    }

    async fn delete_versions(&self, path: &SecretPath, versions: &[u64]) -> Result<()> {
        self.engines.change_versions("delete", path, versions).await
    }

    async fn undelete(&self, path: &SecretPath, versions: &[u64]) -> Result<()> {
        self.engines.change_versions("undelete", path, versions).await
    }

    async fn destroy(&self, path: &SecretPath, versions: &[u64]) -> Result<()> {
        self.engines.change_versions("destroy", path, versions).await
    }

    async fn remove(&self, path: &SecretPath) -> Result<()> {
        self.engines.remove(path).await
    }
}
