//! When a token runs out, and when to do something about it.

use std::time::Duration;

use crate::provider::vault::auth::Term;

/// What to do with a token whose time runs out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refresh {
    /// Ask the server to make it longer.
    Renew,
    /// Get another.
    Replace,
}

/// When a token runs out, on the clock's monotonic time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lease {
    /// None when it does not, as far as is known.
    ends: Option<Duration>,
    refresh: Option<(Duration, Refresh)>,
    /// What it was good for at first.
    first: Option<Duration>,
}

/// No two refreshes come sooner after each other: near its greatest age a token is renewed for ever shorter times.
const PAUSE: Duration = Duration::from_secs(1);

impl Lease {
    /// Of a token that was asked for at `asked`: the server counts from later on, so that it never runs out sooner than this
    /// says. `replaceable` is whether another can be had in its place.
    pub(super) fn new(term: Term, asked: Duration, replaceable: bool) -> Self {
        let first = term.ttl;
        Self { first, ..Self::of(term, asked, replaceable.then_some(Refresh::Replace)) }
    }

    /// After it was looked up or renewed. One that grew by less than half of what it was good for at first is as old as it may
    /// become, and is not renewed again.
    pub(super) fn renewed(self, term: Term, asked: Duration, replaceable: bool) -> Self {
        let is_old = self.first.zip(term.ttl).is_some_and(|(first, now)| now < first / 2);
        let term = Term { renewable: term.renewable && !is_old, ..term };
        Self {
            first: self.first.or(term.ttl),
            ..Self::of(term, asked, replaceable.then_some(Refresh::Replace))
        }
    }

    fn of(term: Term, asked: Duration, otherwise: Option<Refresh>) -> Self {
        let refresh = if term.renewable { Some(Refresh::Renew) } else { otherwise };
        let at = |ttl: Duration| asked.saturating_add(ttl / 3 * 2);
        Self {
            ends: term.ttl.map(|ttl| asked.saturating_add(ttl)),
            refresh: term.ttl.zip(refresh).map(|(ttl, refresh)| (at(ttl), refresh)),
            first: term.ttl,
        }
    }

    pub(super) fn is_over(&self, now: Duration) -> bool {
        self.ends.is_some_and(|ends| ends <= now)
    }

    /// What is due now.
    pub(super) fn due(&self, now: Duration) -> Option<Refresh> {
        self.refresh.filter(|(at, _)| *at <= now).map(|(_, refresh)| refresh)
    }

    /// The same, with what was due to be tried again when half of the time that is left is over.
    pub(super) fn postponed(self, now: Duration) -> Self {
        let left = self.ends.map_or(PAUSE, |ends| ends.saturating_sub(now) / 2);
        let at = now.saturating_add(left.max(PAUSE));
        Self { refresh: self.refresh.map(|(_, refresh)| (at, refresh)), ..self }
    }

    /// The same, with nothing to be done until it is over.
    pub(super) fn left_alone(self) -> Self {
        Self { refresh: None, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn term(ttl: u64, renewable: bool) -> Term {
        Term { ttl: Some(seconds(ttl)), renewable }
    }

    #[test]
    fn a_token_is_renewed_when_two_thirds_of_its_time_are_over() {
        let lease = Lease::new(term(30, true), seconds(100), true);
        assert_eq!(lease.due(seconds(119)), None);
        assert_eq!(lease.due(seconds(120)), Some(Refresh::Renew));
        assert!(!lease.is_over(seconds(129)));
        assert!(lease.is_over(seconds(130)));
        let lease = lease.renewed(term(30, true), seconds(121), true);
        assert_eq!(lease.due(seconds(140)), None);
        assert_eq!(lease.due(seconds(141)), Some(Refresh::Renew));
    }

    #[test]
    fn a_token_that_cannot_be_renewed_is_replaced_or_lasts_as_long_as_it_does() {
        let replaced = Lease::new(term(30, false), seconds(0), true);
        assert_eq!(replaced.due(seconds(20)), Some(Refresh::Replace));
        let kept = Lease::new(term(30, false), seconds(0), false);
        assert_eq!(kept.due(seconds(29)), None);
        assert!(kept.is_over(seconds(30)));
    }

    #[test]
    fn a_token_as_old_as_it_may_become_is_not_renewed_for_ever_shorter_times() {
        let lease = Lease::new(term(30, true), seconds(0), true).renewed(term(10, true), seconds(20), true);
        assert_eq!(lease.due(seconds(28)), Some(Refresh::Replace));
        let lease = Lease::new(term(30, true), seconds(0), false).renewed(term(10, true), seconds(20), false);
        assert_eq!(lease.due(seconds(29)), None);
        assert!(lease.is_over(seconds(30)));
    }

    #[test]
    fn what_failed_is_tried_again_after_half_of_what_is_left() {
        let lease = Lease::new(term(30, true), seconds(0), true).postponed(seconds(20));
        assert_eq!(lease.due(seconds(24)), None);
        assert_eq!(lease.due(seconds(25)), Some(Refresh::Renew));
        let last = lease.postponed(seconds(29));
        assert_eq!(last.due(seconds(29)), None);
        assert!(last.is_over(seconds(30)));
    }

    #[test]
    fn a_token_without_an_end_is_never_over_and_a_very_long_one_is_no_trouble() {
        let root = Lease::new(Term { ttl: None, renewable: false }, seconds(5), false);
        assert!(!root.is_over(Duration::MAX));
        assert_eq!(root.due(Duration::MAX), None);
        assert_eq!(root.postponed(seconds(5)), root);
        let long = Lease::new(term(u64::MAX, true), seconds(5), true);
        assert!(!long.is_over(seconds(u64::MAX - 1)));
    }
}
