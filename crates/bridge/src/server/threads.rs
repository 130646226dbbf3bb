//! Threads that serve connections.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use tokio::runtime::{Builder, Handle};
use tokio::sync::{Semaphore, oneshot};

/// Threads that each serve the connections that they are given, on a runtime of their own.
///
/// On one runtime for all, a thread that has nothing to do takes over what another has begun. An answer from memory takes some
/// microseconds, which is less than it takes to wake that thread, and to bring to it what the answer is made of. Whatever takes
/// longer (a store, a file) is not done on these threads.
///
/// They end with this value, and what they had under way with them.
#[derive(Debug)]
pub struct Threads {
    all: Vec<Thread>,
    next: AtomicUsize,
}

#[derive(Debug)]
pub(super) struct Thread {
    pub(super) runtime: Handle,
    /// Places for its requests.
    pub(super) under_way: Arc<Semaphore>,
    /// Dropped, it ends the thread.
    _end: oneshot::Sender<Infallible>,
}

impl Threads {
    /// Starts as many as there are processors.
    ///
    /// # Errors
    /// As the system's, when there can be no more threads.
    pub fn start() -> io::Result<Self> {
        let count = thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            all: (0..count).map(|_| Thread::start()).collect::<Result<_, _>>()?,
            next: AtomicUsize::new(0),
        })
    }

    /// The thread for the next connection: each in turn.
    pub(super) fn next(&self) -> &Thread {
        let next = self.next.fetch_add(1, Ordering::Relaxed);
        &self.all[next % self.all.len()]
    }

    /// Gives each thread its share of the requests that may be under way, and one at least: to count those of all threads together would
    /// be to take the count from one to the other twice for each request.
    pub(super) fn share(&mut self, requests: usize) {
        let (share, rest) = (requests / self.all.len(), requests % self.all.len());
        for (number, thread) in self.all.iter_mut().enumerate() {
            let own = share + usize::from(number < rest);
            thread.under_way = Arc::new(Semaphore::new(own.max(1)));
        }
    }
}

impl Thread {
    fn start() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (end, ended) = oneshot::channel();
        thread::Builder::new().name("connections".to_owned()).spawn(move || {
            // Nothing is ever sent.
            let _ = runtime.block_on(ended);
            // A read of a store that takes its time would keep the thread.
            runtime.shutdown_background();
        })?;
        Ok(Self { runtime: handle, under_way: Arc::new(Semaphore::new(1)), _end: end })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_takes_its_turn_and_ends_with_the_others() {
        let threads = Threads::start().unwrap();
        let mut seen = Vec::new();
        for _ in 0..2 * threads.all.len() {
            seen.push(threads.next().runtime.spawn(async { thread::current().id() }).await.unwrap());
        }
        assert_eq!(seen[..threads.all.len()], seen[threads.all.len()..]);
        let pending = threads.next().runtime.spawn(std::future::pending::<()>());
        drop(threads);
        assert!(pending.await.unwrap_err().is_cancelled());
    }

    #[test]
    fn all_together_have_as_many_places_as_there_may_be_requests() {
        let mut threads = Threads::start().unwrap();
        let places = |threads: &Threads| -> usize {
            threads.all.iter().map(|thread| thread.under_way.available_permits()).sum()
        };
        for requests in [512, 513, 1021] {
            threads.share(requests);
            assert_eq!(places(&threads), requests);
        }
        threads.share(1);
        assert_eq!(places(&threads), threads.all.len(), "each has one");
    }
}
