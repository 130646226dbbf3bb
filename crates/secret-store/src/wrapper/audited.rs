//! A store that tells what it was asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use events::{Clock, EventBus, Label, Operation, Outcome, PublishError, SecretAccessed};

use crate::{
    Detail, Error, ErrorKind, FieldName, MetadataUpdate, ReadOptions, Result, Secret, SecretFields,
    SecretMetadata, SecretPath, SecretStore, SecretVersion, StoreInfo, VersionedStore, WriteOptions,
};

/// A store that publishes [`SecretAccessed`] for each operation, whether it succeeded or not: one for each path of a
/// [`read_many`](SecretStore::read_many).
///
/// The event is published when the store has answered and before the caller has the answer. It names the path, the fields
/// that were read or offered, the error's category, and how long the store took. It cannot hold a value.
///
/// A caller that stops waiting (drops the future) before the answer gets none, and none is published.
#[derive(Debug)]
pub struct Audited<S> {
    inner: S,
    bus: Arc<dyn EventBus>,
    clock: Arc<dyn Clock>,
    actor: Option<Label>,
    policy: AuditPolicy,
    lost: AtomicU64,
}

/// What happens when an event cannot be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum AuditPolicy {
    /// The answer of the store is not given: the operation is [`Unavailable`](ErrorKind::Unavailable). Nobody reads what is
    /// not audited. A write or a delete **has happened** all the same; the error says so.
    #[default]
    FailClosed,
    /// The answer is given; the event is lost, and counted in [`Audited::lost`].
    BestEffort,
}

impl<S: SecretStore> Audited<S> {
    /// Publishes what `inner` is asked for on `bus`, and [fails closed](AuditPolicy::FailClosed).
    #[must_use]
    pub fn new(inner: S, bus: Arc<dyn EventBus>, clock: Arc<dyn Clock>) -> Self {
        let policy = AuditPolicy::default();
        Self { inner, bus, clock, actor: None, policy, lost: AtomicU64::new(0) }
    }

    /// With this actor in every event: a token's accessor, say.
    #[must_use]
    pub fn with_actor(mut self, actor: impl Into<Label>) -> Self {
        self.actor = Some(actor.into());
        self
    }

    /// With this policy.
    #[must_use]
    pub fn with_policy(mut self, policy: AuditPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// How many events could not be published under [`AuditPolicy::BestEffort`].
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    /// Publishes how `operation` ended; returns the answer that the caller may have.
    async fn publish<T>(&self, call: Call<'_>, fields: Vec<Label>, answer: Result<T>) -> Result<T> {
        let event = SecretAccessed {
            at: self.clock.now(),
            actor: self.actor.clone(),
            operation: call.operation,
            path: call.path.map(Label::from),
            fields,
            outcome: match &answer {
                Ok(_) => Outcome::Ok,
                Err(error) => Outcome::Failed(Label::new(error.kind().as_str())),
            },
            duration: self.clock.monotonic().saturating_sub(call.start),
        };
        match (self.bus.publish(&event.into()).await, self.policy) {
            (Ok(()), _) => answer,
            (Err(_), AuditPolicy::BestEffort) => {
                self.lost.fetch_add(1, Ordering::Relaxed);
                answer
            }
            (Err(error), AuditPolicy::FailClosed) => Err(call.unaudited(error, answer.is_ok())),
        }
    }

    fn call<'a>(&self, operation: Operation, path: Option<&'a SecretPath>) -> Call<'a> {
        Call { operation, path, start: self.clock.monotonic() }
    }
}

/// One operation that is to be audited.
#[derive(Clone, Copy)]
struct Call<'a> {
    operation: Operation,
    path: Option<&'a SecretPath>,
    start: Duration,
}

impl Call<'_> {
    fn unaudited(self, error: PublishError, done: bool) -> Error {
        let (verb, happened) = match self.operation {
            Operation::Write => ("write", "the secret was written"),
            Operation::Delete => ("delete", "the secret was deleted"),
            Operation::Undelete => ("undelete", "the versions were brought back"),
            Operation::Destroy => ("destroy", "the versions were destroyed"),
            Operation::WriteMetadata => ("change the metadata of", "the metadata was changed"),
            Operation::ReadMetadata => ("read the metadata of", ""),
            Operation::List => ("list", ""),
            _ => ("read", ""),
        };
        let reason = match happened {
            happened if done && !happened.is_empty() => format!("{happened}, but that could not be audited"),
            _ => "it could not be audited".to_owned(),
        };
        let help = "see that the audit log can be written; nothing is answered that is not audited";
        let detail = Detail::new(verb, format!("{reason}: {error}")).help(help).source(error);
        Error::new(ErrorKind::Unavailable, detail).with_path(self.path.cloned())
    }
}

