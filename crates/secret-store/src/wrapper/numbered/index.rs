//! Which secrets have a record.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use events::Clock;

use crate::{Result, SecretPath, SecretStore};

/// How long a list of records is believed.
const REFRESH: Duration = Duration::from_secs(30);

/// Which secrets have a record: known by one list for all of them, so that a secret without one costs one read.
#[derive(Debug, Default)]
pub(super) struct Index {
    known: Mutex<Known>,
    /// Who lists; the others wait for it.
    listing: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Known {
    listed: Option<Duration>,
    records: HashSet<SecretPath>,
    /// Records made while a list was under way, which it may not have.
    made: Vec<SecretPath>,
}

impl Index {
    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn look(&self, record: &SecretPath, now: Duration) -> Option<bool> {
        let known = self.lock();
        let is_fresh = known.listed.is_some_and(|listed| now < listed + REFRESH);
        // A record that was there is read, even if it may have gone since.
        (is_fresh || known.records.contains(record)).then(|| known.records.contains(record))
    }

    /// Whether there may be a record at `record`, below `prefix` of `store`. Of a store that cannot list there may.
    pub(super) async fn may_have(
        &self,
        store: &impl SecretStore,
        clock: &dyn Clock,
        prefix: &SecretPath,
        record: &SecretPath,
    ) -> Result<bool> {
        if !store.info().capabilities.list {
            return Ok(true);
        }
        if let Some(is_known) = self.look(record, clock.monotonic()) {
            return Ok(is_known);
        }
        let _turn = self.listing.lock().await;
        if let Some(is_known) = self.look(record, clock.monotonic()) {
            return Ok(is_known);
        }
        let began = clock.monotonic();
        self.lock().made.clear();
        let records = store.list(Some(prefix)).await?;
        let mut known = self.lock();
        known.records = records.into_iter().collect();
        let made = std::mem::take(&mut known.made);
        known.records.extend(made);
        known.listed = Some(began);
        Ok(known.records.contains(record))
    }

    /// There is a record now.
    pub(super) fn add(&self, record: &SecretPath) {
        let mut known = self.lock();
        known.made.push(record.clone());
        known.records.insert(record.clone());
    }
}
