//! A store that counts.

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use events::Operation;
use secret_store::{
    Detail, Error, ErrorKind, MetadataUpdate, ReadOptions, Result, Secret, SecretFields, SecretMetadata,
    SecretPath, SecretStore, SecretVersion, StoreInfo, VersionedStore, WriteOptions,
};

/// A store that counts what the store in it is asked for, also what fails.
///
/// Keep a handle to it in an [`Arc`](std::sync::Arc), which is a store too, and hand a clone to what is tested.
#[derive(Debug)]
pub struct CountingStore<S> {
    inner: S,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    counts: Counts,
    under_way: usize,
}

/// What a store was asked for, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// The path of each `read`.
    pub reads: Vec<SecretPath>,
    /// The paths of each `read_many`.
    pub batches: Vec<Vec<SecretPath>>,
    /// The path of each `write`.
    pub writes: Vec<SecretPath>,
    /// The path of each `delete`.
    pub deletes: Vec<SecretPath>,
    /// The prefix of each `list`.
    pub lists: Vec<Option<SecretPath>>,
    /// What the store was asked about versions and notes, and the path of each.
    pub versions: Vec<(Operation, SecretPath)>,
    /// The most calls that were under way at once.
    pub max_concurrency: usize,
}

impl Counts {
    /// How many calls there were.
    #[must_use]
    pub fn total(&self) -> usize {
        let stored = self.reads.len() + self.batches.len() + self.lists.len();
        stored + self.writes.len() + self.deletes.len() + self.versions.len()
    }

    /// How often `path` was read: alone, or in a batch.
    #[must_use]
    pub fn reads_of(&self, path: &str) -> usize {
        let batched = self.batches.iter().flatten();
        self.reads.iter().chain(batched).filter(|read| read.as_str() == path).count()
    }
}

impl<S: SecretStore> CountingStore<S> {
    /// Counts what `inner` is asked for.
    #[must_use]
    pub fn new(inner: S) -> Self {
        Self { inner, state: Mutex::default() }
    }

    /// What there was until now.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.lock().counts.clone()
    }

    /// Starts counting anew; returns what there was.
    pub fn reset(&self) -> Counts {
        std::mem::take(&mut self.lock().counts)
    }

    /// The store that is asked.
    #[must_use]
    pub fn inner(&self) -> &S {
        &self.inner
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The versions of the store in it.
    fn versions(&self) -> Result<&dyn VersionedStore> {
        let detail = Detail::new("read", "the store keeps no versions");
        self.inner.versioned().ok_or_else(|| Error::new(ErrorKind::Unsupported, detail))
    }

    /// Counts a call as under way until the answer is dropped.
    fn begin(&self, count: impl FnOnce(&mut Counts)) -> UnderWay<'_> {
        let mut state = self.lock();
        count(&mut state.counts);
        state.under_way += 1;
        state.counts.max_concurrency = state.counts.max_concurrency.max(state.under_way);
        UnderWay(&self.state)
    }
}

struct UnderWay<'a>(&'a Mutex<State>);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).under_way -= 1;
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<S: SecretStore> SecretStore for CountingStore<S> {
    fn info(&self) -> StoreInfo {
        self.inner.info()
    }

    async fn read(&self, path: &SecretPath, options: ReadOptions) -> Result<Secret> {
        let _under_way = self.begin(|counts| counts.reads.push(path.clone()));
        self.inner.read(path, options).await
    }

    async fn read_many(&self, paths: &[SecretPath]) -> Vec<Result<Secret>> {
        let _under_way = self.begin(|counts| counts.batches.push(paths.to_vec()));
        self.inner.read_many(paths).await
    }

    async fn write(
        &self,
        path: &SecretPath,
        fields: SecretFields,
        options: WriteOptions,
    ) -> Result<SecretVersion> {
        let _under_way = self.begin(|counts| counts.writes.push(path.clone()));
        self.inner.write(path, fields, options).await
    }

    async fn delete(&self, path: &SecretPath) -> Result<()> {
        let _under_way = self.begin(|counts| counts.deletes.push(path.clone()));
        self.inner.delete(path).await
    }

    async fn list(&self, prefix: Option<&SecretPath>) -> Result<Vec<SecretPath>> {
        let _under_way = self.begin(|counts| counts.lists.push(prefix.cloned()));
        self.inner.list(prefix).await
    }

    fn versioned(&self) -> Option<&dyn VersionedStore> {
        self.inner.versioned().map(|_| self as _)
    }
}

#[async_trait]
impl<S: SecretStore> VersionedStore for CountingStore<S> {
    async fn metadata(&self, path: &SecretPath) -> Result<SecretMetadata> {
        let _under_way = self.begin(|counts| counts.versions.push((Operation::ReadMetadata, path.clone())));
        self.versions()?.metadata(path).await
    }

    async fn update_metadata(&self, path: &SecretPath, update: MetadataUpdate) -> Result<()> {
        let _under_way = self.begin(|counts| counts.versions.push((Operation::WriteMetadata, path.clone())));
        self.versions()?.update_metadata(path, update).await
    }

    async fn delete_versions(&self, path: &SecretPath, versions: &[u64]) -> Result<()> {
        let _under_way = self.begin(|counts| counts.versions.push((Operation::Delete, path.clone())));
        self.versions()?.delete_versions(path, versions).await
    }

    async fn undelete(&self, path: &SecretPath, versions: &[u64]) -> Result<()> {
        let _under_way = self.begin(|counts| counts.versions.push((Operation::Undelete, path.clone())));
        self.versions()?.undelete(path, versions).await
    }

    async fn destroy(&self, path: &SecretPath, versions: &[u64]) -> Result<()> {
        let _under_way = self.begin(|counts| counts.versions.push((Operation::Destroy, path.clone())));
        self.versions()?.destroy(path, versions).await
    }

    async fn remove(&self, path: &SecretPath) -> Result<()> {
        let _under_way = self.begin(|counts| counts.versions.push((Operation::Delete, path.clone())));
        self.versions()?.remove(path).await
    }
}
