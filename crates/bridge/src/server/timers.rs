//! Time-outs of one connection.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use hyper::rt::Timer;
use tokio::time::{Sleep, sleep_until};

/// How many are kept for the next time-out: one at a time over HTTP/1, and a few over HTTP/2.
const KEPT: usize = 4;

/// Time-outs of one connection: nearly all of them are over before their time, and the next begins.
///
/// To take a timer out of the runtime's and to put another in takes its lock twice for each request. To move one further away takes
/// none: so a timer that is not needed any more stays where it is, for the next. Should nothing follow, it wakes the connection once.
#[derive(Clone, Default)]
pub(super) struct Timers(Arc<Mutex<Vec<Pin<Box<Sleep>>>>>);

impl Timers {
    /// Returns when this much time has gone by.
    pub(super) fn after(&self, duration: Duration) -> Timeout {
        self.at(tokio::time::Instant::now() + duration)
    }

    fn at(&self, deadline: tokio::time::Instant) -> Timeout {
        let kept = self.lock().pop();
        let sleep = match kept {
            Some(mut sleep) => {
                sleep.as_mut().reset(deadline);
                sleep
            }
            None => Box::pin(sleep_until(deadline)),
        };
        Timeout { sleep: Some(sleep), timers: self.clone() }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Pin<Box<Sleep>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Timers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timers").field("kept", &self.lock().len()).finish()
    }
}

impl Timer for Timers {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn hyper::rt::Sleep>> {
        Box::pin(self.after(duration))
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn hyper::rt::Sleep>> {
        Box::pin(self.at(deadline.into()))
    }

    fn now(&self) -> Instant {
        tokio::time::Instant::now().into_std()
    }
}

/// The end of some time. Its timer goes back to where it came from.
#[derive(Debug)]
pub(super) struct Timeout {
    sleep: Option<Pin<Box<Sleep>>>,
    timers: Timers,
}

impl Future for Timeout {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        match &mut self.sleep {
            Some(sleep) => sleep.as_mut().poll(context),
            // Only while it is dropped.
            None => Poll::Ready(()),
        }
    }
}

impl hyper::rt::Sleep for Timeout {}

impl Drop for Timeout {
    fn drop(&mut self) {
        let mut kept = self.timers.lock();
        if kept.len() < KEPT {
            kept.extend(self.sleep.take());
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;
    use futures::poll;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn each_ends_in_its_own_time_whatever_timer_it_has() {
        let timers = Timers::default();
        let begun = tokio::time::Instant::now();
        let passed = || begun.elapsed().as_secs();
        let (mut long, mut short) =
            (timers.after(Duration::from_secs(30)), timers.after(Duration::from_secs(5)));
        assert!(poll!(&mut long).is_pending() && poll!(&mut short).is_pending());
        (&mut short).await;
        assert_eq!(passed(), 5);
        drop(short);
        // The one that has ended, further away, and back.
        let mut again = timers.after(Duration::from_secs(10));
        assert!(poll!(&mut again).is_pending());
        drop(again);
        timers.after(Duration::from_secs(3)).await;
        assert_eq!(passed(), 8);
        assert!(poll!(&mut long).is_pending());
        long.await;
        assert_eq!(passed(), 30);
    }

    #[tokio::test]
    async fn one_timer_does_for_one_after_the_other() {
        let timers = Timers::default();
        for _ in 0..100 {
            assert!(timers.after(Duration::from_secs(30)).now_or_never().is_none());
        }
        assert_eq!(timers.lock().len(), 1);
        drop((0..100).map(|_| timers.after(Duration::from_secs(30))).collect::<Vec<_>>());
        assert_eq!(timers.lock().len(), KEPT);
    }
}
