//! A store that is asked less often.

mod entries;
mod outage;
mod overdue;
mod stats;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use async_trait::async_trait;
use events::Clock;
use futures::FutureExt as _;
use futures::future::{Either, join_all, select};

use self::entries::{Entries, Flight, Found, Key, Late, Life, Patience};
use self::outage::PAUSE;
use self::overdue::Overdue;
use self::stats::Counts;
pub use self::stats::{CacheSnapshot, CacheStats};
use crate::{
    MetadataUpdate, ReadOptions, Result, Secret, SecretFields, SecretMetadata, SecretPath, SecretStore,
    SecretVersion, StoreInfo, VersionedStore, WriteOptions,
};

/// A store that remembers what it read for a while, and that reads each path once however many ask at once.
///
/// - **One read in flight.** All who ask for a path (and version) while it is being read wait for that one read and get its
///   answer, also if it is an error. One of them giving up does not disturb the others; when all have, the read is dropped.
/// - **Errors are not remembered**, and neither is that a secret was not found.
/// - **Writes and deletes through this store** forget the path before and after: nobody who asks after a write gets what
///   was read before it. What others write behind its back is seen after the [`ttl`](CachePolicy::ttl) at the latest.
///
///   A write that is given up, its future dropped, may be done all the same, and later: what is read until the store has done it
///   is what was before it, and remembered as long as anything. Run writes to their end, in a task of their own, where nobody may
///   see that.
/// - **Lists are not remembered.**
///
/// # While the store is away
/// With [`stale`](CachePolicy::stale), a value whose time is over is read anew like any other, and when that fails because the
/// store is [not there, too slow](crate::ErrorKind::Unavailable) or [wants to be left alone](crate::ErrorKind::RateLimited),
/// the value is the answer, for as long after its time as the policy says; it then [says so](Secret::stale). Every other answer
/// of the store is passed on and ends that: a value of which the store has said that it is gone, or not for us, or damaged, is
/// not answered again, however soon the store goes away after that. So does a write or a delete, also one that failed.
///
/// A store that is away often takes long to say so. Once one read of any path has found it away, who asks for a value that is
/// still held is given it at once; every 5 seconds one of them asks the store, and the first answer of any kind ends it.
///
/// A store that hangs never says so. A read that takes 10 seconds, and for which there is a value that is still held, has found the
/// store away too: those who wait for it are given the value. It may still end as any other, as long as somebody waits for it; when
/// nobody does, what the store has said 5 seconds later is heard on the next call, and a read that it has not answered by then is
/// dropped. Nothing else has a limit here: who asks for what is not held waits as long as the store takes.
///
/// # How long a value stays in memory
/// A value is dropped, and with it wiped, once it is older than the TTL (and `stale`), counted from the beginning of its read. That
/// happens on the next call of any kind on this store, not only on a read of the same path; without calls, when
/// [`sweeper`](Self::sweeper) runs, which a long-running host should spawn; or in [`purge_expired`](Self::purge_expired). A
/// [`Secret`] that was handed out lives as long as its holder keeps it: clones share the bytes, and the last one wipes them.
#[derive(Debug)]
pub struct Cached<S> {
    inner: Arc<S>,
    policy: CachePolicy,
    clock: Arc<dyn Clock>,
    entries: Arc<Mutex<Entries>>,
    overdue: Arc<Overdue>,
    counts: Arc<Counts>,
}

/// How long and how much a [`Cached`] store remembers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CachePolicy {
    /// How old a value may be, from the beginning of its read. Zero remembers nothing; reads in flight are still shared.
    pub ttl: Duration,
    /// How many values are kept; of more, those that expire first go. Zero remembers nothing.
    pub max_entries: usize,
    /// For how long after its time a value is answered while the store is away; none for never. See
    /// [`Cached`](Cached#while-the-store-is-away).
    pub stale: Option<Duration>,
}

/// 30 seconds, 1,024 values, none of them once its time is over.
impl Default for CachePolicy {
    fn default() -> Self {
        Self { ttl: Duration::from_secs(30), max_entries: 1024, stale: None }
    }
}

