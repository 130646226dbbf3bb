//! What has changed of tokens since they were made.

use std::collections::BTreeMap;

use secret_store::SecretFields;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::claims::Claims;

/// For how many seconds a revocation is kept after the token has ended: a replica whose clock is behind, and that has not heard of the
/// revocation yet, may try to renew it until then.
const KEPT_LONGER: i64 = 600;

/// How many revocations and renewals are kept unless somebody says otherwise: so many that the record stays below 512 KiB, as
/// Vault and OpenBao take no entry beyond 1 MiB, and over Consul none beyond 512 KiB.
///
/// Each is `"<32 digits of an id>":<a time>,`, which with a time of 10 digits, as until the year 2286, is 46 bytes; the record
/// is a text in the JSON of a secret there, where each quotation mark has a backslash before it, which makes 48. So these are
/// 432,000 bytes, and 513,000 with times of 19 digits, as long as there are. The first tokens, of
/// [no more than 64](MOST_REPLACED), are 64 times 89 bytes and so 5,696, and what is around all that is less than 300: at the very
/// most that is 518,996 of 524,288 bytes.
pub(super) const MOST: usize = 9000;

/// How many first tokens that were replaced are good at once; those that end first are dropped before.
const MOST_REPLACED: usize = 64;

/// What has changed of tokens since they were made: one record for all replicas. Times are in seconds since 1970.
///
/// Bounded: what says something of tokens that have ended goes with the next change, and when there is too much all the same,
/// [everything made before](Self::not_before) is refused.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct State {
    /// Tokens that are good no more, by id, and until when that has to be known.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) revoked: BTreeMap<String, i64>,
    /// Tokens that last longer than they say, by id, and until when.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) renewed: BTreeMap<String, i64>,
    /// Tokens that were made before are good no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) not_before: Option<i64>,
    #[serde(flatten)]
    pub(super) first: First,
}

/// What was seen of the bootstrap token.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct First {
    /// The MAC of the one that was seen last.
    #[serde(rename = "bootstrap", default, skip_serializing_if = "Option::is_none")]
    pub(super) mac: Option<String>,
    /// The MACs of those before it, and until when each is good.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) replaced: BTreeMap<String, i64>,
}

impl First {
    /// The one with this MAC is there; the one before it stays good until then.
    pub(super) fn saw(&mut self, mac: String, until: i64) {
        self.replaced.remove(&mac);
        let before = self.mac.replace(mac);
        if let Some(before) = before.filter(|before| self.mac.as_ref() != Some(before)) {
            self.replaced.insert(before, until);
        }
    }

    fn prune(&mut self, now: i64) {
        self.replaced.retain(|_, until| *until > now);
        while self.replaced.len() > MOST_REPLACED
            && let Some((mac, _)) = self.replaced.iter().min_by_key(|(_, until)| **until)
        {
            let mac = mac.clone();
            self.replaced.remove(&mac);
        }
    }

    /// None of those before is good for longer than this says.
    fn end_with(&mut self, other: &Self) {
        for (mac, until) in &mut self.replaced {
            if let Some(earlier) = other.replaced.get(mac) {
                *until = (*until).min(*earlier);
            }
        }
    }
}

/// A change of the state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    /// A token is good no more, which would have ended then.
    Revoke {
        id: String,
        expires: i64,
    },
    Renew {
        id: String,
        expires: i64,
    },
}

impl State {
    pub(super) fn apply(&mut self, change: &Change) {
        match change {
            Change::Revoke { id, expires } => {
                let renewed = self.renewed.remove(id).unwrap_or_default();
                let until = renewed.max(*expires).saturating_add(KEPT_LONGER);
                let known = self.revoked.entry(id.clone()).or_insert(until);
                *known = (*known).max(until);
            }
            // What was taken back ends when it would have, so that no more than its own time has to be remembered.
            Change::Renew { id, .. } if self.revoked.contains_key(id) => {}
            // Never shorter: two replicas may renew at once.
            Change::Renew { id, expires } => {
                let known = self.renewed.entry(id.clone()).or_insert(*expires);
                *known = (*known).max(*expires);
            }
        }
    }

