//! That the store is still the one that the bridge was opened over.

use async_trait::async_trait;
use secret_store::{
    Detail, Error, ErrorKind, ReadOptions, Result, Secret, SecretFields, SecretPath, SecretStore,
    SecretVersion, StoreInfo, VersionedStore, WriteOptions,
};

/// A store of which it is believed that a secret is not there only while it has another one, which always is. A folder that was
/// emptied has no secrets either, and the operator would delete what the cluster has.
#[derive(Debug)]
pub(crate) struct Anchored<S> {
    inner: S,
    anchor: SecretPath,
    /// What to do where it is gone.
    help: &'static str,
}

impl<S: SecretStore> Anchored<S> {
    /// `inner`, known by what the bridge keeps at `anchor`, of which alone it is always believed that it is not there.
    pub(crate) fn by_the_bridge(inner: S, anchor: SecretPath) -> Self {
        let help = "mount or restore it; if it is meant to be another store, start the bridge again";
        Self { inner, anchor, help }
    }

    /// `inner`, known by a secret that somebody else keeps at `anchor`.
    pub(crate) fn by_a_secret(inner: S, anchor: SecretPath) -> Self {
        let help = "mount or restore it, or write the secret that the mount's `anchor` names";
        Self { inner, anchor, help }
    }

    /// # Errors
    /// [`Unavailable`](ErrorKind::Unavailable) when this is not the store that it was; otherwise as a read.
    async fn confirm(&self, operation: &'static str, path: Option<&SecretPath>) -> Result<()> {
        let answer = self.inner.read(&self.anchor, ReadOptions::current()).await;
        answer.map(drop).map_err(|error| {
            if error.kind() != ErrorKind::NotFound {
                return error.with_path(path.cloned());
            }
            let reason = format!("this is not the store that it was: {} is not there", self.anchor);
            let detail = Detail::new(operation, reason).store(self.info().describe()).help(self.help);
            Error::new(ErrorKind::Unavailable, detail).with_path(path.cloned())
        })
    }
}

fn is_not_found<T>(answer: &Result<T>) -> bool {
    answer.as_ref().is_err_and(|error| error.kind() == ErrorKind::NotFound)
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<S: SecretStore> SecretStore for Anchored<S> {
    fn info(&self) -> StoreInfo {
        self.inner.info()
    }

    async fn read(&self, path: &SecretPath, options: ReadOptions) -> Result<Secret> {
        let answer = self.inner.read(path, options.clone()).await;
        if !is_not_found(&answer) || *path == self.anchor {
            return answer;
        }
        self.confirm("read", Some(path)).await?;
        // Once more: it may have come back only since.
        self.inner.read(path, options).await
    }

    async fn read_many(&self, paths: &[SecretPath]) -> Vec<Result<Secret>> {
        let mut answers = self.inner.read_many(paths).await;
        for (path, answer) in paths.iter().zip(&mut answers).filter(|(_, answer)| is_not_found(answer)) {
            *answer = self.read(path, ReadOptions::current()).await;
        }
        answers
    }

    async fn write(
        &self,
        path: &SecretPath,
        fields: SecretFields,
        options: WriteOptions,
    ) -> Result<SecretVersion> {
        self.inner.write(path, fields, options).await
    }

    async fn delete(&self, path: &SecretPath) -> Result<()> {
        self.inner.delete(path).await
    }

    async fn list(&self, prefix: Option<&SecretPath>) -> Result<Vec<SecretPath>> {
        let answer = self.inner.list(prefix).await;
        if !is_not_found(&answer) && !answer.as_ref().is_ok_and(Vec::is_empty) {
            return answer;
        }
        self.confirm("list", prefix).await?;
        self.inner.list(prefix).await
    }

    /// As it is: the operator takes no metadata for an error, and deletes nothing.
    fn versioned(&self) -> Option<&dyn VersionedStore> {
        self.inner.versioned()
    }
}