fn labels<'a>(names: impl Iterator<Item = &'a FieldName>) -> Vec<Label> {
    names.map(Label::from).collect()
}

fn fields_of(answer: &Result<Secret>) -> Vec<Label> {
    answer.as_ref().map(|secret| labels(secret.fields.names())).unwrap_or_default()
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<S: SecretStore> SecretStore for Audited<S> {
    fn info(&self) -> StoreInfo {
        self.inner.info()
    }

    async fn read(&self, path: &SecretPath, options: ReadOptions) -> Result<Secret> {
        let call = self.call(Operation::Read, Some(path));
        let answer = self.inner.read(path, options).await;
        self.publish(call, fields_of(&answer), answer).await
    }

    async fn read_many(&self, paths: &[SecretPath]) -> Vec<Result<Secret>> {
        let call = self.call(Operation::Read, None);
        let answers = self.inner.read_many(paths).await;
        let mut audited = Vec::with_capacity(answers.len());
        // One after the other, so that the log has the order of the paths.
        for (path, answer) in paths.iter().zip(answers) {
            let call = Call { path: Some(path), ..call };
            audited.push(self.publish(call, fields_of(&answer), answer).await);
        }
        audited
    }

    async fn write(
        &self,
        path: &SecretPath,
        fields: SecretFields,
        options: WriteOptions,
    ) -> Result<SecretVersion> {
        let call = self.call(Operation::Write, Some(path));
        let names = labels(fields.names());
        let answer = self.inner.write(path, fields, options).await;
        self.publish(call, names, answer).await
    }

    async fn delete(&self, path: &SecretPath) -> Result<()> {
        let call = self.call(Operation::Delete, Some(path));
        let answer = self.inner.delete(path).await;
        self.publish(call, Vec::new(), answer).await
    }

    async fn list(&self, prefix: Option<&SecretPath>) -> Result<Vec<SecretPath>> {
        let call = self.call(Operation::List, prefix);
        let answer = self.inner.list(prefix).await;
        self.publish(call, Vec::new(), answer).await
    }

    fn versioned(&self) -> Option<&dyn VersionedStore> {
        self.inner.versioned().map(|_| self as _)
    }
}

#[async_trait]
impl<S: SecretStore> VersionedStore for Audited<S> {
    async fn metadata(&self, path: &SecretPath) -> Result<SecretMetadata> {
        let inner = super::versions_of(&self.inner, "read the metadata of", path)?;
        let call = self.call(Operation::ReadMetadata, Some(path));
        let answer = inner.metadata(path).await;
        self.publish(call, Vec::new(), answer).await
    }

    async fn update_metadata(&self, path: &SecretPath, update: MetadataUpdate) -> Result<()> {
        let inner = super::versions_of(&self.inner, "change the metadata of", path)?;
        let call = self.call(Operation::WriteMetadata, Some(path));
        let answer = inner.update_metadata(path, update).await;
        self.publish(call, Vec::new(), answer).await
    }

    async fn delete_versions(&self, path: &SecretPath, versions: &[u64]) -> Result<()> {
        let inner = super::versions_of(&self.inner, "delete", path)?;
        let call = self.call(Operation::Delete, Some(path));
        let answer = inner.delete_versions(path, versions).await;
        self.publish(call, Vec::new(), answer).await
    }

    async fn undelete(&self, path: &SecretPath, versions: &[u64]) -> Result<()> {
        let inner = super::versions_of(&self.inner, "undelete", path)?;
        let call = self.call(Operation::Undelete, Some(path));
        let answer = inner.undelete(path, versions).await;
        self.publish(call, Vec::new(), answer).await
    }

    async fn destroy(&self, path: &SecretPath, versions: &[u64]) -> Result<()> {
        let inner = super::versions_of(&self.inner, "destroy", path)?;
        let call = self.call(Operation::Destroy, Some(path));
        let answer = inner.destroy(path, versions).await;
        self.publish(call, Vec::new(), answer).await
    }

    async fn remove(&self, path: &SecretPath) -> Result<()> {
        let inner = super::versions_of(&self.inner, "remove", path)?;
        let call = self.call(Operation::Delete, Some(path));
        let answer = inner.remove(path).await;
        self.publish(call, Vec::new(), answer).await
    }
}
