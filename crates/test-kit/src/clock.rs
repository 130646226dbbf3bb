//! A clock that a test moves.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use events::{Clock, Timestamp};
use tokio::sync::watch;

use crate::watched::until;

/// A clock that stands still until a test moves it. Clones are the same clock.
///
/// Starts at 2026-01-01T00:00:00Z. [`sleep`](Clock::sleep) returns once the clock has been moved far enough; a clock that
/// [moves itself](Self::self_advancing) moves by what it is asked to wait.
///
/// ```
/// use std::time::Duration;
/// use test_kit::{Clock as _, FakeClock};
///
/// let clock = FakeClock::new();
/// clock.advance(Duration::from_secs(90));
/// assert_eq!(clock.now().to_string(), "2026-01-01T00:01:30Z");
/// assert_eq!(clock.monotonic(), Duration::from_secs(90));
/// ```
#[derive(Debug, Clone)]
pub struct FakeClock(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    start: Timestamp,
    moves_itself: bool,
    elapsed: watch::Sender<Duration>,
    sleepers: watch::Sender<usize>,
    sleeps: Mutex<Vec<Duration>>,
}

/// 2026-01-01T00:00:00Z.
const START: i64 = 1_767_225_600;

impl FakeClock {
    /// A clock that stands still.
    #[must_use]
    pub fn new() -> Self {
        Self::build(Timestamp::constant(START, 0), false)
    }

    /// A clock that stands still at `start`.
    #[must_use]
    pub fn at(start: Timestamp) -> Self {
        Self::build(start, false)
    }

    /// A clock that moves by each sleep that it is asked for, so that nobody waits.
    #[must_use]
    pub fn self_advancing() -> Self {
        Self::build(Timestamp::constant(START, 0), true)
    }

    fn build(start: Timestamp, moves_itself: bool) -> Self {
        let (elapsed, sleepers) = (watch::Sender::new(Duration::ZERO), watch::Sender::new(0));
        Self(Arc::new(Shared { start, moves_itself, elapsed, sleepers, sleeps: Mutex::default() }))
    }

    /// Moves the clock and wakes those whose time has come.
    pub fn advance(&self, duration: Duration) {
        self.0.elapsed.send_modify(|elapsed| *elapsed += duration);
    }

    /// Every sleep that was asked for, in order.
    #[must_use]
    pub fn sleeps(&self) -> Vec<Duration> {
        self.lock_sleeps().clone()
    }

    /// Returns once at least `count` sleep: a test waits for this before it moves the clock.
    pub async fn sleepers(&self, count: usize) {
        until(&self.0.sleepers, |sleepers| *sleepers >= count).await;
    }

    fn lock_sleeps(&self) -> MutexGuard<'_, Vec<Duration>> {
        self.0.sleeps.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for FakeClock {
    fn default() -> Self {
        Self::new()
    }
}

struct Asleep<'a>(&'a watch::Sender<usize>);

impl Drop for Asleep<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|sleepers| *sleepers -= 1);
    }
}

#[async_trait]
impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        self.0.start.checked_add(self.monotonic()).unwrap_or(Timestamp::MAX)
    }

    fn monotonic(&self) -> Duration {
        *self.0.elapsed.borrow()
    }

    async fn sleep(&self, duration: Duration) {
        self.lock_sleeps().push(duration);
        if self.0.moves_itself {
            self.advance(duration);
            tokio::task::yield_now().await;
            return;
        }
        let due = self.monotonic().saturating_add(duration);
        self.0.sleepers.send_modify(|sleepers| *sleepers += 1);
        let _asleep = Asleep(&self.0.sleepers);
        until(&self.0.elapsed, |elapsed| *elapsed >= due).await;
    }
}
