//! Places for connections: how many there may be, and which one goes for a new one.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

/// How soon to look again for one that may go, while all are at work.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Places for a number of connections.
///
/// The External Secrets Operator opens a connection for each read and leaves it open. Where there is no place for a new one, the
/// connection goes that has been idle for long, and not the new client: each that was used since it was last looked at is left
/// for another round, and each that is at work stays.
#[derive(Debug)]
pub(super) struct Places {
    free: Arc<Semaphore>,
    most: usize,
    /// All connections, beside some that have gone; the next to look at is in front.
    taken: Mutex<VecDeque<Weak<Place>>>,
}

/// The place of a connection; free again when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    at_work: AtomicUsize,
    used: AtomicBool,
    leave: Notify,
    _permit: OwnedSemaphorePermit,
}

/// A request that a connection is at work with.
#[derive(Debug)]
pub(super) struct AtWork(Arc<Place>);

impl Places {
    pub(super) fn new(most: usize) -> Self {
        Self { free: Arc::new(Semaphore::new(most)), most, taken: Mutex::default() }
    }

    /// A place for a connection that is there; waits while all are at work.
    pub(super) async fn take(&self) -> Arc<Place> {
        let permit = loop {
            if let Ok(permit) = Arc::clone(&self.free).try_acquire_owned() {
                break permit;
            }
            self.make_room();
            let free = Arc::clone(&self.free).acquire_owned();
            if let Ok(Ok(permit)) = tokio::time::timeout(LOOK_AGAIN, free).await {
                break permit;
            }
        };
        let place = Arc::new(Place {
            at_work: AtomicUsize::new(0),
            used: AtomicBool::new(true),
            leave: Notify::new(),
            _permit: permit,
        });
        let mut taken = self.taken();
        if taken.len() >= 2 * self.most {
            taken.retain(|place| place.strong_count() > 0);
        }
        taken.push_back(Arc::downgrade(&place));
        place
    }

    /// Asks one idle connection to go, if there is one.
    pub(super) fn make_room(&self) {
        let mut taken = self.taken();
        // Twice round: what was used before is not by then.
        for _ in 0..2 * taken.len() {
            let Some(next) = taken.pop_front() else { return };
            let Some(place) = next.upgrade() else { continue };
            taken.push_back(next);
            if !place.is_at_work() && !place.used.swap(false, Ordering::Relaxed) {
                place.leave.notify_one();
                return;
            }
        }
    }

    fn taken(&self) -> std::sync::MutexGuard<'_, VecDeque<Weak<Place>>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// Takes note of a request, until that is dropped.
    pub(super) fn work(self: &Arc<Self>) -> AtWork {
        self.at_work.fetch_add(1, Ordering::Relaxed);
        self.used.store(true, Ordering::Relaxed);
        AtWork(Arc::clone(self))
    }

    /// Until it is asked to go and is idle. A request that comes first is answered.
    pub(super) async fn asked_to_leave(&self) {
        loop {
            self.leave.notified().await;
            if !self.is_at_work() {
                return;
            }
        }
    }

    fn is_at_work(&self) -> bool {
        self.at_work.load(Ordering::Relaxed) > 0
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        // The answer is yet to be written.
        self.0.used.store(true, Ordering::Relaxed);
        self.0.at_work.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    async fn full(most: usize) -> (Places, Vec<Arc<Place>>) {
        let places = Places::new(most);
        let mut taken = Vec::new();
        for _ in 0..most {
            taken.push(places.take().await);
        }
        (places, taken)
    }

    #[tokio::test]
    async fn the_one_that_was_idle_for_longest_goes() {
        let (places, taken) = full(3).await;
        places.make_room();
        assert!(taken[0].asked_to_leave().now_or_never().is_some());
        drop(taken[1].work());
        places.make_room();
        assert!(taken[1].asked_to_leave().now_or_never().is_none(), "it was used since");
        assert!(taken[2].asked_to_leave().now_or_never().is_some());
    }

    #[tokio::test]
    async fn one_that_is_at_work_stays_and_a_new_one_waits_for_it() {
        let (places, taken) = full(1).await;
        let work = taken[0].work();
        let new = places.take();
        tokio::pin!(new);
        assert!(tokio::time::timeout(3 * LOOK_AGAIN, &mut new).await.is_err());
        drop(work);
        let leaves = async {
            taken[0].asked_to_leave().await;
            drop(taken);
        };
        let (_place, ()) = tokio::join!(new, leaves);
    }

    #[tokio::test]
    async fn a_request_that_comes_before_it_has_left_keeps_it() {
        let (places, taken) = full(1).await;
        places.make_room();
        let _work = taken[0].work();
        assert!(taken[0].asked_to_leave().now_or_never().is_none());
    }

    #[tokio::test]
    async fn those_that_have_gone_are_forgotten_behind_one_that_stays() {
        let places = Places::new(2);
        let _stays = places.take().await;
        for _ in 0..100 {
            drop(places.take().await);
        }
        assert!(places.taken().len() <= 4);
    }
}