    /// Notes that of the bootstrap token, where there `was` something else, more was seen. What somebody else has noted meanwhile
    /// stays, but no overlap gets longer.
    pub(super) fn note(&mut self, was: &First, is: &First) {
        if self.first == *was {
            self.first.clone_from(is);
        } else if was != is {
            self.first.end_with(is);
        }
    }

    /// Drops what says nothing any more; when there are more than `most` entries left, refuses everything made before now.
    pub(super) fn prune(&mut self, now: i64, most: usize) {
        self.revoked.retain(|_, until| *until > now);
        self.renewed.retain(|_, expires| *expires > now);
        self.first.prune(now);
        if self.revoked.len() + self.renewed.len() > most {
            self.revoked.clear();
            self.renewed.clear();
            self.not_before = Some(now + 1);
        }
    }

    /// Whether the token was taken back, or one that made it.
    pub(super) fn refuses(&self, claims: &Claims) -> bool {
        let is_revoked = |id: &String| self.revoked.contains_key(id);
        self.not_before.is_some_and(|time| claims.issued < time)
            || is_revoked(&claims.id)
            || claims.parents.iter().any(is_revoked)
    }

    /// When the token ends, as far as it was renewed.
    pub(super) fn expires(&self, claims: &Claims) -> i64 {
        self.renewed
            .get(&claims.id)
            .copied()
            .unwrap_or_default()
            .clamp(claims.expires, claims.ends.max(claims.expires))
    }

    pub(super) fn decode(fields: &SecretFields) -> Option<Self> {
        super::key::exposed(fields.as_plain()?, |text| serde_json::from_slice(text).ok())
    }

