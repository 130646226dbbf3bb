//! The store.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use async_trait::async_trait;
use events::Clock;

use super::entry::{Entry, Found};
use crate::{
    Capabilities, Detail, Error, ErrorKind, MetadataUpdate, Precondition, ReadOptions, Result, Secret,
    SecretFields, SecretMetadata, SecretPath, SecretStore, SecretVersion, StoreInfo, VersionedStore,
    WriteMode, WriteOptions,
};

/// Secrets in the memory of this process, gone with it: to try something, and for tests.
///
/// Under the rules of version 2 of Vault's key/value engine: versions are numbered from 1 and kept, ten of them unless a
/// secret [says otherwise](MetadataUpdate::max_versions); a delete marks the current one, and can be undone.
///
/// ```
/// # use std::sync::Arc;
/// # use secret_store::provider::memory::MemoryStore;
/// # use secret_store::{ReadOptions, SecretFields, SecretPath, SecretStore as _, WriteOptions};
/// # futures::executor::block_on(async {
/// let store = MemoryStore::new(Arc::new(events::SystemClock::new()));
/// let path = SecretPath::new("app/db")?;
/// let version = store.write(&path, SecretFields::plain("hunter2"), WriteOptions::replace()).await?;
/// assert_eq!(version.as_str(), "1");
/// assert_eq!(store.read(&path, ReadOptions::current()).await?.info.unwrap().number, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
pub struct MemoryStore {
    clock: Arc<dyn Clock>,
    entries: RwLock<BTreeMap<SecretPath, Entry>>,
}

impl MemoryStore {
    /// A store with nothing in it.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, entries: RwLock::default() }
    }

    fn look(&self) -> RwLockReadGuard<'_, BTreeMap<SecretPath, Entry>> {
        self.entries.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn edit(&self) -> RwLockWriteGuard<'_, BTreeMap<SecretPath, Entry>> {
        self.entries.write().unwrap_or_else(PoisonError::into_inner)
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

    /// Whether a write under this precondition may replace what is there.
    fn check(&self, path: &SecretPath, entry: &Entry, precondition: &Precondition) -> Result<()> {
        let is_there = matches!(entry.find(entry.current(), self.clock.now()), Found::Here(_));
        let holds = match precondition {
            Precondition::None if entry.cas_required => {
                let reason = "check-and-set parameter required for this call";
                return Err(self.error(ErrorKind::Invalid, "write", path, reason));
            }
            Precondition::None => true,
            Precondition::Absent => !is_there,
            Precondition::Version(version) => is_there && version.as_str() == entry.current().to_string(),
        };
        if holds {
            return Ok(());
        }
        let reason = if is_there { "the current version is another" } else { "there is no such secret" };
        Err(self.error(ErrorKind::Conflict, "write", path, reason))
    }

    fn change_versions(
        &self,
        operation: &'static str,
        path: &SecretPath,
        versions: &[u64],
        change: impl FnOnce(&mut Entry),
    ) -> Result<()> {
        if versions.is_empty() {
            return Err(self.error(ErrorKind::Invalid, operation, path, "there is no version to change"));
        }
        if let Some(entry) = self.edit().get_mut(path) {
            change(entry);
        }
        Ok(())
    }

    fn found(&self, path: &SecretPath, found: Found) -> Result<Secret> {
        match found {
            Found::Here(secret) => Ok(secret),
            Found::Nothing => Err(self.error(ErrorKind::NotFound, "read", path, "not found")),
            Found::Gone(info) => {
                let done = if info.version.destroyed { "destroyed" } else { "deleted" };
                let reason = format!("not found: version {} was {done}", info.number);
                let detail = Detail::new("read", reason).at(path).store(self.info().describe());
                Err(Error::new(ErrorKind::NotFound, detail.gone(info)))
            }
        }
    }
}

