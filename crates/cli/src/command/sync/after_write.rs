//! `--sync` of the commands that write.

use std::fmt;
use std::time::Duration;

use clap::Args;
use events::SignedDuration;
use force_sync::{AccessError, Changes, Fields, ForceSync, Report, Stores};
use secret_store::SecretPath;
use serde::Serialize;

use super::names::{add, settings};
use super::told::not_told;
use crate::config::{NAME_THEM, NONE_KNOWN};
use crate::error::Result;
use crate::output::Output;
use crate::session::Session;

/// Whether the operator is told.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct AfterWriteArgs {
    /// Then have the External Secrets Operator read it at once; what `k8s.secrets.force_sync` does for each write.
    ///
    /// It is told a second time when no bridge answers from memory any more, which this waits for. That it could not be told is a
    /// warning: the write is done.
    #[arg(long, overrides_with = "no_sync")]
    sync: bool,
    /// Tell nobody, whatever the configuration says.
    #[arg(long, overrides_with = "sync")]
    no_sync: bool,
}

/// What a command did, and what came of telling the operator.
#[derive(Serialize)]
struct Written<'a, T> {
    #[serde(flatten)]
    done: &'a T,
    #[serde(skip_serializing_if = "Option::is_none")]
    sync: Option<&'a Synced>,
}

/// What came of telling the operator.
#[derive(Debug, Default, Serialize)]
struct Synced {
    #[serde(flatten)]
    report: Report,
    /// Why the cluster could not be asked at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip)]
    again: Option<Box<Again>>,
}

/// What is told a second time.
#[derive(Debug)]
struct Again {
    force_sync: ForceSync,
    changes: Changes,
    after: Duration,
}

impl<T: fmt::Display> fmt::Display for Written<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.done)?;
        self.sync.map_or(Ok(()), |sync| sync.fmt(f))
    }
}

impl fmt::Display for Synced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { touched, skipped, .. } = &self.report;
        touched.iter().try_for_each(|object| write!(f, "\ntold {object}"))?;
        skipped.iter().try_for_each(|skipped| write!(f, "\nleft {}: {}", skipped.object, skipped.reason))
    }
}

impl AfterWriteArgs {
    /// Tells the operator that `path` was written, if it is to be told, and says what was done.
    pub(crate) async fn report<T: Serialize + fmt::Display>(
        self,
        done: &T,
        session: &Session,
        path: &SecretPath,
        fields: Fields,
        output: Output,
    ) -> Result<()> {
        let sync = self.tell(session, path, fields, output).await;
        output.summary(&Written { done, sync: sync.as_ref() })?;
        if let Some(again) = sync.and_then(|sync| sync.again) {
            again.tell(session, output).await;
        }
        Ok(())
    }

    async fn tell(
        self,
        session: &Session,
        path: &SecretPath,
        fields: Fields,
        output: Output,
    ) -> Option<Synced> {
        let is_configured = session.loaded.config.k8s.secrets.force_sync.is_some();
        if !(self.sync || is_configured && !self.no_sync) {
            return None;
        }
        let readers = session.loaded.config.readers(&settings(&session.loaded));
        let told = if readers.is_empty() {
            Err((NONE_KNOWN.to_owned(), NAME_THEM))
        } else {
            let told = told(session, readers, path, &fields).await;
            told.map_err(|error| (error.to_string(), error.help()))
        };
        match told {
            Ok(synced) => {
                warn(&synced.report, output);
                Some(synced)
            }
            Err((error, help)) => {
                output.note(&format!("warning: the operator was not told: {error}\n  {help}"));
                Some(Synced { error: Some(error), ..Synced::default() })
            }
        }
    }
}

impl Again {
    /// Once more, when no bridge remembers the old value.
    async fn tell(self, session: &Session, output: Output) {
        let after = SignedDuration::try_from(self.after).unwrap_or(SignedDuration::MAX);
        output.note(&format!(
            "it is written; a bridge may remember what was there for {after:#}: telling once more then"
        ));
        session.clock.sleep(self.after).await;
        warn(&self.force_sync.touch(&self.changes).await, output);
    }
}

async fn told(
    session: &Session,
    readers: Stores,
    path: &SecretPath,
    fields: &Fields,
) -> Result<Synced, AccessError> {
    let (loaded, clock) = (&session.loaded, session.clock.clone());
    let settings = settings(loaded);
    let force_sync = ForceSync::open(&settings.access(), readers, settings.namespaces.clone(), clock).await?;
    let mut changes = Changes::new();
    add(&mut changes, loaded, &settings, path, fields);
    let report = force_sync.touch(&changes).await;
    let has_bridge = !loaded.config.readers_of_the_bridge().is_empty();
    let remembers = if has_bridge { loaded.config.bridge.cache.ttl } else { Duration::ZERO };
    let after = settings.again_after.unwrap_or(remembers);
    let is_of_use = !after.is_zero() && !report.touched.is_empty();
    let again = is_of_use.then(|| Box::new(Again { force_sync, changes, after }));
    Ok(Synced { report, error: None, again })
}

fn warn(report: &Report, output: Output) {
    for failed in &report.failed {
        let help = failed.problem.help().unwrap_or_default().replace('\n', "\n  ");
        output.note(&format!("warning: {}\n  {help}", not_told(failed)));
    }
}
