//! Events of many publishers, for one write.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use futures::channel::oneshot;

use super::AuditError;
use super::log::AuditLog;
use super::record::Draft;

/// How many queues there are at most.
const SHARDS: usize = 16;

/// What waits to be written, by the thread that it comes from: whoever writes it wakes no other.
#[derive(Debug, Default)]
pub(super) struct Queues([Arc<Queue>; SHARDS]);

impl Queues {
    /// The one of this thread, which it may share with others.
    pub(super) fn own(&self) -> &Arc<Queue> {
        static THREADS: AtomicUsize = AtomicUsize::new(0);
        thread_local! {
            static NUMBER: usize = THREADS.fetch_add(1, Ordering::Relaxed);
        }
        &self.0[NUMBER.with(|number| *number) % SHARDS]
    }
}

/// What waits to be written, of one thread.
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
    queue: Arc<Queue>,
    is_done: bool,
}

impl Writer {
    pub(super) fn new(log: AuditLog, queue: Arc<Queue>) -> Self {
        Self { log, queue, is_done: false }
    }

    /// Writes until nothing waits.
    pub(super) async fn run(mut self) {
        'groups: loop {
            // Whoever is ready to publish now does so first: the busier it is, the more events a write takes.
            tokio::task::yield_now().await;
            let Some(mut groups) = self.queue.take() else { break };
            // An append to the page cache takes microseconds, less than a hop to another thread: so does the one that another
            // thread may be at. Waiting for another process has no such bound: that is done off the runtime's threads.
            for _ in 0..PATIENCE {
                match try_append(&self.log, groups) {
                    Tried::Done => continue 'groups,
                    Tried::Busy(kept) => groups = kept,
                    Tried::Elsewhere(kept) => {
                        groups = kept;
                        break;
                    }
                }
                tokio::task::yield_now().await;
            }
            let log = self.log.clone();
            // Without an answer, the publishers hear that there is none.
            let _ = tokio::task::spawn_blocking(move || append(&log, groups)).await;
        }
        self.is_done = true;
    }
}

/// A runtime that ends drops what it has not run: whoever waits hears of it, and the next to come is not left waiting.
impl Drop for Writer {
    fn drop(&mut self) {
        if !self.is_done {
            let mut waiting = self.queue.lock();
            waiting.has_writer = false;
            waiting.groups.clear();
        }
    }
}

/// How often a writer looks whether another thread is done before it waits elsewhere.
const PATIENCE: usize = 32;

/// What became of an append that does not wait; groups are given back with nothing of them written.
enum Tried {
    Done,
    /// Another thread is writing.
    Busy(Vec<Group>),
    /// Another process is.
    Elsewhere(Vec<Group>),
}

/// Appends if nobody else is writing.
fn try_append(log: &AuditLog, groups: Vec<Group>) -> Tried {
    let mut appender = match log.appender.try_lock() {
        Ok(appender) => appender,
        Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
        Err(TryLockError::WouldBlock) => return Tried::Busy(groups),
    };
    let drafts = groups.iter().map(|group| &*group.drafts);
    let written = appender.append(&log.author.instance, drafts, false);
    drop(appender);
    match written.transpose() {
        None => Tried::Elsewhere(groups),
        Some(taken) => {
            tell(groups, taken);
            Tried::Done
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
