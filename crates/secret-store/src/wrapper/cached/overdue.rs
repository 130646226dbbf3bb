//! Reads that took too long.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::FutureExt as _;

use super::entries::Flight;

/// Reads that took too long for those who asked, each until the store is asked again. Nobody waits for them: what the store has said
/// by then is heard, and those to which it has said nothing are given up.
///
/// Not among the entries, which a read that lands or is dropped locks.
#[derive(Default)]
pub(super) struct Overdue(Mutex<VecDeque<(Duration, Flight)>>);

impl Overdue {
    fn lock(&self) -> MutexGuard<'_, VecDeque<(Duration, Flight)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a read until then.
    pub(super) fn keep(&self, flight: Flight, until: Duration) {
        self.lock().push_back((until, flight));
    }

    /// Lets those land whose time has come, or gives them up. Not to be called by who has locked the entries.
    pub(super) fn settle(&self, now: Duration) {
        while let Some(flight) = self.next(now) {
            drop(flight.now_or_never());
        }
    }

    fn next(&self, now: Duration) -> Option<Flight> {
        self.lock().pop_front_if(|(until, _)| *until <= now).map(|(_, flight)| flight)
    }

    /// Gives up all of them. Not to be called by who has locked the entries.
    pub(super) fn clear(&self) {
        let all = std::mem::take(&mut *self.lock());
        drop(all);
    }
}

/// How many there are; no value.
impl fmt::Debug for Overdue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Overdue").field("reads", &self.lock().len()).finish_non_exhaustive()
    }
}
