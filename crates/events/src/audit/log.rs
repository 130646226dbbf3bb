//! The subscriber.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::AuditError;
use super::appender::Appender;
use super::queue::{Queues, Writer};
use super::record::Draft;
use crate::{Event, Label, Subscriber, SubscriberError};

const MAX_INSTANCE_BYTES: usize = 200;

/// An audit log: appends each event as one line to `<directory>/<instance>.jsonl`.
///
/// Clones write through the same file handle. Any number of logs, in any number of processes, may write to one file.
/// See the [module](super) for the format and for what the log is worth.
#[derive(Debug, Clone)]
pub struct AuditLog {
    path: Arc<Path>,
    pub(super) author: Arc<Author>,
    pub(super) appender: Arc<Mutex<Appender>>,
    queues: Arc<Queues>,
}

/// What is the same on every line of a process.
#[derive(Debug)]
pub(super) struct Author {
    pub(super) instance: String,
    actor: Label,
}

impl AuditLog {
    /// Opens `<directory>/<instance>.jsonl`, creating the directory (mode 0700) and the file (mode 0600) where they
    /// are missing; the mode of a file that exists is left alone. `actor` stands on every line whose event does not
    /// name one: `alice@host`, say.
    ///
    /// # Errors
    /// An [`AuditError`] if the instance cannot be a file name, or the file cannot be opened for reading and appending.
    pub fn open(directory: impl AsRef<Path>, instance: &str, actor: Label) -> Result<Self, AuditError> {
        let path = log_path(directory.as_ref(), instance)?;
        let appender = Appender::open(path.clone())?;
        Ok(Self {
            path: path.into(),
            author: Arc::new(Author { instance: instance.to_owned(), actor }),
            appender: Arc::new(Mutex::new(appender)),
            queues: Arc::default(),
        })
    }

    /// Where the log is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Appends a line for each event. They stand together: no other process writes between them. Blocks while another
    /// process writes.
    ///
    /// # Errors
    /// An [`AuditError`] if the file cannot be written. The events before the failure may have been written; what was
    /// cut short is marked by the next append.
    pub fn append(&self, events: &[Event]) -> Result<(), AuditError> {
        let drafts = self.drafts(events)?;
        let taken = self.lock().append(&self.author.instance, [&*drafts], true)?;
        taken.unwrap_or_default().into_iter().collect()
    }

    /// Returns once everything appended so far is on the disk (`fsync`). Nothing else waits for the disk: without
    /// this, a crash of the machine, unlike one of the process, loses what the system had not written yet.
    ///
    /// # Errors
    /// An [`AuditError`] if the disk reports one.
    pub fn sync(&self) -> Result<(), AuditError> {
        let appender = self.lock();
        appender.file().sync_data().map_err(AuditError::io("sync", appender.path()))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Appender> {
        self.appender.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn drafts(&self, events: &[Event]) -> Result<Vec<Draft>, AuditError> {
        let drafts = events.iter().map(|event| Draft::new(&self.author.actor, event));
        let drafts: Result<_, _> = drafts.collect();
        drafts.map_err(|error: serde_json::Error| AuditError::io("append to", &self.path)(error.into()))
    }
}

#[async_trait]
impl Subscriber for AuditLog {
    fn name(&self) -> String {
        format!("audit log {}", self.path.display())
    }

    async fn receive(&self, event: &Event) -> Result<(), SubscriberError> {
        self.take(std::slice::from_ref(event)).await
    }

    async fn receive_all(&self, events: &[Event]) -> Result<(), SubscriberError> {
        self.take(events).await
    }
}

impl AuditLog {
    /// Returns when there is a line for each, with those of all who publish meanwhile.
    async fn take(&self, events: &[Event]) -> Result<(), SubscriberError> {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return Ok(self.append(events)?) };
        let queue = self.queues.own();
        let (is_first, taken) = queue.push(self.drafts(events)?);
        if is_first {
            // On its own, so that a publisher who gives up does not leave the others waiting.
            runtime.spawn(Writer::new(self.clone(), Arc::clone(queue)).run());
        }
        match taken.await {
            Ok(taken) => Ok(taken?),
            Err(_) => {
                Err(AuditError::io("append to", &self.path)(std::io::ErrorKind::Interrupted.into()).into())
            }
        }
    }
}

/// Where the log of `instance` is below `directory`.
///
/// # Errors
/// [`AuditError::InvalidInstance`] if the instance cannot be a file name: empty, longer than 200 bytes, starting with
/// a dot, or with a character that is not a letter, a digit, `-`, `_` or `.`.
pub fn log_path(directory: &Path, instance: &str) -> Result<PathBuf, AuditError> {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let valid = !instance.is_empty()
        && instance.len() <= MAX_INSTANCE_BYTES
        && !instance.starts_with('.')
        && instance.chars().all(is_plain);
    if valid {
        Ok(directory.join(format!("{instance}.jsonl")))
    } else {
        Err(AuditError::InvalidInstance { instance: Label::new(instance) })
    }
}