impl CachePolicy {
    /// How long a value is in memory at most.
    fn life(self) -> Duration {
        self.ttl.saturating_add(self.stale.unwrap_or_default())
    }
}

impl<S: SecretStore + 'static> Cached<S> {
    /// Remembers what `inner` answers, under this policy.
    #[must_use]
    pub fn new(inner: S, policy: CachePolicy, clock: Arc<dyn Clock>) -> Self {
        let entries = Arc::new(Mutex::new(Entries::new(policy.max_entries)));
        let (overdue, counts) = (Arc::default(), Arc::default());
        Self { inner: Arc::new(inner), policy, clock, entries, overdue, counts }
    }

    /// What it has done and holds, also after it is given away.
    #[must_use]
    pub fn stats(&self) -> CacheStats {
        let entries = Arc::downgrade(&self.entries);
        CacheStats { counts: Arc::clone(&self.counts), entries, clock: Arc::clone(&self.clock) }
    }

    /// Drops, and so wipes, all values that are older than the policy allows.
    pub fn purge_expired(&self) {
        let _purged = self.lock();
    }

    /// Forgets, and so wipes, all values; reads in flight are not remembered.
    pub fn clear(&self) {
        self.lock().0.clear();
        self.overdue.clear();
    }

    /// Drops values when their time has come, as long as the store lives: spawn it beside the store.
    pub fn sweeper(&self) -> impl Future<Output = ()> + Send + use<S> {
        let (entries, clock, life) = (Arc::downgrade(&self.entries), self.clock.clone(), self.policy.life());
        let overdue = Arc::downgrade(&self.overdue);
        async move {
            while let Some(wait) = sweep(&entries, &overdue, &*clock, life) {
                clock.sleep(wait).await;
            }
        }
    }

    /// The entries, with those gone whose time is over, and the time.
    fn lock(&self) -> (MutexGuard<'_, Entries>, Duration) {
        if self.policy.stale.is_some() {
            self.overdue.settle(self.clock.monotonic());
        }
        let mut entries = lock(&self.entries);
        let now = self.clock.monotonic();
        entries.purge(now);
        (entries, now)
    }

    /// What there is for a path; counted.
    fn find(
        &self,
        entries: &mut Entries,
        path: &SecretPath,
        version: Option<&SecretVersion>,
        now: Duration,
    ) -> Option<Found> {
        let found = entries.find(path, version, now);
        Counts::count(match &found {
            Some(Found::Held(_)) => &self.counts.hits,
            Some(Found::Flying(..)) => &self.counts.joined,
            None => &self.counts.misses,
        });
        found
    }

    /// Takes note of what is answered.
    fn told(&self, answer: Result<Secret>) -> Result<Secret> {
        if answer.as_ref().is_ok_and(|secret| secret.stale.is_some()) {
            Counts::count(&self.counts.stale);
        }
        answer
    }

    /// The value that is remembered, or the read that will tell: one that is under way, or a new one.
    fn find_or_begin(&self, path: &SecretPath, options: ReadOptions) -> Found {
        let (mut entries, now) = self.lock();
        if let Some(found) = self.find(&mut entries, path, options.version.as_ref(), now) {
            return found;
        }
        let landing = self.landing(&mut entries, [(path.clone(), options.version.clone())], now);
        let (inner, path, key) = (self.inner.clone(), path.clone(), landing.keys[0].clone());
        let read = async move {
            let mut answer = [inner.read(&path, options).await];
            landing.land(&mut answer);
            let [answer] = answer;
            answer
        };
        entries.begin(key, read.boxed().shared(), now)
    }

    /// The same for many, each once: what is neither remembered nor under way is asked for in one batch.
    fn find_or_begin_many(&self, paths: &[&SecretPath]) -> Vec<Found> {
        let (mut entries, now) = self.lock();
        let found: Vec<_> = paths.iter().map(|path| self.find(&mut entries, path, None, now)).collect();
        let missing = paths.iter().zip(&found).filter(|(_, found)| found.is_none());
        let missing: Vec<SecretPath> = missing.map(|(path, _)| (*path).clone()).collect();
        if missing.is_empty() {
            return found.into_iter().flatten().collect();
        }
        let landing = self.landing(&mut entries, missing.iter().map(|path| (path.clone(), None)), now);
        let mut keys = landing.keys.clone().into_iter().enumerate();
        let inner = self.inner.clone();
        let batch = async move {
            let mut answers = inner.read_many(&missing).await;
            for path in missing.iter().skip(answers.len()) {
                answers.push(Err(super::too_few_answers(path)));
            }
            landing.land(&mut answers);
            Arc::<[Result<Secret>]>::from(answers)
        };
        let batch = batch.boxed().shared();
        let mut begin = || {
            let (at, key) = keys.next()?;
            let flight = batch.clone().map(move |answers| answers[at].clone()).boxed().shared();
            Some(entries.begin(key, flight, now))
        };
        found.into_iter().filter_map(|found| found.or_else(&mut begin)).collect()
    }

    /// The value, or what the read tells; when that takes too long, the value that is there all the same.
    async fn answer(&self, found: Found) -> Result<Secret> {
        let (flight, patience) = match found {
            Found::Held(secret) => return Ok(secret),
            Found::Flying(flight, patience) => (flight, patience),
        };
        let Some(Patience { key, time }) = patience else { return flight.await };
        match select(flight, self.clock.sleep(time)).await {
            Either::Left((answer, _)) => answer,
            Either::Right(((), flight)) => match self.late(&key, &flight) {
                Some(secret) => Ok(secret),
                None => flight.await,
            },
        }
    }

    /// What there is in the place of a read that takes too long.
    fn late(&self, key: &Key, flight: &Flight) -> Option<Secret> {
        let (mut entries, now) = self.lock();
        let Late { answer, is_first } = entries.late(key, now)?;
        drop(entries);
        if is_first {
            self.overdue.keep(flight.clone(), now.saturating_add(PAUSE));
        }
        Some(answer)
    }

    fn landing(
        &self,
        entries: &mut Entries,
        keys: impl IntoIterator<Item = (SecretPath, Option<SecretVersion>)>,
        now: Duration,
    ) -> Landing {
        let keys = keys.into_iter().map(|(path, version)| entries.key(path, version)).collect();
        let CachePolicy { ttl, stale, .. } = self.policy;
        let fresh_until = now.saturating_add(ttl);
        let life = Life { fresh_until, kept_until: fresh_until.saturating_add(stale.unwrap_or_default()) };
        let (clock, entries) = (Arc::clone(&self.clock), Arc::clone(&self.entries));
        Landing { keys, life, keeps_stale: stale.is_some(), clock, entries }
    }

    /// Forgets `path` now, and again when the answer is dropped.
    fn forget<'a>(&'a self, path: &'a SecretPath) -> Forgetting<'a> {
        self.lock().0.forget(path);
        Forgetting { entries: &self.entries, path }
    }
}

