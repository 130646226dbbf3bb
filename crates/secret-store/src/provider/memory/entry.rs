//! One secret: its versions and what is noted on it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use events::Timestamp;

use crate::{MetadataUpdate, Secret, SecretFields, SecretMetadata, VersionInfo, VersionMetadata};

/// How many versions are kept where nobody has said another number.
const KEPT: u64 = 10;

/// One secret: its versions and what is noted on it.
#[derive(Debug)]
pub(super) struct Entry {
    current: u64,
    versions: BTreeMap<u64, Held>,
    created: Timestamp,
    updated: Timestamp,
    max_versions: u64,
    pub(super) cas_required: bool,
    delete_version_after: Duration,
    notes: Arc<BTreeMap<String, String>>,
}

#[derive(Debug)]
struct Held {
    metadata: VersionMetadata,
    /// None once it was destroyed.
    fields: Option<Arc<SecretFields>>,
}

/// A version that can be read, or which one cannot be.
pub(super) enum Found {
    Here(Secret),
    Gone(VersionInfo),
    Nothing,
}

impl Entry {
    pub(super) fn new(now: Timestamp) -> Self {
        Self {
            current: 0,
            versions: BTreeMap::new(),
            created: now,
            updated: now,
            max_versions: 0,
            cas_required: false,
            delete_version_after: Duration::ZERO,
            notes: Arc::default(),
        }
    }

    /// The newest version, deleted or not; zero when there is none.
    pub(super) fn current(&self) -> u64 {
        self.current
    }

    /// The version of that number.
    pub(super) fn find(&self, number: u64, now: Timestamp) -> Found {
        let Some(held) = self.versions.get(&number) else { return Found::Nothing };
        let info = VersionInfo::new(number, held.metadata.clone()).with_notes(Arc::clone(&self.notes));
        match &held.fields {
            Some(fields) if held.metadata.is_readable(now) => {
                let mut secret = Secret::new(SecretFields::new()).with_info(info);
                secret.fields = Arc::clone(fields);
                Found::Here(secret)
            }
            _ => Found::Gone(info),
        }
    }

    /// Adds a version, and drops those that are too many.
    pub(super) fn push(&mut self, fields: SecretFields, now: Timestamp) -> u64 {
        self.current += 1;
        self.updated = now;
        let mut metadata = VersionMetadata::written(now);
        if !self.delete_version_after.is_zero() {
            metadata.deleted = now.checked_add(self.delete_version_after).ok();
        }
        self.versions.insert(self.current, Held { metadata, fields: Some(Arc::new(fields)) });
        self.prune();
        self.current
    }

    fn prune(&mut self) {
        let kept = if self.max_versions == 0 { KEPT } else { self.max_versions };
        let oldest = (self.current + 1).saturating_sub(kept);
        self.versions = self.versions.split_off(&oldest);
    }

    /// Marks versions as deleted: those that are there and not deleted yet.
    pub(super) fn delete(&mut self, numbers: &[u64], now: Timestamp) {
        self.change(numbers, now, |held| {
            if held.metadata.is_readable(now) {
                held.metadata.deleted = Some(now);
            }
        });
    }

    pub(super) fn undelete(&mut self, numbers: &[u64], now: Timestamp) {
        self.change(numbers, now, |held| {
            if !held.metadata.destroyed {
                held.metadata.deleted = None;
            }
        });
    }

    pub(super) fn destroy(&mut self, numbers: &[u64], now: Timestamp) {
        self.change(numbers, now, |held| {
            held.metadata.destroyed = true;
            held.fields = None;
        });
    }

    fn change(&mut self, numbers: &[u64], now: Timestamp, change: impl Fn(&mut Held)) {
        for number in numbers {
            if let Some(held) = self.versions.get_mut(number) {
                change(held);
                self.updated = now;
            }
        }
    }

    /// # Errors
    /// Notes beyond the limits, in words; nothing has changed then.
    pub(super) fn update(&mut self, update: &MetadataUpdate, now: Timestamp) -> Result<(), String> {
        if let Some(notes) = update.notes_after(&self.notes)? {
            self.notes = Arc::new(notes);
        }
        self.max_versions = update.max_versions.unwrap_or(self.max_versions);
        self.cas_required = update.cas_required.unwrap_or(self.cas_required);
        let after = update.delete_version_after.map(|after| Duration::from_secs(after.as_secs()));
        self.delete_version_after = after.unwrap_or(self.delete_version_after);
        self.updated = now;
        Ok(())
    }

    pub(super) fn metadata(&self) -> SecretMetadata {
        SecretMetadata {
            current_version: self.current,
            versions: self.versions.iter().map(|(number, held)| (*number, held.metadata.clone())).collect(),
            created: Some(self.created),
            updated: Some(self.updated),
            max_versions: Some(self.max_versions).filter(|count| *count > 0),
            cas_required: self.cas_required,
            delete_version_after: Some(self.delete_version_after).filter(|after| !after.is_zero()),
            notes: Arc::clone(&self.notes),
        }
    }
}
