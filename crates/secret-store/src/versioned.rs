//! Stores whose secrets have numbered versions, and notes.

mod notes;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use events::Timestamp;

use crate::{Result, SecretPath, SecretStore, WriteMode};

/// A store whose secrets have numbered versions, counted from 1, and notes that people write on them.
///
/// What version 2 of Vault's key/value engine knows beside fields, with its rules. Had by
/// [`SecretStore::versioned`]. A [`read`](SecretStore::read) of such a store fills in [`Secret::info`](crate::Secret::info);
/// its versions are their numbers, as text; and the error for a version that was deleted has
/// [`Error::gone`](crate::Error::gone).
#[async_trait]
pub trait VersionedStore: SecretStore {
    /// What is known of the secret at `path` beside its fields. Also of one whose current version was deleted.
    ///
    /// # Errors
    /// [`NotFound`](crate::Error::NotFound) when there never was such a secret, or [all of it](Self::remove) was removed;
    /// otherwise as [`read`](SecretStore::read).
    async fn metadata(&self, path: &SecretPath) -> Result<SecretMetadata>;

    /// Changes what is known of the secret at `path`. Makes no version. An update that [names nothing](MetadataUpdate::is_empty)
    /// does nothing, whether there is a secret or not.
    ///
    /// # Errors
    /// [`NotFound`](crate::Error::NotFound) when there is none and the update does not [make](MetadataUpdate::create) it;
    /// [`Invalid`](crate::Error::Invalid) when there are too many notes, or too long ones;
    /// [`Unsupported`](crate::Error::Unsupported) for a setting that the store cannot hold to.
    async fn update_metadata(&self, path: &SecretPath, update: MetadataUpdate) -> Result<()>;

    /// Deletes versions, so that they are not found; [`undelete`](Self::undelete) brings them back where the store keeps
    /// their fields. Versions that are not there are passed over.
    ///
    /// # Errors
    /// [`Invalid`](crate::Error::Invalid) without a version; otherwise as [`write`](SecretStore::write).
    async fn delete_versions(&self, path: &SecretPath, versions: &[u64]) -> Result<()>;

    /// Brings deleted versions back. A version that was destroyed stays destroyed, one that never was stays nothing.
    ///
    /// # Errors
    /// As [`delete_versions`](Self::delete_versions).
    async fn undelete(&self, path: &SecretPath, versions: &[u64]) -> Result<()>;

    /// Removes the fields of versions for good.
    ///
    /// # Errors
    /// As [`delete_versions`](Self::delete_versions).
    async fn destroy(&self, path: &SecretPath, versions: &[u64]) -> Result<()>;

    /// Removes the secret at `path` with all of its versions and notes, if there is one: a later write makes version 1.
    ///
    /// # Errors
    /// As [`delete`](SecretStore::delete).
    async fn remove(&self, path: &SecretPath) -> Result<()>;
}

/// What a [`VersionedStore`] knows of a secret beside its fields.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct SecretMetadata {
    /// The newest version, deleted or not; zero when there is only metadata.
    pub current_version: u64,
    /// The versions that are known of; the fields of others are gone.
    pub versions: BTreeMap<u64, VersionMetadata>,
    /// When the first version was written, or the notes, if they were first.
    pub created: Option<Timestamp>,
    /// When the secret was changed last.
    pub updated: Option<Timestamp>,
    /// How many versions are kept; none when the store's own setting applies.
    pub max_versions: Option<u64>,
    /// Whether each write must name the version that it replaces.
    pub cas_required: bool,
    /// After which time a version is deleted by itself; none for never.
    pub delete_version_after: Option<Duration>,
    /// What people have noted on the secret. Not secret.
    pub notes: Arc<BTreeMap<String, String>>,
}

/// One version of a secret.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct VersionMetadata {
    /// When it was written; none where that is not known.
    pub created: Option<Timestamp>,
    /// When it was deleted, or will be by itself.
    pub deleted: Option<Timestamp>,
    /// Whether its fields are gone for good.
    pub destroyed: bool,
}

impl VersionMetadata {
    /// A version that was written then.
    #[must_use]
    pub fn written(at: Timestamp) -> Self {
        Self { created: Some(at), ..Self::default() }
    }

    /// Whether the version can be read at this time: it is neither deleted nor destroyed.
    #[must_use]
    pub fn is_readable(&self, now: Timestamp) -> bool {
        !self.destroyed && self.deleted.is_none_or(|deleted| deleted > now)
    }
}

/// Which version a [`Secret`](crate::Secret) is, and what is noted on it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct VersionInfo {
    /// The number of the version, from 1.
    pub number: u64,
    /// When it was written, and whether it is gone.
    pub version: VersionMetadata,
    /// What people have noted on the secret, whatever its version. Not secret.
    pub notes: Arc<BTreeMap<String, String>>,
}

impl VersionInfo {
    /// A version of that number, with no notes.
    #[must_use]
    pub fn new(number: u64, version: VersionMetadata) -> Self {
        Self { number, version, notes: Arc::default() }
    }

    /// With these notes.
    #[must_use]
    pub fn with_notes(mut self, notes: Arc<BTreeMap<String, String>>) -> Self {
        self.notes = notes;
        self
    }
}

/// What to change of a secret's [metadata](SecretMetadata); what is none stays.
///
/// ```
/// use std::collections::BTreeMap;
/// use secret_store::MetadataUpdate;
///
/// let mut update = MetadataUpdate::new()
///     .with_changed_notes(BTreeMap::from([("owner".to_owned(), Some("ada".to_owned())), ("team".to_owned(), None)]));
/// update.cas_required = Some(true);
/// assert!(!update.is_empty() && MetadataUpdate::new().creating().is_empty());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct MetadataUpdate {
    /// Whether there is metadata afterwards where there was none, of a secret without a version; not when the update names
    /// nothing.
    pub create: bool,
    /// The notes: those named are set, or removed where there is none.
    pub notes: Option<BTreeMap<String, Option<String>>>,
    /// What happens to the notes that are there and not named.
    pub notes_mode: WriteMode,
    /// How many versions are kept; zero for as many as the store's own setting says.
    pub max_versions: Option<u64>,
    /// Whether each write must name the version that it replaces.
    pub cas_required: Option<bool>,
    /// After which time a version that is written from now on is deleted by itself, in whole seconds: a part of one is
    /// dropped. Zero for never.
    pub delete_version_after: Option<Duration>,
}

impl MetadataUpdate {
    /// No change; makes nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether it names nothing to change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self { create: _, notes, notes_mode: _, max_versions, cas_required, delete_version_after } = self;
        notes.is_none() && max_versions.is_none() && cas_required.is_none() && delete_version_after.is_none()
    }

    /// Makes the secret's metadata where there is none, if there is anything to say of it.
    #[must_use]
    pub fn creating(mut self) -> Self {
        self.create = true;
        self
    }

    /// These notes, and no others.
    #[must_use]
    pub fn with_notes(mut self, notes: BTreeMap<String, String>) -> Self {
        self.notes = Some(notes.into_iter().map(|(key, text)| (key, Some(text))).collect());
        self.notes_mode = WriteMode::Replace;
        self
    }

    /// These notes set, or removed where there is none; the others stay.
    #[must_use]
    pub fn with_changed_notes(mut self, notes: BTreeMap<String, Option<String>>) -> Self {
        self.notes = Some(notes);
        self.notes_mode = WriteMode::Merge;
        self
    }
}
