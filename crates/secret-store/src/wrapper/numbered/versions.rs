//! Versions and notes.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;

use super::record::Record;
use super::state::version_there;
use super::{ATTEMPTS, Numbered};
use crate::{ErrorKind, MetadataUpdate, Result, SecretMetadata, SecretPath, SecretStore, VersionedStore};

impl<S: SecretStore> Numbered<S> {
    fn some_versions(&self, operation: &'static str, path: &SecretPath, versions: &[u64]) -> Result<()> {
        self.check_reach(operation, path)?;
        if versions.is_empty() {
            return Err(self.error(ErrorKind::Invalid, operation, path, "there is no version to change"));
        }
        Ok(())
    }

    /// # Errors
    /// [`Unsupported`](ErrorKind::Unsupported) for what asks for more than one version, for versions that end by
    /// themselves, or for writes under conditions that the store cannot check.
    fn check_settings(&self, path: &SecretPath, update: &MetadataUpdate) -> Result<()> {
        let refuse = |reason| Err(self.error(ErrorKind::Unsupported, "change the metadata of", path, reason));
        if update.max_versions.is_some_and(|most| most > 1) {
            return refuse(
                "this store keeps one version of a secret: max_versions can be 1, and nothing else",
            );
        }
        if update.delete_version_after.is_some_and(|after| after.as_secs() > 0) {
            return refuse("this store deletes no version by itself: delete_version_after can only be 0s");
        }
        if update.cas_required == Some(true) && !self.inner.info().capabilities.check_and_set {
            return refuse("this store has no check-and-set: with cas_required, nobody could write it");
        }
        Ok(())
    }
}

#[async_trait]
impl<S: SecretStore> VersionedStore for Numbered<S> {
    async fn metadata(&self, path: &SecretPath) -> Result<SecretMetadata> {
        let operation = "read the metadata of";
        self.check_reach(operation, path)?;
        if let Some(inner) = self.inner.versioned() {
            return inner.metadata(path).await;
        }
        let state = self.state(path).await?;
        let version = match (&state.current, &state.record) {
            (None, None) => return Err(self.error(ErrorKind::NotFound, operation, path, "not found")),
            (Some(secret), record) => Some(version_there(record.as_ref(), secret.version.as_ref())),
            (None, Some(record)) => (record.number > 0).then(|| record.gone()),
        };
        let versions: BTreeMap<_, _> = version.map(|version| (state.number, version)).into_iter().collect();
        let unknown = || Record { created: None, ..Record::new(self.clock.now()) };
        let is_known = state.record.is_some();
        let metadata = state.record.unwrap_or_else(unknown).metadata(versions);
        Ok(if is_known { metadata } else { SecretMetadata { updated: None, ..metadata } })
    }

    async fn update_metadata(&self, path: &SecretPath, update: MetadataUpdate) -> Result<()> {
        let operation = "change the metadata of";
        self.check_reach(operation, path)?;
        if let Some(inner) = self.inner.versioned() {
            return inner.update_metadata(path, update).await;
        }
        if update.is_empty() {
            return Ok(());
        }
        self.check_settings(path, &update)?;
        let _lane = self.lane(path).lock().await;
        for _ in 0..ATTEMPTS {
            let state = self.state(path).await?;
            let now = self.clock.now();
            let mut record = match (&state.record, &state.current) {
                (None, None) if !update.create => {
                    return Err(self.error(ErrorKind::NotFound, operation, path, "not found"));
                }
                (None, None) => Record::new(now),
                (None, Some(secret)) => Record::of_unknown(state.number, secret.version.as_ref(), now),
                (Some(record), Some(secret)) if !record.is_of(secret.version.as_ref()) => Record {
                    notes: Arc::clone(&record.notes),
                    cas_required: record.cas_required,
                    created: record.created,
                    ..Record::of_unknown(state.number, secret.version.as_ref(), now)
                },
                (Some(record), _) => record.clone(),
            };
            let notes = update.notes_after(&record.notes);
            if let Some(notes) =
                notes.map_err(|reason| self.error(ErrorKind::Invalid, operation, path, reason))?
            {
                record.notes = Arc::new(notes);
            }
            // What was seen and is gone has had its number.
            record.number = state.number;
            record.cas_required = update.cas_required.unwrap_or(record.cas_required);
            record.updated = now;
            if self.write_record(path, &record, &state).await? {
                return Ok(());
            }
        }
        Err(self.contended(operation, path))
    }

    async fn delete_versions(&self, path: &SecretPath, versions: &[u64]) -> Result<()> {
        self.some_versions("delete", path, versions)?;
        match self.inner.versioned() {
            Some(inner) => inner.delete_versions(path, versions).await,
            None => self.delete_current(path, Some(versions)).await,
        }
    }

    async fn undelete(&self, path: &SecretPath, versions: &[u64]) -> Result<()> {
        self.some_versions("undelete", path, versions)?;
        match self.inner.versioned() {
            Some(inner) => inner.undelete(path, versions).await,
            // What was deleted is destroyed.
            None => Ok(()),
        }
    }

    async fn destroy(&self, path: &SecretPath, versions: &[u64]) -> Result<()> {
        self.some_versions("destroy", path, versions)?;
        match self.inner.versioned() {
            Some(inner) => inner.destroy(path, versions).await,
            None => self.delete_current(path, Some(versions)).await,
        }
    }

    async fn remove(&self, path: &SecretPath) -> Result<()> {
        self.check_reach("remove", path)?;
        if let Some(inner) = self.inner.versioned() {
            return inner.remove(path).await;
        }
        let _lane = self.lane(path).lock().await;
        self.inner.delete(path).await?;
        self.told().forget(path);
        match self.record_path(path) {
            Some(record) => self.inner.delete(&record).await,
            None => Ok(()),
        }
    }
}
