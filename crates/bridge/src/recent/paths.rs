//! The last reads and writes, by path.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use events::{Outcome, RequestServed, Timestamp};

use super::is_read;
use super::rhythm::Rhythm;

/// In how many parts the paths are kept, so that requests do not wait for each other.
const SHARDS: usize = 64;

/// How many paths are remembered; of more, those go that nobody has asked for the longest.
const MOST: usize = 16_384;

/// What is remembered of a path of the API.
#[derive(Debug, Clone)]
pub(crate) struct Path {
    pub(crate) path: Box<str>,
    pub(crate) seen: Seen,
}

/// What was done at a path.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    /// Reads and lists that were answered, also with that there is nothing.
    pub(crate) read: Done,
    pub(crate) rhythm: Rhythm,
    /// None before the first, as of most paths.
    pub(crate) written: Option<Box<Done>>,
    /// Whatever was asked and could not be answered; none before the first.
    pub(crate) failed: Option<Box<Done>>,
    /// On the monotonic clock.
    touched: Duration,
}

/// How often something was done, and who did it last.
#[derive(Debug, Clone, Default)]
pub(crate) struct Done {
    pub(crate) count: u64,
    /// None before the first.
    pub(crate) at: Option<Timestamp>,
    pub(crate) actor: String,
    pub(crate) status: u16,
}

impl Done {
    fn note(&mut self, served: &RequestServed, actor: &str) {
        self.count += 1;
        self.at = Some(served.at);
        self.status = served.status;
        // It is mostly the same: then nothing is written to memory that another thread has in its cache as well.
        if self.actor != actor {
            actor.clone_into(&mut self.actor);
        }
    }
}

#[derive(Debug)]
pub(super) struct Paths {
    shards: Vec<Mutex<HashMap<Box<str>, Seen>>>,
    hash: RandomState,
}

impl Default for Paths {
    fn default() -> Self {
        Self { shards: (0..SHARDS).map(|_| Mutex::default()).collect(), hash: RandomState::new() }
    }
}

impl Paths {
    pub(super) fn note(&self, served: &RequestServed, actor: &str, now: Duration) {
        let path = served.path.as_str();
        let shard = usize::try_from(self.hash.hash_one(path) % SHARDS as u64).unwrap_or_default();
        let mut shard = self.shards[shard].lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(seen) = shard.get_mut(path) {
            return seen.note(served, actor, now);
        }
        if shard.len() >= MOST / SHARDS {
            let oldest = shard.iter().min_by_key(|(_, seen)| seen.touched).map(|(path, _)| path.clone());
            oldest.and_then(|path| shard.remove(&path));
        }
        shard.entry(path.into()).or_default().note(served, actor, now);
    }

    pub(super) fn all(&self, may_see: impl Fn(&str) -> bool) -> Vec<Path> {
        let mut all = Vec::new();
        for shard in &self.shards {
            let shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            let seen = shard.iter().filter(|(path, _)| may_see(path));
            all.extend(seen.map(|(path, seen)| Path { path: path.clone(), seen: seen.clone() }));
        }
        all
    }
}

impl Seen {
    fn note(&mut self, served: &RequestServed, actor: &str, now: Duration) {
        self.touched = now;
        let was_answered = served.outcome == Outcome::Ok || served.status == 404;
        match (was_answered, is_read(served)) {
            (false, _) => self.failed.get_or_insert_default().note(served, actor),
            (true, true) => {
                self.read.note(served, actor);
                self.rhythm.note(now);
            }
            (true, false) => self.written.get_or_insert_default().note(served, actor),
        }
    }

    /// When anything was done last.
    pub(crate) fn last(&self) -> Option<Timestamp> {
        let at = |done: &Option<Box<Done>>| done.as_ref().and_then(|done| done.at);
        self.read.at.max(at(&self.written)).max(at(&self.failed))
    }
}

#[cfg(test)]
mod tests {
    use events::Label;

    use super::*;

    fn read(path: &str, second: i64) -> RequestServed {
        RequestServed {
            at: Timestamp::from_second(second).unwrap(),
            request: Label::new("id"),
            remote: Label::new("192.0.2.7"),
            actor: None,
            method: Label::new("GET"),
            path: Label::new(path),
            fields: Vec::new(),
            status: 200,
            outcome: Outcome::Ok,
            duration: Duration::ZERO,
        }
    }

    #[test]
    fn there_is_a_bound_and_what_was_asked_for_last_stays() {
        let paths = Paths::default();
        for n in 0..24_000_u32 {
            let now = Duration::from_secs(n.into());
            paths.note(&read(&format!("secret/data/{n}"), n.into()), "somebody", now);
            // One that is asked for all the time.
            paths.note(&read("secret/data/often", n.into()), "somebody", now);
        }
        let all = paths.all(|_| true);
        assert!((15_000..=MOST).contains(&all.len()), "{}", all.len());
        let count =
            |path: &str| all.iter().find(|known| &*known.path == path).map(|known| known.seen.read.count);
        assert_eq!(count("secret/data/often"), Some(24_000));
        assert_eq!(count("secret/data/23999"), Some(1));
        assert_eq!(count("secret/data/0"), None);
        assert_eq!(paths.all(|path| path == "secret/data/often").len(), 1);
    }
}
