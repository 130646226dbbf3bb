//! A span for each call of a store.

use std::sync::Arc;

use async_trait::async_trait;
use secret_store::{
    Error, MetadataUpdate, ReadOptions, Result, Secret, SecretFields, SecretMetadata, SecretPath,
    SecretStore, SecretVersion, StoreInfo, VersionedStore, WriteOptions,
};
use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use super::TARGET;

/// A store with a span for each call: what is done, of which kind the store is, and how it ended; no path.
#[derive(Debug)]
pub(super) struct TracedStore {
    inner: Arc<dyn SecretStore>,
    provider: String,
}

impl TracedStore {
    pub(super) fn new(inner: Arc<dyn SecretStore>) -> Self {
        let provider = inner.info().provider.into_owned();
        Self { inner, provider }
    }

    async fn during<T>(&self, operation: &'static str, call: impl Future<Output = Result<T>>) -> Result<T> {
        let span = self.span(operation);
        let done = call.instrument(span.clone()).await;
        if let Err(error) = &done {
            ended(&span, error);
        }
        done
    }

    /// None outside of a request: what the bridge looks up for itself every few seconds tells nobody anything.
    fn span(&self, operation: &'static str) -> Span {
        if Span::current().is_none() {
            return Span::none();
        }
        tracing::info_span!(
            target: TARGET,
            "store",
            otel.kind = "client",
            otel.name = format!("store {operation}"),
            otel.status_code = Empty,
            "error.type" = Empty,
            secretbridge.operation = operation,
            secretbridge.store = self.provider,
        )
    }

    /// A store that was traced has versions, or whoever asks has not looked.
    fn versions(&self) -> Result<&dyn VersionedStore> {
        self.inner.versioned().ok_or_else(|| {
            let detail =
                secret_store::Detail::new("ask", "the store keeps no numbered versions and no notes");
            Error::new(secret_store::ErrorKind::Unsupported, detail.store(self.inner.info().describe()))
        })
    }
}

/// That there is no such secret is an answer.
fn ended(span: &Span, error: &Error) {
    span.record("error.type", error.kind().as_str());
    if error.kind() != secret_store::ErrorKind::NotFound {
        span.record("otel.status_code", "ERROR");
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl SecretStore for TracedStore {
    fn info(&self) -> StoreInfo {
        self.inner.info()
    }

    async fn read(&self, path: &SecretPath, options: ReadOptions) -> Result<Secret> {
        self.during("read", self.inner.read(path, options)).await
    }

    async fn read_many(&self, paths: &[SecretPath]) -> Vec<Result<Secret>> {
        let span = self.span("read");
        let all = self.inner.read_many(paths).instrument(span.clone()).await;
        all.iter().filter_map(|read| read.as_ref().err()).for_each(|error| ended(&span, error));
        all
    }

    async fn write(
        &self,
        path: &SecretPath,
        fields: SecretFields,
        options: WriteOptions,
    ) -> Result<SecretVersion> {
        self.during("write", self.inner.write(path, fields, options)).await
    }

    async fn delete(&self, path: &SecretPath) -> Result<()> {
        self.during("delete", self.inner.delete(path)).await
    }

    async fn list(&self, prefix: Option<&SecretPath>) -> Result<Vec<SecretPath>> {
        self.during("list", self.inner.list(prefix)).await
    }

    fn versioned(&self) -> Option<&dyn VersionedStore> {
        self.inner.versioned().map(|_| self as _)
    }
}

#[async_trait]
impl VersionedStore for TracedStore {
    async fn metadata(&self, path: &SecretPath) -> Result<SecretMetadata> {
        self.during("metadata", self.versions()?.metadata(path)).await
    }

    async fn update_metadata(&self, path: &SecretPath, update: MetadataUpdate) -> Result<()> {
        self.during("update_metadata", self.versions()?.update_metadata(path, update)).await
    }

    async fn delete_versions(&self, path: &SecretPath, versions: &[u64]) -> Result<()> {
        self.during("delete_versions", self.versions()?.delete_versions(path, versions)).await
    }

    async fn undelete(&self, path: &SecretPath, versions: &[u64]) -> Result<()> {
        self.during("undelete", self.versions()?.undelete(path, versions)).await
    }

    async fn destroy(&self, path: &SecretPath, versions: &[u64]) -> Result<()> {
        self.during("destroy", self.versions()?.destroy(path, versions)).await
    }

    async fn remove(&self, path: &SecretPath) -> Result<()> {
        self.during("remove", self.versions()?.remove(path)).await
    }
}
