//! How often a path is read.

use std::time::Duration;

/// How many intervals are remembered.
const KEPT: usize = 8;

/// Reads that are this close to the first of them belong together: a client that wants three fields of a secret reads it three
/// times.
const ROUND: Duration = Duration::from_millis(500);

/// How many intervals have to be known before somebody may be said to be late.
const ENOUGH: usize = 2;

/// In which intervals a path is read: of rounds of reads, since one refresh may be several reads.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rhythm {
    /// When the last round began, on the monotonic clock.
    last: Option<Duration>,
    /// In milliseconds: there is one of these for each of many thousand paths.
    intervals: [u32; KEPT],
    /// How many were ever noted.
    noted: usize,
}

impl Rhythm {
    /// Takes note of a read.
    pub(super) fn note(&mut self, now: Duration) {
        if let Some(last) = self.last {
            let interval = now.saturating_sub(last);
            if interval < ROUND {
                return;
            }
            self.intervals[self.noted % KEPT] = u32::try_from(interval.as_millis()).unwrap_or(u32::MAX);
            self.noted = self.noted.saturating_add(1);
        }
        self.last = Some(now);
    }

    /// The median of the last few intervals, and of how many; none before there is one.
    pub(crate) fn interval(&self) -> Option<(Duration, usize)> {
        let count = self.noted.min(KEPT);
        let mut known = self.intervals;
        let known = &mut known[..count];
        known.sort_unstable();
        let upper = *known.get(count / 2)?;
        let lower = if count.is_multiple_of(2) { known[count / 2 - 1] } else { upper };
        Some((Duration::from_millis(u64::from(lower + (upper - lower) / 2)), count))
    }

    /// How long ago the last round began.
    pub(crate) fn age(&self, now: Duration) -> Option<Duration> {
        Some(now.saturating_sub(self.last?))
    }

    /// Whether a whole interval has gone by without the read that was due: none as long as too little is known.
    pub(crate) fn is_late(&self, now: Duration) -> Option<bool> {
        let (interval, count) = self.interval()?;
        (count >= ENOUGH).then_some(self.age(now)? > interval * 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(reads: &[u64]) -> Rhythm {
        let mut rhythm = Rhythm::default();
        for read in reads {
            rhythm.note(Duration::from_millis(*read));
        }
        rhythm
    }

    #[test]
    fn the_interval_is_the_median_of_rounds() {
        let interval = |reads: &[u64]| of(reads).interval().map(|(interval, of)| (interval.as_millis(), of));
        assert_eq!(interval(&[]), None);
        assert_eq!(interval(&[0]), None);
        assert_eq!(interval(&[0, 10, 499]), None, "one round");
        assert_eq!(interval(&[0, 10, 60_000, 60_010]), Some((60_000, 1)));
        assert_eq!(interval(&[0, 60_000, 121_000]), Some((60_500, 2)));
        assert_eq!(interval(&[0, 60_000, 120_000, 121_000]), Some((60_000, 3)), "one read out of turn");
        let faster: Vec<_> =
            (0..20).map(|n| n * 60_000).chain((1..9).map(|n| 1_140_000 + n * 1000)).collect();
        assert_eq!(interval(&faster), Some((1000, 8)), "a new rhythm is learnt");
    }

    #[test]
    fn late_is_who_has_missed_a_whole_interval() {
        let late = |reads: &[u64], now| of(reads).is_late(Duration::from_millis(now));
        assert_eq!(late(&[0], 1_000_000), None);
        assert_eq!(late(&[0, 60_000], 1_000_000), None, "once is no rhythm");
        assert_eq!(late(&[0, 60_000, 120_000], 240_000), Some(false));
        assert_eq!(late(&[0, 60_000, 120_000], 240_001), Some(true));
    }
}
