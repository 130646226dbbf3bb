//! What a cache remembers, and what it is about to.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::time::Duration;

use futures::future::{BoxFuture, Shared, WeakShared};
use smallvec::SmallVec;

use super::outage::{Outage, PATIENCE};
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
    /// Somebody else's read, or, where it was not found but begun, one's own; and how long to wait for it, where there is an old
    /// answer.
    Flying(Flight, Option<Patience>),
}

/// How long a read is waited for.
pub(super) struct Patience {
    pub(super) key: Key,
    pub(super) time: Duration,
}

/// What is answered in the place of a read that takes too long.
pub(super) struct Late {
    pub(super) answer: Secret,
    /// Whether it is the first answer of that kind in the place of this read.
    pub(super) is_first: bool,
}

/// How long an answer may be given, on the monotonic clock.
#[derive(Debug, Clone, Copy)]
pub(super) struct Life {
    /// Until then it is as good as the store's.
    pub(super) fresh_until: Duration,
    /// Until then it is better than none.
    pub(super) kept_until: Duration,
}

pub(super) struct Entries {
    max: usize,
    /// One of a path is what there is mostly: it stands in the map itself, so that a read does not look for it in yet another place.
    slots: HashMap<SecretPath, SmallVec<[Slot; 1]>>,
    /// What is held, the first to be dropped first.
    held: BTreeMap<(Duration, u64), SecretPath>,
    next_id: u64,
    /// What is known of the store's absence.
    pub(super) outage: Outage,
    /// How many values had to go before their time.
    pub(super) evicted: u64,
}

/// What there is for a path and version: an answer, a read that is under way, or, while an old answer is read anew, both.
struct Slot {
    version: Option<SecretVersion>,
    held: Option<Held>,
    flying: Option<Flying>,
}

/// The answer of the read with this id.
struct Held {
    id: u64,
    secret: Secret,
    life: Life,
}

/// The read with this id. Weak, so that one that nobody waits for any more is dropped.
struct Flying {
    id: u64,
    /// From then on it has taken too long.
    late_at: Duration,
    /// Whether it has, and somebody was given the old answer.
    is_late: bool,
    flight: WeakShared<BoxFuture<'static, Result<Secret>>>,
}

impl Entries {
    pub(super) fn new(max: usize) -> Self {
        Self {
            max,
            slots: HashMap::new(),
            held: BTreeMap::new(),
            next_id: 0,
            outage: Outage::default(),
            evicted: 0,
        }
    }

    pub(super) fn find(
        &mut self,
        path: &SecretPath,
        version: Option<&SecretVersion>,
        now: Duration,
    ) -> Option<Found> {
        let slot = self.slots.get(path)?.iter().find(|slot| slot.version.as_ref() == version)?;
        if let Some(held) = &slot.held {
            let is_fresh = now < held.life.fresh_until;
            // While the store is known to be away, nobody waits for what is there.
            if is_fresh || self.outage.spares(now) {
                return Some(Found::Held(held.answer(now)));
            }
        }
        let flying = slot.flying.as_ref()?;
        let flight = flying.flight.upgrade()?;
        let patience = slot.held.is_some().then(|| Patience {
            key: Key { path: path.clone(), version: version.cloned(), id: flying.id },
            time: flying.late_at.saturating_sub(now),
        });
        Some(Found::Flying(flight, patience))
    }

    /// What is there for a read that has found its store away.
    pub(super) fn stale(&self, key: &Key, now: Duration) -> Option<Secret> {
        let slot = self.slots.get(&key.path)?.iter().find(|slot| slot.is_of(key))?;
        let held = slot.held.as_ref()?;
        (now < held.life.kept_until).then(|| held.answer(now))
    }

    /// What is there for a read that takes too long, by which its store is away. None when its path was forgotten since it began.
    pub(super) fn late(&mut self, key: &Key, now: Duration) -> Option<Late> {
        let slot = self.slots.get_mut(&key.path)?.iter_mut().find(|slot| slot.is_of(key))?;
        let held = slot.held.as_ref().filter(|held| now < held.life.kept_until)?;
        let is_first =
            slot.flying.as_mut().is_some_and(|flying| !std::mem::replace(&mut flying.is_late, true));
        if is_first {
            self.outage.begin(now);
        }
        Some(Late { answer: held.answer(now), is_first })
    }

    /// A key for a read that begins now.
    pub(super) fn key(&mut self, path: SecretPath, version: Option<SecretVersion>) -> Key {
        self.next_id += 1;
        Key { path, version, id: self.next_id }
    }

