//! What a cache remembers, and what it is about to.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::time::Duration;

use futures::future::{BoxFuture, Shared, WeakShared};

use crate::{Result, Secret, SecretPath, SecretVersion};

/// A read that many may wait for. Whoever polls drives it; it is dropped with the last who waits.
pub(super) type Flight = Shared<BoxFuture<'static, Result<Secret>>>;

/// One read of one path and version. No two reads have the same.
#[derive(Clone)]
pub(super) struct Key {
    path: SecretPath,
    version: Option<SecretVersion>,
    id: u64,
}

/// What there is for a path.
pub(super) enum Found {
    Held(Secret),
    Flying(Flight),
}

impl Found {
    pub(super) async fn answer(self) -> Result<Secret> {
        match self {
            Self::Held(secret) => Ok(secret),
            Self::Flying(flight) => flight.await,
        }
    }
}

pub(super) struct Entries {
    max: usize,
    slots: HashMap<SecretPath, Vec<Slot>>,
    /// What is held, the first to expire first.
    held: BTreeMap<(Duration, u64), SecretPath>,
    next_id: u64,
}

/// What there is for a path and version, from the read with this id.
struct Slot {
    version: Option<SecretVersion>,
    id: u64,
    state: State,
}

enum State {
    Held(Secret, Duration),
    /// Weak, so that a read that nobody waits for any more is dropped.
    Flying(WeakShared<BoxFuture<'static, Result<Secret>>>),
}

impl Entries {
    pub(super) fn new(max: usize) -> Self {
        Self { max, slots: HashMap::new(), held: BTreeMap::new(), next_id: 0 }
    }

    pub(super) fn find(&self, path: &SecretPath, version: Option<&SecretVersion>) -> Option<Found> {
        let slot = self.slots.get(path)?.iter().find(|slot| slot.version.as_ref() == version)?;
        match &slot.state {
            State::Held(secret, _) => Some(Found::Held(secret.clone())),
            State::Flying(flight) => flight.upgrade().map(Found::Flying),
        }
    }

    /// A key for a read that begins now.
    pub(super) fn key(&mut self, path: SecretPath, version: Option<SecretVersion>) -> Key {
        self.next_id += 1;
        Key { path, version, id: self.next_id }
    }

    /// Notes that a read is under way.
    pub(super) fn begin(&mut self, key: Key, flight: &Flight) {
        let Some(flight) = flight.downgrade() else { return };
        let slots = self.slots.entry(key.path).or_default();
        slots.retain(|slot| slot.version != key.version);
        slots.push(Slot { version: key.version, id: key.id, state: State::Flying(flight) });
    }

    /// Holds the answer of a read, unless its path was forgotten since it began.
    pub(super) fn hold(&mut self, key: &Key, secret: &Secret, expires: Duration) {
        let slots = self.slots.get_mut(&key.path);
        if let Some(slot) = slots.and_then(|slots| slots.iter_mut().find(|slot| slot.id == key.id)) {
            slot.state = State::Held(secret.clone(), expires);
            self.held.insert((expires, key.id), key.path.clone());
        }
        while self.held.len() > self.max {
            self.drop_first();
        }
    }

    /// Notes that a read is not under way any more.
    pub(super) fn end(&mut self, key: &Key) {
        self.retain(&key.path, |slot| slot.id != key.id || matches!(slot.state, State::Held(..)));
    }

    /// Drops what is held of a path, and does not hold what is under way.
    pub(super) fn forget(&mut self, path: &SecretPath) {
        for slot in self.slots.remove(path).unwrap_or_default() {
            if let State::Held(_, expires) = slot.state {
                self.held.remove(&(expires, slot.id));
            }
        }
    }

    pub(super) fn clear(&mut self) {
        self.slots.clear();
        self.held.clear();
    }

    /// Drops what has expired.
    pub(super) fn purge(&mut self, now: Duration) {
        while self.next_expiry().is_some_and(|expires| expires <= now) {
            self.drop_first();
        }
    }

    pub(super) fn next_expiry(&self) -> Option<Duration> {
        self.held.first_key_value().map(|((expires, _), _)| *expires)
    }

    fn drop_first(&mut self) {
        if let Some(((_, id), path)) = self.held.pop_first() {
            self.retain(&path, |slot| slot.id != id);
        }
    }

    fn retain(&mut self, path: &SecretPath, keep: impl FnMut(&Slot) -> bool) {
        if let Some(slots) = self.slots.get_mut(path) {
            slots.retain(keep);
            if slots.is_empty() {
                self.slots.remove(path);
            }
        }
    }
}

/// How many values are held, and how many reads are under way; no value.
impl fmt::Debug for Entries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (held, all) = (self.held.len(), self.slots.values().map(Vec::len).sum::<usize>());
        f.debug_struct("Entries")
            .field("held", &held)
            .field("under_way", &(all - held))
            .finish_non_exhaustive()
    }
}
