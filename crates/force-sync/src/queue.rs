//! Many writes, and one touch.

use std::fmt;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use events::Clock;
use futures::future::select;
use tokio::sync::Notify;

use crate::changes::{Changes, Fields};
use crate::force_sync::ForceSync;
use crate::report::Report;

/// How long it waits for more to be written.
pub const WINDOW: Duration = Duration::from_millis(500);

/// How many paths wait; with more, whatever is there may have changed.
const MOST: usize = 10_000;

/// What was written and is to be told; whoever writes does not wait for it.
///
/// What is written within [`WINDOW`] is one touch. [`run`](Self::run) does the work.
pub struct Queue {
    force_sync: ForceSync,
    clock: Arc<dyn Clock>,
    again_after: Option<Duration>,
    on_report: Box<dyn Fn(&Report) + Send + Sync>,
    waiting: Mutex<Waiting>,
    /// Something was written, or it is to end.
    woken: Notify,
    ended: Notify,
}

#[derive(Default)]
struct Waiting {
    changes: Changes,
    is_ended: bool,
    /// What was told once, and when it is to be told again.
    again: Vec<(Duration, Changes)>,
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue").field("force_sync", &self.force_sync).finish_non_exhaustive()
    }
}

impl Queue {
    /// With `again_after`, everything is told twice: at once, and when whoever remembers an old value has forgotten it.
    #[must_use]
    pub fn new(force_sync: ForceSync, again_after: Option<Duration>, clock: Arc<dyn Clock>) -> Self {
        Self {
            force_sync,
            clock,
            again_after: again_after.filter(|after| !after.is_zero()),
            on_report: Box::new(|_| ()),
            waiting: Mutex::default(),
            woken: Notify::new(),
            ended: Notify::new(),
        }
    }

    /// Calls this with each report: for metrics.
    #[must_use]
    pub fn on_report(self, on_report: impl Fn(&Report) + Send + Sync + 'static) -> Self {
        Self { on_report: Box::new(on_report), ..self }
    }

    /// Notes that something was written; returns at once.
    pub fn changed(&self, mount: &str, path: &str, fields: Fields) {
        let mut waiting = self.lock();
        waiting.changes.add(mount, path, fields);
        if waiting.changes.len() > MOST {
            waiting.changes = Changes::everything();
        }
        drop(waiting);
        self.woken.notify_one();
    }

    /// Has [`run`](Self::run) return once what waits is told. What was to be told again is not.
    pub fn end(&self) {
        self.lock().is_ended = true;
        self.woken.notify_one();
        self.ended.notify_one();
    }

    /// Tells, until it is [ended](Self::end). To be run once.
    pub async fn run(&self) {
        loop {
            let (is_ended, next) = self.next();
            if !is_ended && self.lock().changes.is_empty() && next != Some(Duration::ZERO) {
                let woken = pin!(self.woken.notified());
                match next {
                    None => woken.await,
                    Some(wait) => {
                        let _ = select(woken, pin!(self.clock.sleep(wait))).await;
                    }
                }
                continue;
            }
            if !is_ended && !self.lock().changes.is_empty() {
                let (ended, window) = (pin!(self.ended.notified()), pin!(self.clock.sleep(WINDOW)));
                let _ = select(ended, window).await;
            }
            let (changes, due) = self.take();
            for (changes, is_first) in [(changes, true), (due, false)] {
                if !changes.is_empty() {
                    self.tell(changes, is_first).await;
                }
            }
            if is_ended {
                return;
            }
        }
    }

    async fn tell(&self, changes: Changes, is_first: bool) {
        let report = self.force_sync.touch(&changes).await;
        let (touched, failed) = (report.touched.len(), report.failed.len());
        tracing::info!(touched, failed, "told ExternalSecrets that something was written");
        for failed in &report.failed {
            let object = failed.object.as_ref().map(tracing::field::display);
            let (problem, help) = (&failed.problem, failed.problem.help());
            tracing::warn!(object, %problem, help, "an ExternalSecret was not told: it reads at its next refresh");
        }
        (self.on_report)(&report);
        if let Some(after) = self.again_after.filter(|_| is_first) {
            self.lock().again.push((self.clock.monotonic().saturating_add(after), changes));
        }
    }

    /// Whether it is to end, and in how long something is to be told again.
    fn next(&self) -> (bool, Option<Duration>) {
        let waiting = self.lock();
        let now = self.clock.monotonic();
        let due = waiting.again.iter().map(|(at, _)| at.saturating_sub(now)).min();
        (waiting.is_ended, due)
    }

    /// What waits, and what is to be told again now.
    fn take(&self) -> (Changes, Changes) {
        let mut waiting = self.lock();
        let now = self.clock.monotonic();
        let changes = std::mem::take(&mut waiting.changes);
        let (due, later) = std::mem::take(&mut waiting.again).into_iter().partition(|(at, _)| *at <= now);
        waiting.again = later;
        let due: Vec<(Duration, Changes)> = due;
        (changes, due.into_iter().fold(Changes::new(), |all, (_, changes)| all.and(changes)))
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
