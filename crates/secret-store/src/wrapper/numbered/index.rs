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
    /// Records made while a list is under way, which it may not have; none while there is no list under way.
    made: Option<HashSet<SecretPath>>,
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
        let _underway = self.begin();
        let records = store.list(Some(prefix)).await?;
        let mut known = self.lock();
        known.records = records.into_iter().collect();
        let made = known.made.take().unwrap_or_default();
        known.records.extend(made);
        known.listed = Some(began);
        Ok(known.records.contains(record))
    }

    /// A list begins: what is made from now on is noted, until it ends.
    fn begin(&self) -> Underway<'_> {
        self.lock().made = Some(HashSet::new());
        Underway(self)
    }

    /// There is a record now.
    pub(super) fn add(&self, record: &SecretPath) {
        let mut known = self.lock();
        if let Some(made) = &mut known.made {
            made.insert(record.clone());
        }
        known.records.insert(record.clone());
    }
}

/// A list under way.
struct Underway<'a>(&'a Index);

/// Also when it has failed, or was given up.
impl Drop for Underway<'_> {
    fn drop(&mut self) {
        self.0.lock().made = None;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use async_trait::async_trait;
    use events::SystemClock;
    use futures::FutureExt as _;

    use super::*;
    use crate::{
        Capabilities, Detail, Error, ErrorKind, ReadOptions, Secret, SecretFields, SecretVersion, StoreInfo,
        WriteOptions,
    };

    fn path(text: &str) -> SecretPath {
        SecretPath::new(text).unwrap()
    }

    /// A store in whose lists, all the same, the record is not that is made meanwhile.
    #[derive(Debug)]
    struct Listed {
        index: Arc<Index>,
        ends: Option<Result<()>>,
    }

    #[async_trait]
    impl SecretStore for Listed {
        fn info(&self) -> StoreInfo {
            StoreInfo::new("listed", "a test", Capabilities::full())
        }

        async fn read(&self, _: &SecretPath, _: ReadOptions) -> Result<Secret> {
            unreachable!("it is only listed")
        }

        async fn write(&self, _: &SecretPath, _: SecretFields, _: WriteOptions) -> Result<SecretVersion> {
            unreachable!("it is only listed")
        }

        async fn delete(&self, _: &SecretPath) -> Result<()> {
            unreachable!("it is only listed")
        }

        async fn list(&self, _: Option<&SecretPath>) -> Result<Vec<SecretPath>> {
            self.index.add(&path("records/meanwhile"));
            match &self.ends {
                Some(end) => end.clone().map(|()| vec![path("records/listed")]),
                None => std::future::pending().await,
            }
        }
    }

    #[test]
    fn what_is_made_is_noted_only_while_a_list_is_under_way() {
        let away = Error::new(ErrorKind::Unavailable, Detail::new("list", "away"));
        for ends in [Some(Ok(())), Some(Err(away)), None] {
            let index = Arc::new(Index::default());
            for turn in 0..1000 {
                index.add(&path(&format!("records/{}", turn % 10)));
            }
            assert!(index.lock().made.is_none());
            assert_eq!(index.lock().records.len(), 10);

            let store = Listed { index: Arc::clone(&index), ends };
            let (clock, prefix) = (SystemClock::new(), path("records"));
            let asked = ["meanwhile", "listed", "neither"].map(|name| {
                let record = path(&format!("records/{name}"));
                index.may_have(&store, &clock, &prefix, &record).now_or_never().and_then(Result::ok)
            });
            assert!(index.lock().made.is_none(), "{:?}", store.ends);
            if matches!(store.ends, Some(Ok(()))) {
                assert_eq!(asked, [Some(true), Some(true), Some(false)]);
            }
        }
    }
}
