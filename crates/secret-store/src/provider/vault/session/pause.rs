//! How long nobody logs in after a log-in that failed.

use std::time::Duration;

use crate::{Error, ErrorKind};

/// A log-in that failed, for those who come soon after it: they get its error, and the server is left alone. Without it, a
/// thousand reads in batches would be a log-in for each batch.
#[derive(Debug, Clone, Default)]
pub(super) struct Pause {
    failed: Option<(Error, Duration)>,
    /// How many in a row found the server unavailable.
    unavailable: u32,
}

/// After a refusal. Vault locks a user out for whom five log-ins are refused within a quarter of an hour, and everybody with
/// the same user or role id with him.
const REFUSED: Duration = Duration::from_mins(5);

/// After a failure that trying again does not mend, but somebody may: a credential that is not there, a token that has run
/// out.
const OTHER: Duration = Duration::from_secs(10);

/// After the first time that the server was unavailable; doubles with each.
const UNAVAILABLE: Duration = Duration::from_millis(100);

/// The longest that grows to.
const LONGEST: Duration = Duration::from_secs(5);

impl Pause {
    /// After this failure. `asked` is whether the server was asked to log somebody in.
    pub(super) fn after(&self, error: &Error, asked: bool, now: Duration) -> Self {
        let unavailable = if error.is_retryable() { self.unavailable + 1 } else { 0 };
        let doubled = UNAVAILABLE.saturating_mul(2_u32.saturating_pow(self.unavailable)).min(LONGEST);
        let length = match (error.is_retryable(), asked) {
            (true, _) => error.retry_after().unwrap_or_default().max(doubled),
            (false, true) if error.kind() == ErrorKind::Unauthenticated => REFUSED,
            (false, _) => OTHER,
        };
        Self { failed: Some((error.clone(), now.saturating_add(length))), unavailable }
    }

    /// The error, while the pause lasts; one that can be tried again says when.
    pub(super) fn error(&self, now: Duration) -> Option<Error> {
        let (error, ends) = self.failed.as_ref()?;
        let left = ends.checked_sub(now).filter(|left| !left.is_zero())?;
        let error = error.clone();
        Some(if error.is_retryable() { error.with_retry_after(left) } else { error })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Detail;

    fn error(kind: ErrorKind) -> Error {
        Error::new(kind, Detail::new("log in", "failed"))
    }

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn nobody_asks_a_server_that_is_down_for_ever_longer_times() {
        let mut pause = Pause::default();
        let mut now = ms(0);
        let mut lengths = Vec::new();
        for _ in 0..8 {
            pause = pause.after(&error(ErrorKind::Unavailable), true, now);
            let left = pause.error(now).unwrap().retry_after().unwrap();
            lengths.push(left);
            now += left;
            assert!(pause.error(now).is_none());
        }
        assert_eq!(lengths, [100, 200, 400, 800, 1600, 3200, 5000, 5000].map(ms));
    }

    #[test]
    fn a_server_that_says_how_long_is_left_alone_that_long() {
        let busy = error(ErrorKind::RateLimited).with_retry_after(ms(30_000));
        let pause = Pause::default().after(&busy, true, ms(0));
        assert_eq!(pause.error(ms(10_000)).unwrap().retry_after(), Some(ms(20_000)));
    }

    #[test]
    fn five_refusals_take_longer_than_the_quarter_of_an_hour_that_locks_a_user_out() {
        let refused = error(ErrorKind::Unauthenticated);
        let pause = Pause::default().after(&refused, true, ms(0));
        let last = ms(5 * 60 * 1000 - 1);
        assert_eq!(pause.error(last).unwrap().retry_after(), None);
        assert!(pause.error(last + ms(1)).is_none());
        assert!(Pause::default().after(&refused, false, ms(0)).error(ms(10_000)).is_none());
    }
}
