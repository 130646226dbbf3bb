//! Versions and notes for stores that have none.

mod change;
mod index;
mod record;
mod state;
mod told;
mod versions;

use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use events::Clock;

use self::index::Index;
use self::record::Record;
use self::told::Told;
use crate::{
    Capabilities, Detail, Error, ErrorKind, Precondition, ReadOptions, Result, Secret, SecretFields,
    SecretPath, SecretStore, SecretVersion, StoreInfo, VersionedStore, WriteOptions,
};

/// How often a write begins anew because somebody else wrote in between.
const ATTEMPTS: usize = 32;

/// The last segment of each record's path: there are stores in which what is a secret has nothing below it, and `app` may
/// have been one before `app/db` was.
const LAST_SEGMENT: &str = "_record";

/// How many writes to different secrets may be under way at once.
const LANES: usize = 64;

/// A store whose secrets get numbered versions and notes, by records that are kept in the same store.
///
/// A record of `app/db` is at `<records>/app/db/_record`, and holds its number, which of the store's own versions has that number, and
/// the notes. It is written after the secret; what it has not been told is found out: a secret without a record is version 1,
/// and one whose own version is not that of its record is the next one.
///
/// - **One version is kept**, as by an engine of Vault whose `max_versions` is 1: an older one is not found, and what is
///   deleted is destroyed as well.
/// - **Numbers as preconditions** hold against writers who know nothing of them: the store's own precondition stands behind
///   each. Two changes by others after each other are told apart by a process that has told the first one's number; a program
///   that runs in several processes on one store, or was started in between, gives both the same.
/// - **A read costs one read**, and two where there is a record: which have one is known from one list of the records
///   every 30 seconds. A note that another process wrote may be missing for that long on a secret that had no record.
/// - **The records are out of reach** through this store: reading, writing and listing them is
///   [`PermissionDenied`](ErrorKind::PermissionDenied), and lists leave them out.
///
/// Of a store whose reads tell no version, a change by others is not seen: it has the number of what it replaced. Where the store has
/// no check-and-set, writes under a precondition are [`Unsupported`](ErrorKind::Unsupported), and so is requiring them.
///
/// A store that has numbers itself is left as it is, but for the records' place.
#[derive(Debug)]
pub struct Numbered<S> {
    inner: S,
    records: SecretPath,
    clock: Arc<dyn Clock>,
    index: Index,
    told: Mutex<Told>,
    lanes: Vec<tokio::sync::Mutex<()>>,
}

impl<S: SecretStore> Numbered<S> {
    /// Numbers what `inner` holds, with records below `records`.
    #[must_use]
    pub fn new(inner: S, records: SecretPath, clock: Arc<dyn Clock>) -> Self {
        let lanes = (0..LANES).map(|_| tokio::sync::Mutex::new(())).collect();
        Self { inner, records, clock, index: Index::default(), told: Mutex::default(), lanes }
    }

    fn error(
        &self,
        kind: ErrorKind,
        operation: &'static str,
        path: &SecretPath,
        reason: impl Into<std::borrow::Cow<'static, str>>,
    ) -> Error {
        Error::new(kind, Detail::new(operation, reason).at(path).store(self.info().describe()))
    }

