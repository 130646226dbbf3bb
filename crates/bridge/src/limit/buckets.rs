//! A bucket of tokens for each who asks.

use std::collections::hash_map::Entry;
use std::hash::{BuildHasher as _, Hash, RandomState};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::config::Rate;
use crate::hashed::HashedMap;

/// How many are apart, so that few who ask wait for each other.
const SHARDS: usize = 64;

/// How many are known of in each. With all, at most some three megabytes.
const MOST: usize = 1024;

/// A bucket for each who asks: it fills by so many a second, up to so many, and each request takes one.
///
/// Of a bucket only the time is kept at which it will be full, which is the same (the "generic cell rate algorithm"). One that is
/// full says nothing, and goes when there is no more room. When all of the others are in use, who comes anew shares one
/// bucket: so memory is bounded, and to come from ever new addresses is no way around the limit.
#[derive(Debug)]
pub(super) struct Buckets {
    /// How long one request takes to come back, in nanoseconds.
    interval: u64,
    /// How far ahead the time may be at which a bucket is full.
    tolerance: u64,
    shards: Vec<Mutex<Shard>>,
    /// Keyed at random: nobody can choose whose bucket to share.
    hash: RandomState,
}

/// When buckets are full, in nanoseconds, by the hash of who has them.
#[derive(Debug, Default)]
struct Shard {
    full_at: HashedMap<u64, u64>,
    shared: u64,
}

impl Buckets {
    pub(super) fn new(Rate { rate, burst }: Rate) -> Self {
        let interval = (1_000_000_000 / u64::from(rate.max(1))).max(1);
        Self {
            interval,
            tolerance: interval.saturating_mul(u64::from(burst.max(1))),
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            hash: RandomState::new(),
        }
    }

    /// Takes one of the bucket of `who`, on the monotonic clock.
    ///
    /// # Errors
    /// In how long there will be one.
    pub(super) fn take(&self, who: &(impl Hash + ?Sized), now: Duration) -> Result<(), Duration> {
        let now = u64::try_from(now.as_nanos()).unwrap_or(u64::MAX);
        let key = self.hash.hash_one(who);
        // Whole, as the map in it looks at other bits of it.
        let shard = usize::try_from(key % SHARDS as u64).unwrap_or_default();
        let mut shard = self.shards[shard].lock().unwrap_or_else(PoisonError::into_inner);
        let full_at = shard.bucket(key, now);
        let then = (*full_at).max(now).saturating_add(self.interval);
        match then.checked_sub(now.saturating_add(self.tolerance)) {
            None | Some(0) => {
                *full_at = then;
                Ok(())
            }
            Some(wait) => Err(Duration::from_nanos(wait)),
        }
    }
}

impl Shard {
    fn bucket(&mut self, key: u64, now: u64) -> &mut u64 {
        if self.full_at.len() >= MOST && !self.full_at.contains_key(&key) {
            self.full_at.retain(|_, full_at| *full_at > now);
        }
        let is_full = self.full_at.len() >= MOST;
        match self.full_at.entry(key) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(_) if is_full => &mut self.shared,
            Entry::Vacant(new) => new.insert(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn a_burst_passes_and_then_the_rate() {
        let buckets = Buckets::new(Rate { rate: 10, burst: 3 });
        let take = |at| buckets.take("a", millis(at));
        for _ in 0..3 {
            assert_eq!(take(0), Ok(()));
        }
        assert_eq!(take(0), Err(millis(100)));
        assert_eq!(take(60), Err(millis(40)), "to be refused costs nothing");
        assert_eq!((take(100), take(100)), (Ok(()), Err(millis(100))));
        assert_eq!(buckets.take("b", millis(0)), Ok(()), "another one's bucket is full");
        for _ in 0..3 {
            assert_eq!(take(100_000), Ok(()), "no more than a burst is saved up");
        }
        assert!(take(100_000).is_err());
    }

    #[test]
    fn ever_new_ones_take_no_more_memory_and_get_no_more_than_a_share() {
        let buckets = Buckets::new(Rate { rate: 1, burst: 1 });
        let known = || buckets.shards.iter().map(|shard| shard.lock().unwrap().full_at.len()).sum::<usize>();
        let passed = (0..200_000_u32).filter(|who| buckets.take(who, millis(0)).is_ok()).count();
        assert_eq!(known(), SHARDS * MOST);
        assert_eq!(passed, SHARDS * (MOST + 1), "beside those that are known, one of each shard");
        assert!(buckets.take(&0_u32, millis(500)).is_err(), "who is known stays so");
        assert!(buckets.take(&300_000_u32, millis(2000)).is_ok(), "those that are full make room");
        assert!(known() < SHARDS * MOST);
    }

    proptest! {
        #[test]
        fn never_more_than_burst_and_rate_allow(
            rate in 1_u32..1000,
            burst in 1_u32..50,
            steps in proptest::collection::vec(0_u64..200, 1..300),
        ) {
            let (buckets, mut now, mut passed) = (Buckets::new(Rate { rate, burst }), 0, 0_u64);
            for step in steps {
                now += step;
                passed += u64::from(buckets.take("a", millis(now)).is_ok());
                // The interval is rounded down to nanoseconds: hence one more.
                prop_assert!(passed <= u64::from(burst) + now * u64::from(rate) / 1000 + 1);
            }
        }
    }
}