    pub(super) fn encode(&self) -> Option<SecretFields> {
        serde_json::to_vec(self).ok().map(|text| SecretFields::plain(Zeroizing::new(text)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(id: &str, issued: i64) -> Claims {
        Claims {
            id: id.to_owned(),
            policies: Vec::new(),
            display_name: String::new(),
            path: String::new(),
            metadata: BTreeMap::new(),
            issued,
            expires: issued + 60,
            ends: issued + 600,
            is_renewable: true,
            parents: vec!["parent".to_owned()],
        }
    }

    fn revoke(id: &str, expires: i64) -> Change {
        Change::Revoke { id: id.to_owned(), expires }
    }

    #[test]
    fn a_revoked_token_takes_those_that_it_made_with_it() {
        let mut state = State::default();
        assert!(!state.refuses(&claims("a", 0)));
        state.apply(&revoke("a", 600));
        assert!(state.refuses(&claims("a", 0)) && !state.refuses(&claims("b", 0)));
        state.apply(&revoke("parent", 600));
        assert!(state.refuses(&claims("b", 0)));
    }

    #[test]
    fn a_renewal_never_goes_beyond_the_end_nor_back() {
        let mut state = State::default();
        let renew = |expires| Change::Renew { id: "a".to_owned(), expires };
        assert_eq!(state.expires(&claims("a", 0)), 60);
        state.apply(&renew(100));
        state.apply(&renew(90));
        assert_eq!(state.expires(&claims("a", 0)), 100);
        state.apply(&renew(9000));
        assert_eq!(state.expires(&claims("a", 0)), 600);
    }

    #[test]
    fn what_has_ended_is_dropped_and_too_much_refuses_everything_before() {
        let mut state = State::default();
        (0..10).for_each(|number| state.apply(&revoke(&number.to_string(), 100 + number)));
        state.prune(KEPT_LONGER + 105, 5);
        assert_eq!((state.revoked.len(), state.not_before), (4, None));
        state.prune(KEPT_LONGER + 105, 3);
        assert!(state.revoked.is_empty());
        let now = KEPT_LONGER + 105;
        assert!(state.refuses(&claims("x", now)) && !state.refuses(&claims("x", now + 1)));
    }

    #[test]
    fn what_was_revoked_is_never_renewed_and_what_was_renewed_is_revoked_for_as_long() {
        let renew = |expires| Change::Renew { id: "a".to_owned(), expires };
        let mut state = State::default();
        state.apply(&revoke("a", 60));
        state.apply(&renew(500));
        assert_eq!((state.expires(&claims("a", 0)), state.refuses(&claims("a", 0))), (60, true));
        let mut state = State::default();
        state.apply(&renew(500));
        // By a replica that has not heard of the renewal.
        state.apply(&revoke("a", 60));
        state.prune(499, 100);
        assert!(state.refuses(&claims("a", 0)));
    }

    #[test]
    fn the_bootstrap_token_before_is_good_for_a_while() {
        let mut first = First::default();
        first.saw("one".to_owned(), 10);
        first.saw("one".to_owned(), 20);
        assert!(first.replaced.is_empty());
        first.saw("two".to_owned(), 30);
        assert_eq!(first.replaced, BTreeMap::from([("one".to_owned(), 30)]));
        // Back to the first.
        first.saw("one".to_owned(), 40);
        assert_eq!(first.replaced, BTreeMap::from([("two".to_owned(), 40)]));
        first.prune(40);
        assert!(first.replaced.is_empty());
    }

    #[test]
    fn what_somebody_else_has_noted_of_the_bootstrap_token_stays_and_no_overlap_gets_longer() {
        let first = |mac: &str, replaced: &[(&str, i64)]| First {
            mac: Some(mac.to_owned()),
            replaced: replaced.iter().map(|(mac, until)| ((*mac).to_owned(), *until)).collect(),
        };
        let (was, is) = (first("one", &[]), first("two", &[("one", 30)]));
        let mut state = State { first: was.clone(), ..State::default() };
        state.note(&was, &is);
        assert_eq!(state.first, is);
        let theirs = first("three", &[("one", 90), ("two", 90)]);
        state.first = theirs.clone();
        state.note(&is, &is);
        assert_eq!(state.first, theirs);
        state.note(&was, &is);
        assert_eq!(state.first, first("three", &[("one", 30), ("two", 90)]));
    }

    #[test]
    fn the_fullest_record_is_half_of_what_a_store_takes_in_the_json_of_a_secret() {
        let id = |number: usize| format!("{number:032x}");
        for (time, bytes) in [(9_999_999_000, 450_000), (i64::MAX, 512 * 1024)] {
            let mut state = State::default();
            (0..MOST / 2).for_each(|number| state.apply(&revoke(&id(number), time)));
            (MOST / 2..MOST).for_each(|number| state.apply(&Change::Renew { id: id(number), expires: time }));
            for number in 0..2 * MOST_REPLACED {
                state.first.saw(format!("{number:064x}"), time);
            }
            state.prune(0, MOST);
            assert_eq!((state.revoked.len() + state.renewed.len(), state.not_before), (MOST, None));
            assert_eq!(state.first.replaced.len(), MOST_REPLACED);
            state.not_before = Some(i64::MAX);
            let record = serde_json::to_string(&state).unwrap();
            let stored = serde_json::json!({ "data": { "value": record }, "options": { "cas": u64::MAX } });
            let stored = stored.to_string().len();
            assert!(stored < bytes, "{stored}");
        }
    }

    #[test]
    fn of_too_many_first_tokens_those_that_end_first_are_dropped() {
        let mut state = State::default();
        for number in 0..=100 {
            state.first.saw(number.to_string(), 1000 - number);
        }
        state.prune(0, MOST);
        let until: Vec<_> = state.first.replaced.into_values().collect();
        assert_eq!((until.len(), until.iter().min()), (MOST_REPLACED, Some(&(1000 - 64))));
    }

    #[test]
    fn it_is_read_as_it_was_written() {
        let mut state = State::default();
        state.apply(&revoke("a", 600));
        state.first.saw("l".to_owned(), 1);
        state.first.saw("m".to_owned(), 2);
        let text = serde_json::to_string(&state).unwrap();
        assert_eq!(text, r#"{"revoked":{"a":1200},"bootstrap":"m","replaced":{"l":2}}"#);
        assert_eq!(State::decode(&state.encode().unwrap()), Some(state));
        assert_eq!(State::decode(&SecretFields::plain("no state")), None);
    }
}