    /// # Errors
    /// [`PermissionDenied`](ErrorKind::PermissionDenied) where the records are.
    fn check_reach(&self, operation: &'static str, path: &SecretPath) -> Result<()> {
        if !path.is_within(&self.records) {
            return Ok(());
        }
        let reason = format!("what is below {} is kept by secretbridge itself", self.records);
        Err(self.error(ErrorKind::PermissionDenied, operation, path, reason))
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lane(&self, path: &SecretPath) -> &tokio::sync::Mutex<()> {
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(path);
        &self.lanes[usize::try_from(hash % LANES as u64).unwrap_or_default()]
    }

    /// Where the record of `path` is; none for a path that is too long to have one.
    fn record_path(&self, path: &SecretPath) -> Option<SecretPath> {
        SecretPath::new(&format!("{}/{path}/{LAST_SEGMENT}", self.records)).ok()
    }

    fn contended(&self, operation: &'static str, path: &SecretPath) -> Error {
        self.error(ErrorKind::Unavailable, operation, path, "others change it all the time")
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<S: SecretStore> SecretStore for Numbered<S> {
    fn info(&self) -> StoreInfo {
        let info = self.inner.info();
        let history = info.capabilities.history && self.inner.versioned().is_some();
        StoreInfo { capabilities: Capabilities { history, ..info.capabilities }, ..info }
    }

    async fn read(&self, path: &SecretPath, options: ReadOptions) -> Result<Secret> {
        self.check_reach("read", path)?;
        if self.inner.versioned().is_some() {
            return self.inner.read(path, options).await;
        }
        let record = self.known_record(path).await?;
        let answer = self.inner.read(path, ReadOptions::current()).await;
        let answer = self.answer(path, record.as_ref(), answer);
        let Some(version) = options.version else { return answer };
        let number = match &answer {
            Ok(secret) => secret.version.clone(),
            Err(error) => error.gone().map(|info| SecretVersion::new(info.number.to_string())),
        };
        match answer {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            answer if number.as_ref() == Some(&version) => answer,
            _ => {
                let reason =
                    format!("not found: there is no version {version}; this store keeps the current one");
                Err(self.error(ErrorKind::NotFound, "read", path, reason))
            }
        }
    }

    async fn read_many(&self, paths: &[SecretPath]) -> Vec<Result<Secret>> {
        if self.inner.versioned().is_some() {
            let refused = paths.iter().any(|path| self.check_reach("read", path).is_err());
            if !refused {
                return self.inner.read_many(paths).await;
            }
        }
        let mut records: Vec<Result<Option<Record>>> = Vec::with_capacity(paths.len());
        let (mut asked, mut places) = (Vec::new(), Vec::new());
        for (place, path) in paths.iter().enumerate() {
            let known = match (self.check_reach("read", path), self.record_path(path)) {
                (Err(error), _) => Err(error),
                (Ok(()), None) => Ok(false),
                (Ok(()), Some(record)) => {
                    let known = self.index.may_have(&self.inner, &*self.clock, &self.records, &record).await;
                    if matches!(known, Ok(true)) {
                        asked.push(record);
                        places.push(place);
                    }
                    known
                }
            };
            records.push(known.map(|_| None));
        }
        if !asked.is_empty() {
            for (place, (at, answer)) in
                places.iter().zip(asked.iter().zip(self.inner.read_many(&asked).await))
            {
                records[*place] = match answer {
                    Ok(secret) => self.decoded(at, &secret).map(Some),
                    Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
                    Err(error) => Err(error.with_path(Some(paths[*place].clone()))),
                };
            }
        }
        let readable: Vec<_> = paths.iter().zip(&records).filter(|(_, record)| record.is_ok()).collect();
        let readable: Vec<_> = readable.into_iter().map(|(path, _)| path.clone()).collect();
        let mut answers = self.inner.read_many(&readable).await.into_iter();
        let answer = |(path, record): (&SecretPath, Result<Option<Record>>)| {
            let record = record?;
            let answer = answers.next().unwrap_or_else(|| Err(super::too_few_answers(path)));
            self.answer(path, record.as_ref(), answer)
        };
        paths.iter().zip(records).map(answer).collect()
    }

    async fn write(
        &self,
        path: &SecretPath,
        fields: SecretFields,
        options: WriteOptions,
    ) -> Result<SecretVersion> {
        self.check_reach("write", path)?;
        if self.inner.versioned().is_some() || !self.inner.info().capabilities.write {
            return self.inner.write(path, fields, options).await;
        }
        if self.record_path(path).is_none() {
            return Err(self.error(
                ErrorKind::Invalid,
                "write",
                path,
                "the path is too long to have a record",
            ));
        }
        if options.precondition != Precondition::None && !self.inner.info().capabilities.check_and_set {
            return self.inner.write(path, fields, options).await;
        }
        self.write_numbered(path, &fields, &options).await
    }

    async fn delete(&self, path: &SecretPath) -> Result<()> {
        if self.inner.versioned().is_some() || !self.inner.info().capabilities.write {
            self.check_reach("delete", path)?;
            return self.inner.delete(path).await;
        }
        self.delete_current(path, None).await
    }

    async fn list(&self, prefix: Option<&SecretPath>) -> Result<Vec<SecretPath>> {
        if let Some(prefix) = prefix {
            self.check_reach("list", prefix)?;
        }
        let mut paths = self.inner.list(prefix).await?;
        paths.retain(|path| !path.is_within(&self.records));
        Ok(paths)
    }

    fn versioned(&self) -> Option<&dyn VersionedStore> {
        Some(self)
    }
}
