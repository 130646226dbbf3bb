//! The attempts of one call.

use std::time::Duration;

use super::RetryPolicy;
use crate::Error;

/// The attempts of one call.
#[derive(Debug)]
pub(super) struct Attempts {
    made: u32,
    /// How many of the last ones brought nothing.
    pub(super) fruitless: u32,
    /// Since when nothing was brought, on the clock's monotonic time.
    since: Duration,
}

/// Why there is no further attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GaveUp {
    /// The policy allows no more.
    Policy,
    /// The run is to be over before the next.
    Run,
}

impl Attempts {
    pub(super) fn begin(now: Duration) -> Self {
        Self { made: 1, fruitless: 1, since: now }
    }

    /// Whether another attempt may begin after `wait`.
    pub(super) fn may_go_on(
        &self,
        policy: &RetryPolicy,
        run: Option<Duration>,
        now: Duration,
        wait: Duration,
    ) -> Result<(), GaveUp> {
        let next = now.saturating_add(wait);
        let within = policy.deadline.map(|deadline| self.since.saturating_add(deadline));
        if self.fruitless >= policy.max_attempts || within.is_some_and(|within| next > within) {
            return Err(GaveUp::Policy);
        }
        if run.is_some_and(|run| next >= run) {
            return Err(GaveUp::Run);
        }
        Ok(())
    }

    /// Another attempt begins.
    pub(super) fn next(&mut self) {
        self.made = self.made.saturating_add(1);
        self.fruitless = self.fruitless.saturating_add(1);
    }

    /// The last attempt has brought something.
    pub(super) fn brought_something(&mut self, now: Duration) {
        self.fruitless = 1;
        self.since = now;
    }

    pub(super) fn give_up(&self, error: Error, why: GaveUp) -> Error {
        let times = if self.made == 1 { "attempt" } else { "attempts" };
        let reason = format!("{}; gave up after {} {times}", error.detail().reason(), self.made);
        match why {
            GaveUp::Policy => error.with_reason(reason),
            GaveUp::Run => {
                error.with_reason(format!("{reason}: the run's deadline comes before the next")).not_again()
            }
        }
    }
}