fn lock(entries: &Mutex<Entries>) -> MutexGuard<'_, Entries> {
    entries.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How often a [`Cached::sweeper`] looks at most.
const SWEEP: Duration = Duration::from_millis(10);

/// Drops what has expired; returns when to look again. None when the store is gone.
fn sweep(
    entries: &Weak<Mutex<Entries>>,
    overdue: &Weak<Overdue>,
    clock: &dyn Clock,
    life: Duration,
) -> Option<Duration> {
    let (entries, overdue) = (entries.upgrade()?, overdue.upgrade()?);
    overdue.settle(clock.monotonic());
    let (mut entries, now) = (lock(&entries), clock.monotonic());
    entries.purge(now);
    // What is read from now on is not to be dropped before that has passed.
    let wait = entries.next_expiry().map_or(life, |expires| expires.saturating_sub(now));
    Some(wait.max(SWEEP))
}

/// Where reads that began together end up: remembered, unless their paths were forgotten since. Dropped before that, it
/// leaves nothing behind.
struct Landing {
    keys: Vec<Key>,
    life: Life,
    keeps_stale: bool,
    clock: Arc<dyn Clock>,
    entries: Arc<Mutex<Entries>>,
}

impl Landing {
    /// Remembers what is to be; what the store could not say now is replaced by what it said before, where that may be.
    fn land(&self, answers: &mut [Result<Secret>]) {
        let mut entries = lock(&self.entries);
        let now = self.clock.monotonic();
        for (key, answer) in self.keys.iter().zip(answers) {
            if self.keeps_stale {
                entries.outage.note(answer, now);
            }
            match answer {
                Ok(secret) if now < self.life.kept_until => entries.hold(key, secret, self.life),
                Err(error) if error.kind().is_retryable() => {
                    if let Some(stale) = entries.stale(key, now) {
                        *answer = Ok(stale);
                    }
                }
                _ => entries.discard(key),
            }
        }
    }
}

