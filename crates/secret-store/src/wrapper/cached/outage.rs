//! What a cache knows of its store's absence.

use std::time::Duration;

use crate::{Result, Secret};

/// For how long a store that was away is not asked again for what an old answer is there for, and then by one reader.
pub(super) const PAUSE: Duration = Duration::from_secs(5);

/// How long a read may take for which an old answer is there: then the store is away.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// Whether the store was there when it was last asked. Times are on the monotonic clock.
#[derive(Debug, Default)]
pub(super) struct Outage {
    since: Option<Duration>,
    ask_again: Duration,
}

impl Outage {
    /// Takes note of an answer.
    pub(super) fn note(&mut self, answer: &Result<Secret>, now: Duration) {
        match answer {
            Err(error) if error.kind().is_retryable() => self.begin(now),
            _ => self.since = None,
        }
    }

    /// Takes note that the store is away.
    pub(super) fn begin(&mut self, now: Duration) {
        self.since.get_or_insert(now);
        self.ask_again = now.saturating_add(PAUSE);
    }

    /// Whether who has an old answer is to take it. Of those who ask when the pause is over, the first is to ask the store, and
    /// the others wait for another pause: a store that is away is slow to say so.
    pub(super) fn spares(&mut self, now: Duration) -> bool {
        if self.since.is_none() {
            return false;
        }
        let is_pause = now < self.ask_again;
        if !is_pause {
            self.ask_again = now.saturating_add(PAUSE);
        }
        is_pause
    }

    /// Since when the store is away, as far as is known.
    pub(super) fn since(&self) -> Option<Duration> {
        self.since
    }
}
