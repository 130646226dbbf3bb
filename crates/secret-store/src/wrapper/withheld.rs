//! A store of which a part is out of reach.

use std::future::ready;

use async_trait::async_trait;
use futures::FutureExt as _;
use futures::future::BoxFuture;

use crate::{
    Detail, Error, ErrorKind, MetadataUpdate, ReadOptions, Result, Secret, SecretFields, SecretMetadata,
    SecretPath, SecretStore, SecretVersion, StoreInfo, VersionedStore, WriteOptions,
};

/// A store of which what is at some paths, and below them, is out of reach: nobody reads, writes or deletes it through this
/// store, which is [`PermissionDenied`](ErrorKind::PermissionDenied) whether there is anything or not, and lists leave it out.
///
/// A server keeps what it needs itself (keys, tokens) in the store that it serves, and none of it to be served.
#[derive(Debug, Clone)]
pub struct Withheld<S> {
    inner: S,
    paths: Vec<SecretPath>,
}

impl<S: SecretStore> Withheld<S> {
    /// `inner` without what is at and below `paths`.
    #[must_use]
    pub fn new(inner: S, paths: Vec<SecretPath>) -> Self {
        Self { inner, paths }
    }

    fn is_withheld(&self, path: &SecretPath) -> bool {
        self.paths.iter().any(|withheld| path.is_within(withheld))
    }

    fn check(&self, operation: &'static str, path: &SecretPath) -> Result<()> {
        if !self.is_withheld(path) {
            return Ok(());
        }
        let detail = Detail::new(operation, "this path is withheld here").at(path);
        Err(Error::new(ErrorKind::PermissionDenied, detail.store(self.info().describe())))
    }

    fn versions(&self, operation: &'static str, path: &SecretPath) -> Result<&dyn VersionedStore> {
        self.check(operation, path)?;
        super::versions_of(&self.inner, operation, path)
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<S: SecretStore> SecretStore for Withheld<S> {
    fn info(&self) -> StoreInfo {
        self.inner.info()
    }

    // As `async_trait` writes it: the answer has a box already, and needs none around it.
    fn read<'s, 'p, 'a>(&'s self, path: &'p SecretPath, options: ReadOptions) -> BoxFuture<'a, Result<Secret>>
    where
        's: 'a,
        'p: 'a,
        Self: 'a,
    {
        match self.check("read", path) {
            Ok(()) => self.inner.read(path, options),
            Err(error) => ready(Err(error)).boxed(),
        }
    }

    async fn read_many(&self, paths: &[SecretPath]) -> Vec<Result<Secret>> {
        let asked: Vec<_> = paths.iter().filter(|path| !self.is_withheld(path)).cloned().collect();
        let mut answers = self.inner.read_many(&asked).await.into_iter();
        let answer = |path: &SecretPath| {
            self.check("read", path)?;
            answers.next().unwrap_or_else(|| Err(super::too_few_answers(path)))
        };
        paths.iter().map(answer).collect()
    }

    async fn write(
        &self,
        path: &SecretPath,
        fields: SecretFields,
        options: WriteOptions,
    ) -> Result<SecretVersion> {
        self.check("write", path)?;
        self.inner.write(path, fields, options).await
    }

    async fn delete(&self, path: &SecretPath) -> Result<()> {
        self.check("delete", path)?;
        self.inner.delete(path).await
    }

    async fn list(&self, prefix: Option<&SecretPath>) -> Result<Vec<SecretPath>> {
        if let Some(prefix) = prefix {
            self.check("list", prefix)?;
        }
        let mut paths = self.inner.list(prefix).await?;
        paths.retain(|path| !self.is_withheld(path));
        Ok(paths)
    }

    fn versioned(&self) -> Option<&dyn VersionedStore> {
        self.inner.versioned().map(|_| self as _)
    }
}

#[async_trait]
impl<S: SecretStore> VersionedStore for Withheld<S> {
    async fn metadata(&self, path: &SecretPath) -> Result<SecretMetadata> {
        self.versions("read the metadata of", path)?.metadata(path).await
    }

    async fn update_metadata(&self, path: &SecretPath, update: MetadataUpdate) -> Result<()> {
        self.versions("change the metadata of", path)?.update_metadata(path, update).await
    }

    async fn delete_versions(&self, path: &SecretPath, versions: &[u64]) -> Result<()> {
        self.versions("delete", path)?.delete_versions(path, versions).await
    }

    async fn undelete(&self, path: &SecretPath, versions: &[u64]) -> Result<()> {
        self.versions("undelete", path)?.undelete(path, versions).await
    }

    async fn destroy(&self, path: &SecretPath, versions: &[u64]) -> Result<()> {
        self.versions("destroy", path)?.destroy(path, versions).await
    }

    async fn remove(&self, path: &SecretPath) -> Result<()> {
        self.versions("remove", path)?.remove(path).await
    }
}
