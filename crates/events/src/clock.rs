//! Time, injected.

use std::fmt::Debug;
use std::time::Duration;

use async_trait::async_trait;
pub use jiff::{SignedDuration, Timestamp};

/// Where time comes from: a wall clock for what people read, a monotonic one for how long things took,
/// and a way to wait.
///
/// Nothing else in the workspace reads the time, so a test that holds the clock holds all of it.
#[async_trait]
pub trait Clock: Debug + Send + Sync {
    /// The wall-clock time, UTC.
    fn now(&self) -> Timestamp;

    /// Time since an arbitrary but fixed point; never goes back. Only differences mean anything.
    fn monotonic(&self) -> Duration;

    /// Returns once [`monotonic`](Self::monotonic) has advanced by `duration`.
    async fn sleep(&self, duration: Duration);
}

/// The operating system's clocks. [`sleep`](Clock::sleep) needs a tokio runtime with time enabled.
#[derive(Debug, Clone)]
pub struct SystemClock {
    start: std::time::Instant,
}

impl SystemClock {
    /// A clock whose monotonic time starts at zero now.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the system's clocks")]
    pub fn new() -> Self {
        Self { start: std::time::Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn monotonic(&self) -> Duration {
        self.start.elapsed()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}