    /// Notes that a read is under way, from now on.
    pub(super) fn begin(&mut self, key: Key, flight: Flight, now: Duration) -> Found {
        let Some(weak) = flight.downgrade() else { return Found::Flying(flight, None) };
        let late_at = now.saturating_add(PATIENCE);
        let flying = Some(Flying { id: key.id, late_at, is_late: false, flight: weak });
        let slots = self.slots.entry(key.path.clone()).or_default();
        let patience = if let Some(slot) = slots.iter_mut().find(|slot| slot.version == key.version) {
            slot.flying = flying;
            slot.held.is_some().then_some(Patience { key, time: PATIENCE })
        } else {
            slots.push(Slot { version: key.version, held: None, flying });
            None
        };
        Found::Flying(flight, patience)
    }

    /// Holds the answer of a read, unless its path was forgotten since it began.
    pub(super) fn hold(&mut self, key: &Key, secret: &Secret, life: Life) {
        let slots = self.slots.get_mut(&key.path);
        if let Some(slot) = slots.and_then(|slots| slots.iter_mut().find(|slot| slot.is_of(key))) {
            slot.flying = None;
            if let Some(before) = slot.held.replace(Held { id: key.id, secret: secret.clone(), life }) {
                self.held.remove(&before.place());
            }
            self.held.insert((life.kept_until, key.id), key.path.clone());
        }
        while self.held.len() > self.max {
            self.drop_first();
            self.evicted += 1;
        }
    }

    /// Drops what was held of what this read was to tell anew: the store has said something else.
    pub(super) fn discard(&mut self, key: &Key) {
        let slots = self.slots.get_mut(&key.path);
        let slot = slots.and_then(|slots| slots.iter_mut().find(|slot| slot.is_of(key)));
        if let Some(before) = slot.and_then(|slot| slot.held.take()) {
            self.held.remove(&before.place());
        }
    }

    /// Notes that a read is not under way any more.
    pub(super) fn end(&mut self, key: &Key) {
        self.change(&key.path, |slot| {
            if slot.is_of(key) {
                slot.flying = None;
            }
        });
    }

    /// Drops what is held of a path, and does not hold what is under way.
    pub(super) fn forget(&mut self, path: &SecretPath) {
        for held in self.slots.remove(path).unwrap_or_default().into_iter().filter_map(|slot| slot.held) {
            self.held.remove(&held.place());
        }
    }

    pub(super) fn clear(&mut self) {
        self.slots.clear();
        self.held.clear();
    }

    /// Drops what is not kept any longer.
    pub(super) fn purge(&mut self, now: Duration) {
        while self.next_expiry().is_some_and(|expires| expires <= now) {
            self.drop_first();
        }
    }

    pub(super) fn next_expiry(&self) -> Option<Duration> {
        self.held.first_key_value().map(|((expires, _), _)| *expires)
    }

    /// How many values are held, and how many reads are under way.
    pub(super) fn count(&self) -> (usize, usize) {
        let flying = self.slots.values().flatten().filter(|slot| slot.flying.is_some()).count();
        (self.held.len(), flying)
    }

    fn drop_first(&mut self) {
        if let Some(((_, id), path)) = self.held.pop_first() {
            self.change(&path, |slot| {
                slot.held.take_if(|held| held.id == id);
            });
        }
    }

    /// Changes the slots of a path; those in which nothing is left go.
    fn change(&mut self, path: &SecretPath, change: impl FnMut(&mut Slot)) {
        if let Some(slots) = self.slots.get_mut(path) {
            slots.iter_mut().for_each(change);
            slots.retain(|slot| slot.held.is_some() || slot.flying.is_some());
            if slots.is_empty() {
                self.slots.remove(path);
            }
        }
    }
}

impl Slot {
    fn is_of(&self, key: &Key) -> bool {
        self.flying.as_ref().is_some_and(|flying| flying.id == key.id)
    }
}

impl Held {
    fn place(&self) -> (Duration, u64) {
        (self.life.kept_until, self.id)
    }

    /// What is held, with how long ago its time was over.
    fn answer(&self, now: Duration) -> Secret {
        let mut secret = self.secret.clone();
        secret.stale = now.checked_sub(self.life.fresh_until);
        secret
    }
}

/// How many values are held, and how many reads are under way; no value.
impl fmt::Debug for Entries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (held, under_way) = self.count();
        f.debug_struct("Entries").field("held", &held).field("under_way", &under_way).finish_non_exhaustive()
    }
}
