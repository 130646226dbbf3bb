//! A part of a store.

use async_trait::async_trait;

use crate::{
    Detail, Error, ErrorKind, MetadataUpdate, ReadOptions, Result, Secret, SecretFields, SecretMetadata,
    SecretPath, SecretStore, SecretVersion, StoreInfo, VersionedStore, WriteOptions,
};

/// What is below a prefix of a store, as a store: `minio` in the scope `infrastructure` is `infrastructure/minio`.
///
/// Nothing outside can be named: a path has no `..`, and the prefix is put before every one. Errors and lists speak of the
/// caller's paths. A secret at the prefix itself is outside.
#[derive(Debug, Clone)]
pub struct Scoped<S> {
    inner: S,
    prefix: SecretPath,
}

impl<S: SecretStore> Scoped<S> {
    /// What is below `prefix` of `inner`.
    #[must_use]
    pub fn new(inner: S, prefix: SecretPath) -> Self {
        Self { inner, prefix }
    }

    fn full(&self, operation: &'static str, path: &SecretPath) -> Result<SecretPath> {
        path.below(&self.prefix).map_err(|_| {
            let detail = Detail::new(operation, "the path is too long").at(path);
            Error::new(ErrorKind::Invalid, detail.store(self.info().describe()))
        })
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<S: SecretStore> SecretStore for Scoped<S> {
    fn info(&self) -> StoreInfo {
        let info = self.inner.info();
        StoreInfo { location: format!("{} below {}", info.location, self.prefix), ..info }
    }

    async fn read(&self, path: &SecretPath, options: ReadOptions) -> Result<Secret> {
        let full = self.full("read", path)?;
        self.inner.read(&full, options).await.map_err(|error| error.with_path(Some(path.clone())))
    }

    async fn read_many(&self, paths: &[SecretPath]) -> Vec<Result<Secret>> {
        let full: Vec<_> = paths.iter().map(|path| self.full("read", path)).collect();
        let asked: Vec<_> = full.iter().flatten().cloned().collect();
        let mut answers = self.inner.read_many(&asked).await.into_iter();
        let answer = |(path, full): (&SecretPath, Result<SecretPath>)| {
            full?;
            let answer = answers.next().unwrap_or_else(|| Err(super::too_few_answers(path)));
            answer.map_err(|error| error.with_path(Some(path.clone())))
        };
        paths.iter().zip(full).map(answer).collect()
    }

    async fn write(
        &self,
        path: &SecretPath,
        fields: SecretFields,
        options: WriteOptions,
    ) -> Result<SecretVersion> {
        let full = self.full("write", path)?;
        self.inner.write(&full, fields, options).await.map_err(|error| error.with_path(Some(path.clone())))
    }

    async fn delete(&self, path: &SecretPath) -> Result<()> {
        let full = self.full("delete", path)?;
        self.inner.delete(&full).await.map_err(|error| error.with_path(Some(path.clone())))
    }

    async fn list(&self, prefix: Option<&SecretPath>) -> Result<Vec<SecretPath>> {
        let full = match prefix {
            Some(prefix) => self.full("list", prefix)?,
            None => self.prefix.clone(),
        };
        let paths = self.inner.list(Some(&full)).await.map_err(|error| error.with_path(prefix.cloned()))?;
        // Taking the same beginning from each keeps the order.
        Ok(paths.iter().filter_map(|path| path.strip_prefix(&self.prefix)).collect())
    }

    fn versioned(&self) -> Option<&dyn VersionedStore> {
        self.inner.versioned().map(|_| self as _)
    }
}

#[async_trait]
impl<S: SecretStore> VersionedStore for Scoped<S> {
    async fn metadata(&self, path: &SecretPath) -> Result<SecretMetadata> {
        let full = self.full("read the metadata of", path)?;
        let answer = super::versions_of(&self.inner, "read the metadata of", path)?.metadata(&full).await;
        answer.map_err(|error| error.with_path(Some(path.clone())))
    }

    async fn update_metadata(&self, path: &SecretPath, update: MetadataUpdate) -> Result<()> {
        let full = self.full("change the metadata of", path)?;
        let answer = super::versions_of(&self.inner, "change the metadata of", path)?
            .update_metadata(&full, update)
            .await;
        answer.map_err(|error| error.with_path(Some(path.clone())))
    }

    async fn delete_versions(&self, path: &SecretPath, versions: &[u64]) -> Result<()> {
        let full = self.full("delete", path)?;
        let answer = super::versions_of(&self.inner, "delete", path)?.delete_versions(&full, versions).await;
        answer.map_err(|error| error.with_path(Some(path.clone())))
    }

    async fn undelete(&self, path: &SecretPath, versions: &[u64]) -> Result<()> {
        let full = self.full("undelete", path)?;
        let answer = super::versions_of(&self.inner, "undelete", path)?.undelete(&full, versions).await;
        answer.map_err(|error| error.with_path(Some(path.clone())))
    }

    async fn destroy(&self, path: &SecretPath, versions: &[u64]) -> Result<()> {
        let full = self.full("destroy", path)?;
        let answer = super::versions_of(&self.inner, "destroy", path)?.destroy(&full, versions).await;
        answer.map_err(|error| error.with_path(Some(path.clone())))
    }

    async fn remove(&self, path: &SecretPath) -> Result<()> {
        let full = self.full("remove", path)?;
        let answer = super::versions_of(&self.inner, "remove", path)?.remove(&full).await;
        answer.map_err(|error| error.with_path(Some(path.clone())))
    }
}