/// No value, and no path.
impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").field("secrets", &self.look().len()).finish_non_exhaustive()
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl SecretStore for MemoryStore {
    fn info(&self) -> StoreInfo {
        StoreInfo::new("memory", "this process", Capabilities { history: true, ..Capabilities::full() })
    }

    async fn read(&self, path: &SecretPath, options: ReadOptions) -> Result<Secret> {
        let entries = self.look();
        let found = match (entries.get(path), &options.version) {
            (None, _) => Found::Nothing,
            (Some(entry), None) => entry.find(entry.current(), self.clock.now()),
            (Some(entry), Some(version)) => match version.as_str().parse::<u64>() {
                Ok(number) if number.to_string() == version.as_str() => entry.find(number, self.clock.now()),
                _ => Found::Nothing,
            },
        };
        self.found(path, found)
    }

    async fn read_many(&self, paths: &[SecretPath]) -> Vec<Result<Secret>> {
        let (entries, now) = (self.look(), self.clock.now());
        let find = |path| entries.get(path).map_or(Found::Nothing, |entry| entry.find(entry.current(), now));
        paths.iter().map(|path| self.found(path, find(path))).collect()
    }

    async fn write(
        &self,
        path: &SecretPath,
        fields: SecretFields,
        options: WriteOptions,
    ) -> Result<SecretVersion> {
        if fields.is_empty() {
            return Err(self.error(ErrorKind::Invalid, "write", path, "there is no field to write"));
        }
        let now = self.clock.now();
        let mut entries = self.edit();
        let mut made = None;
        let entry = match entries.get_mut(path) {
            Some(entry) => entry,
            None => made.insert(Entry::new(now)),
        };
        self.check(path, entry, &options.precondition)?;
        let fields = match (options.mode, entry.find(entry.current(), now)) {
            (WriteMode::Merge, Found::Here(current)) => {
                let mut merged = SecretFields::clone(&current.fields);
                merged.extend(fields);
                merged
            }
            _ => fields,
        };
        let number = entry.push(fields, now);
        if let Some(entry) = made {
            entries.insert(path.clone(), entry);
        }
        Ok(SecretVersion::new(number.to_string()))
    }

    async fn delete(&self, path: &SecretPath) -> Result<()> {
        let now = self.clock.now();
        if let Some(entry) = self.edit().get_mut(path) {
            entry.delete(&[entry.current()], now);
        }
        Ok(())
    }

    async fn list(&self, prefix: Option<&SecretPath>) -> Result<Vec<SecretPath>> {
        let (entries, now) = (self.look(), self.clock.now());
        let is_there = |entry: &Entry| matches!(entry.find(entry.current(), now), Found::Here(_));
        let below = |path: &SecretPath| prefix.is_none_or(|prefix| path.strip_prefix(prefix).is_some());
        let listed = entries.iter().filter(|(path, entry)| below(path) && is_there(entry));
        Ok(listed.map(|(path, _)| path.clone()).collect())
    }

    fn versioned(&self) -> Option<&dyn VersionedStore> {
        Some(self)
    }
}

#[async_trait]
impl VersionedStore for MemoryStore {
    async fn metadata(&self, path: &SecretPath) -> Result<SecretMetadata> {
        let metadata = self.look().get(path).map(Entry::metadata);
        metadata.ok_or_else(|| self.error(ErrorKind::NotFound, "read the metadata of", path, "not found"))
    }

    async fn update_metadata(&self, path: &SecretPath, update: MetadataUpdate) -> Result<()> {
        let operation = "change the metadata of";
        if update.is_empty() {
            return Ok(());
        }
        let now = self.clock.now();
        let refused = |reason| self.error(ErrorKind::Invalid, operation, path, reason);
        let mut entries = self.edit();
        if let Some(entry) = entries.get_mut(path) {
            return entry.update(&update, now).map_err(refused);
        }
        if !update.create {
            return Err(self.error(ErrorKind::NotFound, operation, path, "not found"));
        }
        let mut entry = Entry::new(now);
        entry.update(&update, now).map_err(refused)?;
        entries.insert(path.clone(), entry);
        Ok(())
    }

    async fn delete_versions(&self, path: &SecretPath, versions: &[u64]) -> Result<()> {
        let now = self.clock.now();
        self.change_versions("delete", path, versions, |entry| entry.delete(versions, now))
    }

    async fn undelete(&self, path: &SecretPath, versions: &[u64]) -> Result<()> {
        let now = self.clock.now();
        self.change_versions("undelete", path, versions, |entry| entry.undelete(versions, now))
    }

    async fn destroy(&self, path: &SecretPath, versions: &[u64]) -> Result<()> {
        let now = self.clock.now();
        self.change_versions("destroy", path, versions, |entry| entry.destroy(versions, now))
    }

    async fn remove(&self, path: &SecretPath) -> Result<()> {
        self.edit().remove(path);
        Ok(())
    }
}
