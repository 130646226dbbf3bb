//! When a run must be over.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use events::Clock;
use futures::future::{Either, select};

use crate::OpenContext;

/// When the run that a store was opened for must be over, if ever.
#[derive(Debug, Clone)]
pub(super) struct Deadline {
    clock: Arc<dyn Clock>,
    at: Option<Duration>,
}

impl Deadline {
    pub(super) fn new(context: &OpenContext) -> Self {
        Self { clock: Arc::clone(&context.clock), at: context.deadline }
    }

    /// What `work` comes to, or none when the deadline comes first; then `work` is dropped, or was never begun.
    pub(super) async fn bound<W: Future>(&self, work: W) -> Option<W::Output> {
        let Some(at) = self.at else { return Some(work.await) };
        let left = at.checked_sub(self.clock.monotonic()).filter(|left| !left.is_zero())?;
        match select(pin!(work), pin!(self.clock.sleep(left))).await {
            Either::Left((done, _)) => Some(done),
            Either::Right(((), _)) => None,
        }
    }
}
