//! Taking turns at a path.

use std::hash::{BuildHasher as _, RandomState};

use tokio::sync::{Mutex, MutexGuard};

/// How many may be at work at once, on different paths.
const LANES: usize = 64;

/// Who changes what is at a path by reading and writing it takes turns with others who do, here: then each is read once.
#[derive(Debug)]
pub(crate) struct Lanes {
    lanes: Vec<Mutex<()>>,
    hash: RandomState,
}

impl Default for Lanes {
    fn default() -> Self {
        Self { lanes: (0..LANES).map(|_| Mutex::default()).collect(), hash: RandomState::new() }
    }
}

impl Lanes {
    /// Waits for its turn.
    pub(crate) async fn turn(&self, path: &str) -> MutexGuard<'_, ()> {
        let lane = usize::try_from(self.hash.hash_one(path) % LANES as u64).unwrap_or_default();
        self.lanes[lane].lock().await
    }
}
