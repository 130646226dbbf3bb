//! A store that cannot be written.

use async_trait::async_trait;

use crate::{
    Capabilities, Detail, Error, ErrorKind, MetadataUpdate, ReadOptions, Result, Secret, SecretFields,
    SecretMetadata, SecretPath, SecretStore, SecretVersion, StoreInfo, VersionedStore, WriteOptions,
};

/// A store with its writes and deletes taken away: they are [`Unsupported`](ErrorKind::Unsupported), and the
/// capabilities say so.
#[derive(Debug, Clone)]
pub struct ReadOnly<S> {
    inner: S,
}

impl<S: SecretStore> ReadOnly<S> {
    /// `inner`, which can be read.
    #[must_use]
    pub fn new(inner: S) -> Self {
        Self { inner }
    }

    fn refuse(&self, operation: &'static str, path: &SecretPath) -> Error {
        let detail = Detail::new(operation, "the store was opened read-only").at(path);
        Error::new(ErrorKind::Unsupported, detail.store(self.info().describe()))
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<S: SecretStore> SecretStore for ReadOnly<S> {
    fn info(&self) -> StoreInfo {
        let info = self.inner.info();
        let capabilities = Capabilities { write: false, check_and_set: false, ..info.capabilities };
        StoreInfo { capabilities, ..info }
    }

    async fn read(&self, path: &SecretPath, options: ReadOptions) -> Result<Secret> {
        self.inner.read(path, options).await
    }

    async fn read_many(&self, paths: &[SecretPath]) -> Vec<Result<Secret>> {
        self.inner.read_many(paths).await
    }

    async fn write(
        &self,
        path: &SecretPath,
        _fields: SecretFields,
        _options: WriteOptions,
    ) -> Result<SecretVersion> {
        Err(self.refuse("write", path))
    }

    async fn delete(&self, path: &SecretPath) -> Result<()> {
        Err(self.refuse("delete", path))
    }

    async fn list(&self, prefix: Option<&SecretPath>) -> Result<Vec<SecretPath>> {
        self.inner.list(prefix).await
    }

    fn versioned(&self) -> Option<&dyn VersionedStore> {
        self.inner.versioned().map(|_| self as _)
    }
}

#[async_trait]
impl<S: SecretStore> VersionedStore for ReadOnly<S> {
    async fn metadata(&self, path: &SecretPath) -> Result<SecretMetadata> {
        super::versions_of(&self.inner, "read the metadata of", path)?.metadata(path).await
    }

    async fn update_metadata(&self, path: &SecretPath, _update: MetadataUpdate) -> Result<()> {
        Err(self.refuse("change the metadata of", path))
    }

    async fn delete_versions(&self, path: &SecretPath, _versions: &[u64]) -> Result<()> {
        Err(self.refuse("delete", path))
    }

    async fn undelete(&self, path: &SecretPath, _versions: &[u64]) -> Result<()> {
        Err(self.refuse("undelete", path))
    }

    async fn destroy(&self, path: &SecretPath, _versions: &[u64]) -> Result<()> {
        Err(self.refuse("destroy", path))
    }

    async fn remove(&self, path: &SecretPath) -> Result<()> {
        Err(self.refuse("remove", path))
    }
}
