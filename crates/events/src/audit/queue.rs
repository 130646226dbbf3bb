//! Events of many publishers, for one write.

use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

use futures::channel::oneshot;

use super::AuditError;
use super::log::AuditLog;
use super::record::Draft;

/// What waits to be written.
#[derive(Debug, Default)]
pub(super) struct Queue(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    groups: Vec<Group>,
    /// Whether somebody has taken it on to write them.
    has_writer: bool,
}

/// The events of one publisher, who waits to hear of them.
#[derive(Debug)]
struct Group {
    drafts: Vec<Draft>,
    taken: oneshot::Sender<Result<(), AuditError>>,
}

impl Queue {
    /// Adds events, and returns where it is told that they are written. True when nobody has taken it on yet to write what
    /// waits: then the caller does.
    pub(super) fn push(&self, drafts: Vec<Draft>) -> (bool, oneshot::Receiver<Result<(), AuditError>>) {
        let (taken, told) = oneshot::channel();
        let mut waiting = self.lock();
        waiting.groups.push(Group { drafts, taken });
        (!std::mem::replace(&mut waiting.has_writer, true), told)
    }

    /// All that waits. When that is nothing, the next to come has to see to a writer.
    fn take(&self) -> Option<Vec<Group>> {
        let mut waiting = self.lock();
        waiting.has_writer = !waiting.groups.is_empty();
        waiting.has_writer.then(|| std::mem::take(&mut waiting.groups))
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One who has taken it on to write what waits.
pub(super) struct Writer {
    log: AuditLog,
    is_done: bool,
}

impl Writer {
    pub(super) fn new(log: AuditLog) -> Self {
        Self { log, is_done: false }
    }

    /// Writes until nothing waits.
    pub(super) async fn run(mut self) {
        loop {
            // Whoever is ready to publish now does so first: the busier it is, the more events a write takes.
            tokio::task::yield_now().await;
            let Some(groups) = self.log.queue.take() else { break };
            // An append to the page cache takes microseconds, less than a hop to another thread. Waiting for another
            // writer has no such bound: that is done off the runtime's threads.
            if let Err(groups) = try_append(&self.log, groups) {
                let log = self.log.clone();
                // Without an answer, the publishers hear that there is none.
                let _ = tokio::task::spawn_blocking(move || append(&log, groups)).await;
            }
        }
        self.is_done = true;
    }
}

/// A runtime that ends drops what it has not run: whoever waits hears of it, and the next to come is not left waiting.
impl Drop for Writer {
    fn drop(&mut self) {
        if !self.is_done {
            let mut waiting = self.log.queue.lock();
            waiting.has_writer = false;
            waiting.groups.clear();
        }
    }
}

/// Appends if nobody else is writing; gives the groups back, with nothing written, if somebody is.
fn try_append(log: &AuditLog, groups: Vec<Group>) -> Result<(), Vec<Group>> {
    let mut appender = match log.appender.try_lock() {
        Ok(appender) => appender,
        Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
        Err(TryLockError::WouldBlock) => return Err(groups),
    };
    let drafts = groups.iter().map(|group| &*group.drafts);
    let written = appender.append(&log.author.instance, drafts, false);
    drop(appender);
    match written.transpose() {
        None => Err(groups),
        Some(taken) => {
            tell(groups, taken);
            Ok(())
        }
    }
}

fn append(log: &AuditLog, groups: Vec<Group>) {
    let taken = log.lock().append(&log.author.instance, groups.iter().map(|group| &*group.drafts), true);
    tell(groups, taken.map(Option::unwrap_or_default));
}

/// Whoever does not wait any more does not need to know.
fn tell(groups: Vec<Group>, taken: Result<Vec<Result<(), AuditError>>, AuditError>) {
    match taken {
        Ok(each) => groups.into_iter().zip(each).for_each(|(group, taken)| drop(group.taken.send(taken))),
        Err(error) => groups.into_iter().for_each(|group| drop(group.taken.send(Err(error.again())))),
    }
}
