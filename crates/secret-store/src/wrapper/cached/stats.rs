//! What a cache tells of itself.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use events::Clock;

use super::entries::Entries;
use super::lock;

/// What a [`Cached`](super::Cached) store has done and holds, for as long as anybody wants to know: a handle that keeps no
/// value alive.
#[derive(Debug, Clone)]
pub struct CacheStats {
    pub(super) counts: Arc<Counts>,
    pub(super) entries: Weak<Mutex<Entries>>,
    pub(super) clock: Arc<dyn Clock>,
}

/// What is counted where it happens.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) hits: AtomicU64,
    pub(super) misses: AtomicU64,
    pub(super) joined: AtomicU64,
    pub(super) stale: AtomicU64,
}

/// What a cache has done since it began, and what it holds now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct CacheSnapshot {
    /// Reads that were answered from memory.
    pub hits: u64,
    /// Reads for which the store was asked.
    pub misses: u64,
    /// Reads that waited for somebody else's.
    pub joined: u64,
    /// Reads that were answered with a value whose time was over, the store being away; whether they asked for it or not.
    pub stale: u64,
    /// Values that had to go before their time, there being too many.
    pub evicted: u64,
    /// Values that are held.
    pub held: usize,
    /// Reads of the store that are under way.
    pub under_way: usize,
    /// For how long the store is known to be away; none while it is there.
    pub away: Option<Duration>,
}

impl CacheStats {
    /// What it is now.
    #[must_use]
    pub fn snapshot(&self) -> CacheSnapshot {
        let Counts { hits, misses, joined, stale } = &*self.counts;
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let mut snapshot = CacheSnapshot {
            hits: read(hits),
            misses: read(misses),
            joined: read(joined),
            stale: read(stale),
            ..CacheSnapshot::default()
        };
        if let Some(entries) = self.entries.upgrade() {
            let (entries, now) = (lock(&entries), self.clock.monotonic());
            (snapshot.held, snapshot.under_way) = entries.count();
            snapshot.evicted = entries.evicted;
            snapshot.away = entries.outage.since().map(|since| now.saturating_sub(since));
        }
        snapshot
    }
}

impl Counts {
    pub(super) fn count(count: &AtomicU64) {
        count.fetch_add(1, Ordering::Relaxed);
    }
}
