//! That what is answered may be old, in the log: said now and then.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How often it is said, in seconds.
const EVERY: u64 = 60;

/// Says in the log that what is answered may be old: once a minute at most, and not for each answer.
#[derive(Debug, Default)]
pub(crate) struct StaleNotice {
    /// When to say it next, on the monotonic clock, in seconds.
    next: AtomicU64,
}

impl StaleNotice {
    /// An answer was given whose time was over for so long.
    pub(crate) fn given(&self, stale: Duration, now: Duration) {
        let (now, next) = (now.as_secs(), self.next.load(Ordering::Relaxed));
        let is_due = now >= next;
        if is_due
            && self.next.compare_exchange(next, now + EVERY, Ordering::Relaxed, Ordering::Relaxed).is_ok()
        {
            let seconds = stale.as_secs();
            tracing::warn!(seconds, "the store is not available: what was read before is answered");
        }
    }
}
