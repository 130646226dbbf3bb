//! The key/value secrets engine: paths, versions 1 and 2, and what its answers mean.

mod body;
mod delete;
mod explain;
mod list;
mod merge;
mod metadata;
mod mount;
mod place;
mod read;
mod settle;
mod write;

use std::sync::Arc;

use events::Clock;
use tokio::sync::Mutex;

use self::mount::Mounts;
use self::place::Place;
use super::error::success_or_404;
use super::request::{Reply, Request};
use super::session::Session;
use super::{KvVersion, VaultConfig};
use crate::{DEFAULT_CONCURRENCY, Detail, Error, ErrorKind, OpenContext, Result, SecretPath};

/// The engines of one server, and the way there.
#[derive(Debug)]
pub(super) struct Engines {
    session: Session,
    mounts: Mounts,
    /// The store as errors name it.
    store: String,
    concurrency: usize,
    clock: Arc<dyn Clock>,
    /// Merges into version 1 read and write, and must not do so at once.
    merging: Mutex<()>,
}

impl Engines {
    pub(super) fn open(config: &VaultConfig, context: &OpenContext) -> Result<Self> {
        let session = Session::open(config, context)?;
        Ok(Self {
            mounts: Mounts::new(config)?,
            store: format!("vault store at {}", session.transport().address()),
            concurrency: config.concurrency.map_or(DEFAULT_CONCURRENCY, std::num::NonZeroUsize::get),
            clock: Arc::clone(&context.clock),
            merging: Mutex::new(()),
            session,
        })
    }

    pub(super) fn address(&self) -> &str {
        self.session.transport().address()
    }

    pub(super) fn concurrency(&self) -> usize {
        self.concurrency
    }

    /// The version of the engine, where one version is that of all paths.
    pub(super) fn version(&self) -> Option<KvVersion> {
        self.mounts.version()
    }

    /// Sends a request; the reply is a success or a 404.
    async fn ask(
        &self,
        operation: &'static str,
        path: Option<&SecretPath>,
        request: Request,
    ) -> Result<Reply> {
        let asked = request.clone();
        let reply = match self.session.send(request).await {
            Ok(reply) => success_or_404(operation, path, &asked, reply),
            Err(error) => Err(error.into_error(operation, path)),
        };
        reply.map_err(|error| self.told(path, error))
    }

    /// An error that knows its path and its store.
    fn told(&self, path: Option<&SecretPath>, error: Error) -> Error {
        let path = error.path().or(path).cloned();
        error.with_path(path).in_store(self.store.as_str())
    }

    fn error(
        &self,
        kind: ErrorKind,
        operation: &'static str,
        path: &SecretPath,
        reason: impl Into<std::borrow::Cow<'static, str>>,
    ) -> Error {
        Error::new(kind, Detail::new(operation, reason).at(path).store(self.store.as_str()))
    }

    fn error_with_help(
        &self,
        kind: ErrorKind,
        operation: &'static str,
        path: &SecretPath,
        reason: impl Into<std::borrow::Cow<'static, str>>,
        help: impl Into<std::borrow::Cow<'static, str>>,
    ) -> Error {
        Error::new(kind, Detail::new(operation, reason).at(path).store(self.store.as_str()).help(help))
    }

    /// A reply that makes no sense.
    fn malformed(&self, operation: &'static str, path: &SecretPath, reply: &Reply, why: &str) -> Error {
        self.error_with_help(
            ErrorKind::Corrupt,
            operation,
            path,
            format!("{} answers what is no secret: {why}", reply.url),
            "read it with `bao kv get` or `vault kv get`; what stands between here and the server may have changed it",
        )
    }
}
