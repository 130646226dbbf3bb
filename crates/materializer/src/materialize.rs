//! From a plan to a file with values.

use std::io;
use std::sync::Arc;

use events::{Clock, DeliveryMode, EventBus};
use k8s_bundle::{BundlePath, BundleWriter, SECRETS_FILE};
use secret_store::{SecretPath, SecretStore};
use tokio::task::JoinError;

use crate::encode;
use crate::error::{Error, Result};
use crate::explain::explain;
use crate::materialized::Made;
use crate::not_ready::NotReady;
use crate::plan::Plan;
use crate::read::Answers;
use crate::record::record;
use crate::report::{Finding, Report};

/// Reads a store and writes the Secrets of a plan, with their values, into one file.
///
/// It owns no secret between calls. Two of them, in one process or in several, may write to the same place at once: the
/// writer sees to it that one of the two files is there in the end, whole.
#[derive(Debug, Clone)]
pub struct Materializer {
    store: Arc<dyn SecretStore>,
    writer: Arc<dyn BundleWriter>,
    bus: Arc<dyn EventBus>,
    clock: Arc<dyn Clock>,
    file: BundlePath,
    withheld: Vec<SecretPath>,
}

impl Materializer {
    /// Reads `store`, writes [`SECRETS_FILE`] through `writer`, and tells `bus` of each Secret delivered. `clock` gives the
    /// time of the events, the duration in the report, and the day on which certificates may have expired.
    #[must_use]
    pub fn new(
        store: Arc<dyn SecretStore>,
        writer: Arc<dyn BundleWriter>,
        bus: Arc<dyn EventBus>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { store, writer, bus, clock, file: default_file(), withheld: Vec::new() }
    }

    /// Writes another file of the bundle instead.
    #[must_use]
    pub fn with_file(mut self, file: BundlePath) -> Self {
        self.file = file;
        self
    }

    /// Finds nothing at and below these paths (`data_from` with `find`): a bridge over the same store does not serve them, and so
    /// the operator does not find them either. What names such a path is read.
    #[must_use]
    pub fn with_withheld(mut self, paths: Vec<SecretPath>) -> Self {
        self.withheld = paths;
        self
    }

    /// Reads, checks and writes every Secret by value of `plan`, then publishes an event for each.
    ///
    /// Whether the file may be written is asked before any value is read, each path is read once, and nothing is written
    /// while anything is missing or wrong. When `plan` has no Secret by value, no file is written and the file of an
    /// earlier build is removed: it holds values that nothing declares any more, and applying it would bring them back. A
    /// file in its place that was not generated is left alone, and no error.
    ///
    /// The work goes on in tokio's blocking threads where it may block; once the file is being written, dropping the
    /// future does not stop that.
    ///
    /// # Errors
    /// [`Error::NotReady`] with everything that is missing, could not be read or cannot be used; [`Error::Write`]; after
    /// either, an older file is as it was. [`Error::NotRecorded`] when the file **is** written and the bus did not take
    /// every event: it stays, because a delivery cannot be taken back, and the caller must not call it a success.
    pub async fn materialize(&self, plan: &Plan) -> Result<Report> {
        let start = self.clock.monotonic();
        if plan.by_value().next().is_none() {
            let removed = self.remove().await?;
            return Ok(Report {
                removed,
                duration: self.clock.monotonic().saturating_sub(start),
                ..Report::default()
            });
        }
        self.blocking("write", |writer, file| writer.check_secret(file)).await?;
        let answers = Answers::read(&*self.store, plan, &self.withheld).await;
        let Encoded { contents, made, keys, warnings } = self.encode(plan, &answers).await?;
        let (secrets, paths, bytes) = (made.len(), answers.reads(), contents.len());
        // Before the write, and not after it: the values are needed no more.
        drop(answers);
        self.blocking("write", move |writer, file| writer.write_secret(file, &contents)).await?;
        let delivered = plan.by_value().zip(made);
        record(delivered, DeliveryMode::BuildTime, Some(&self.file), &*self.bus, &*self.clock).await?;
        Ok(Report {
            file: Some(self.file.clone()),
            removed: false,
            secrets,
            keys,
            paths,
            bytes,
            warnings,
            duration: self.clock.monotonic().saturating_sub(start),
        })
    }

    /// Publishes an event for each Secret by reference of `plan`, and returns how many there are. To be called once the
    /// bundle with their `ExternalSecret`s is written, which is their delivery; it is no part of
    /// [`materialize`](Self::materialize), because the bundle is written after it and may still fail.
    ///
    /// # Errors
    /// [`Error::NotRecorded`] when the bus did not take every event.
    pub async fn delivered_by_reference(&self, plan: &Plan) -> Result<usize> {
        let secrets = plan.by_reference().map(|secret| (secret, None));
        Ok(record(secrets, DeliveryMode::ExternalSecrets, None, &*self.bus, &*self.clock).await?)
    }

    async fn encode(&self, plan: &Plan, answers: &Answers) -> Result<Encoded> {
        let (materialized, remarks) = answers.materialize(plan);
        let (invalid, warnings) = materialized.check(self.clock.now());
        if materialized.len() == plan.by_value().count() && invalid.is_empty() {
            return Ok(Encoded {
                contents: encode::encode(&materialized),
                made: materialized.made(),
                keys: materialized.iter().map(|secret| secret.entries().count()).sum(),
                warnings: together(remarks.warnings, warnings),
            });
        }
        let invalid = together(remarks.problems, invalid);
        let mut not_ready = NotReady::new(self.store.info().describe(), invalid);
        explain(answers, &*self.store, plan, &mut not_ready).await;
        Err(not_ready.into())
    }

    async fn remove(&self) -> Result<bool> {
        match self.blocking("remove", |writer, file| writer.remove(file)).await {
            Err(Error::Write { source: k8s_bundle::Error::NotGenerated { .. }, .. }) => Ok(false),
            other => other,
        }
    }

    /// Runs a step of the writer where it may block.
    async fn blocking<T: Send + 'static>(
        &self,
        operation: &'static str,
        step: impl FnOnce(&dyn BundleWriter, &BundlePath) -> k8s_bundle::Result<T> + Send + 'static,
    ) -> Result<T> {
        let (writer, file) = (Arc::clone(&self.writer), self.file.clone());
        let done = tokio::task::spawn_blocking(move || {
            step(&*writer, &file).map_err(|source| Error::Write { operation, file, source })
        });
        match done.await.map_err(JoinError::try_into_panic) {
            Ok(done) => done,
            Err(Ok(panic)) => std::panic::resume_unwind(panic),
            Err(Err(_)) => {
                let source = io::Error::other("the runtime is shutting down");
                let source = k8s_bundle::Error::Io { operation, path: self.file.as_str().into(), source };
                Err(Error::Write { operation, file: self.file.clone(), source })
            }
        }
    }
}

/// The file, and what is said of it when the values are gone.
struct Encoded {
    contents: encode::Buffer,
    /// In the order of the plan.
    made: Vec<Option<Made>>,
    keys: usize,
    warnings: Vec<Finding>,
}

/// In the order of the plan, which is that of the Secrets.
fn together(mut first: Vec<Finding>, second: Vec<Finding>) -> Vec<Finding> {
    first.extend(second);
    first.sort_by(|a, b| a.secret.cmp(&b.secret));
    first
}

fn default_file() -> BundlePath {
    SECRETS_FILE.parse().expect("the name of the file is a constant")
}
