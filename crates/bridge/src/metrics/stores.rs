//! Stores: what they are asked for, how that ends, how long it takes.

use std::sync::Arc;

use async_trait::async_trait;
use events::Clock;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use secret_store::{
    Detail, Error, ErrorKind, MetadataUpdate, ReadOptions, Result, Secret, SecretFields, SecretMetadata,
    SecretPath, SecretStore, SecretVersion, StoreInfo, VersionedStore, WriteOptions,
};

/// Bounds of a store's time, in seconds.
const BOUNDS: [f64; 10] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 2.5, 10.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    store: Arc<String>,
    operation: &'static str,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByOperation {
    store: Arc<String>,
    operation: &'static str,
}

type Times = Family<ByOperation, Histogram, fn() -> Histogram>;

/// What all stores were asked for. Clones count together.
#[derive(Debug, Clone)]
pub(crate) struct StoreCounts {
    operations: Family<Labels, Counter>,
    times: Times,
}

impl Default for StoreCounts {
    fn default() -> Self {
        let times: Times = Family::new_with_constructor(|| Histogram::new(BOUNDS));
        Self { operations: Family::default(), times }
    }
}

impl StoreCounts {
    pub(super) fn register(&self, registry: &mut Registry) {
        let help = "What stores were asked for, behind the cache and after asking again";
        registry.register("store_operations", help, self.operations.clone());
        let help = "Time that stores took, with the time between asking and asking again";
        registry.register_with_unit("store_operation_duration", help, Unit::Seconds, self.times.clone());
    }

    /// This store, counted under this name, which is one of the configuration.
    pub(crate) fn of<S>(&self, name: &str, store: S, clock: Arc<dyn Clock>) -> Counted<S> {
        Counted { inner: store, name: Arc::new(name.to_owned()), counts: self.clone(), clock }
    }
}

/// A store that counts what it is asked for.
#[derive(Debug)]
pub(crate) struct Counted<S> {
    inner: S,
    name: Arc<String>,
    counts: StoreCounts,
    clock: Arc<dyn Clock>,
}

impl<S: SecretStore> Counted<S> {
    /// Counts one call that may have many answers.
    async fn timed<T>(&self, operation: &'static str, call: impl Future<Output = T> + Send) -> T {
        let begun = self.clock.monotonic();
        let answer = call.await;
        let took = self.clock.monotonic().saturating_sub(begun);
        let labels = ByOperation { store: Arc::clone(&self.name), operation };
        self.counts.times.get_or_create(&labels).observe(took.as_secs_f64());
        answer
    }

    fn ended<T>(&self, operation: &'static str, answer: &Result<T>) {
        let outcome = answer.as_ref().err().map_or("ok", |error| error.kind().as_str());
        let labels = Labels { store: Arc::clone(&self.name), operation, outcome };
        self.counts.operations.get_or_create(&labels).inc();
    }

    async fn counted<T>(
        &self,
        operation: &'static str,
        call: impl Future<Output = Result<T>> + Send,
    ) -> Result<T> {
        let answer = self.timed(operation, call).await;
        self.ended(operation, &answer);
        answer
    }

    fn versions(&self, path: &SecretPath) -> Result<&dyn VersionedStore> {
        self.inner.versioned().ok_or_else(|| {
            let detail = Detail::new("find", "the store keeps no numbered versions and no notes").at(path);
            Error::new(ErrorKind::Unsupported, detail)
        })
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<S: SecretStore> SecretStore for Counted<S> {
    fn info(&self) -> StoreInfo {
        self.inner.info()
    }

    async fn read(&self, path: &SecretPath, options: ReadOptions) -> Result<Secret> {
        self.counted("read", self.inner.read(path, options)).await
    }

    async fn read_many(&self, paths: &[SecretPath]) -> Vec<Result<Secret>> {
        let answers = self.timed("read", self.inner.read_many(paths)).await;
        for answer in &answers {
            self.ended("read", answer);
        }
        answers
    }

    async fn write(
        &self,
        path: &SecretPath,
        fields: SecretFields,
        options: WriteOptions,
    ) -> Result<SecretVersion> {
        self.counted("write", self.inner.write(path, fields, options)).await
    }

    async fn delete(&self, path: &SecretPath) -> Result<()> {
        self.counted("delete", self.inner.delete(path)).await
    }

    async fn list(&self, prefix: Option<&SecretPath>) -> Result<Vec<SecretPath>> {
        self.counted("list", self.inner.list(prefix)).await
    }

    fn versioned(&self) -> Option<&dyn VersionedStore> {
        self.inner.versioned().map(|_| self as _)
    }
}

#[async_trait]
impl<S: SecretStore> VersionedStore for Counted<S> {
    async fn metadata(&self, path: &SecretPath) -> Result<SecretMetadata> {
        self.counted("read-metadata", self.versions(path)?.metadata(path)).await
    }

    async fn update_metadata(&self, path: &SecretPath, update: MetadataUpdate) -> Result<()> {
        self.counted("write-metadata", self.versions(path)?.update_metadata(path, update)).await
    }

    async fn delete_versions(&self, path: &SecretPath, versions: &[u64]) -> Result<()> {
        self.counted("delete-versions", self.versions(path)?.delete_versions(path, versions)).await
    }

    async fn undelete(&self, path: &SecretPath, versions: &[u64]) -> Result<()> {
        self.counted("undelete", self.versions(path)?.undelete(path, versions)).await
    }

    async fn destroy(&self, path: &SecretPath, versions: &[u64]) -> Result<()> {
        self.counted("destroy", self.versions(path)?.destroy(path, versions)).await
    }

    async fn remove(&self, path: &SecretPath) -> Result<()> {
        self.counted("remove", self.versions(path)?.remove(path)).await
    }
}