impl Drop for Landing {
    fn drop(&mut self) {
        let mut entries = lock(&self.entries);
        for key in &self.keys {
            entries.end(key);
        }
    }
}

struct Forgetting<'a> {
    entries: &'a Mutex<Entries>,
    path: &'a SecretPath,
}

/// Also when the write was given up, which may have happened all the same, or may yet: then what is read before it is remembered.
impl Drop for Forgetting<'_> {
    fn drop(&mut self) {
        lock(self.entries).forget(self.path);
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<S: SecretStore + 'static> SecretStore for Cached<S> {
    fn info(&self) -> StoreInfo {
        self.inner.info()
    }

    async fn read(&self, path: &SecretPath, options: ReadOptions) -> Result<Secret> {
        self.told(self.answer(self.find_or_begin(path, options)).await)
    }

    async fn read_many(&self, paths: &[SecretPath]) -> Vec<Result<Secret>> {
        let mut places: HashMap<&SecretPath, usize> = HashMap::with_capacity(paths.len());
        let mut unique = Vec::with_capacity(paths.len());
        for path in paths {
            places.entry(path).or_insert_with(|| {
                unique.push(path);
                unique.len() - 1
            });
        }
        let found = self.find_or_begin_many(&unique).into_iter();
        let answers = join_all(found.map(|found| self.answer(found))).await;
        paths.iter().map(|path| self.told(answers[places[path]].clone())).collect()
    }

    async fn write(
        &self,
        path: &SecretPath,
        fields: SecretFields,
        options: WriteOptions,
    ) -> Result<SecretVersion> {
        let _forgetting = self.forget(path);
        self.inner.write(path, fields, options).await
    }

    async fn delete(&self, path: &SecretPath) -> Result<()> {
        let _forgetting = self.forget(path);
        self.inner.delete(path).await
    }

    async fn list(&self, prefix: Option<&SecretPath>) -> Result<Vec<SecretPath>> {
        self.purge_expired();
        self.inner.list(prefix).await
    }

    fn versioned(&self) -> Option<&dyn VersionedStore> {
        self.inner.versioned().map(|_| self as _)
    }
}

/// Metadata is not remembered; a change of it forgets what was read of the secret, whose notes are part of that.
#[async_trait]
impl<S: SecretStore + 'static> VersionedStore for Cached<S> {
    async fn metadata(&self, path: &SecretPath) -> Result<SecretMetadata> {
        self.purge_expired();
        super::versions_of(&self.inner, "read the metadata of", path)?.metadata(path).await
    }

    async fn update_metadata(&self, path: &SecretPath, update: MetadataUpdate) -> Result<()> {
        let _forgetting = self.forget(path);
        super::versions_of(&self.inner, "change the metadata of", path)?.update_metadata(path, update).await
    }

    async fn delete_versions(&self, path: &SecretPath, versions: &[u64]) -> Result<()> {
        let _forgetting = self.forget(path);
        super::versions_of(&self.inner, "delete", path)?.delete_versions(path, versions).await
    }

    async fn undelete(&self, path: &SecretPath, versions: &[u64]) -> Result<()> {
        let _forgetting = self.forget(path);
        super::versions_of(&self.inner, "undelete", path)?.undelete(path, versions).await
    }

    async fn destroy(&self, path: &SecretPath, versions: &[u64]) -> Result<()> {
        let _forgetting = self.forget(path);
        super::versions_of(&self.inner, "destroy", path)?.destroy(path, versions).await
    }

    async fn remove(&self, path: &SecretPath) -> Result<()> {
        let _forgetting = self.forget(path);
        super::versions_of(&self.inner, "remove", path)?.remove(path).await
    }
}
