//! What version 2 knows of a secret beside its fields.

use std::collections::BTreeMap;
use std::sync::Arc;

use events::Timestamp;
use vault_api::{Envelope, decode, duration, encode, kv2};

use super::explain::Missing;
use super::read::ATTEMPTS;
use super::{Engines, Place};
use crate::provider::vault::request::{Reply, Verb};
use crate::{
    ErrorKind, MetadataUpdate, Result, SecretMetadata, SecretPath, SecretValue, VersionInfo, VersionMetadata,
    WriteMode,
};

/// What an update does, as errors name it.
const CHANGE: &str = "change the metadata of";

/// A time in RFC 3339; none when it is empty.
fn time(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

/// Whether the current version of a secret can be read: none is deleted, destroyed, or never was.
pub(super) fn is_readable(current: u64, versions: &BTreeMap<u64, kv2::Version>, now: Timestamp) -> bool {
    // A version that is not told of is not known to be gone.
    current > 0 && versions.get(&current).is_none_or(|it| version(it).is_readable(now))
}

fn version(version: &kv2::Version) -> VersionMetadata {
    VersionMetadata {
        created: time(&version.created_time),
        deleted: time(&version.deletion_time),
        destroyed: version.destroyed,
    }
}

impl From<kv2::VersionMetadata> for VersionInfo {
    fn from(metadata: kv2::VersionMetadata) -> Self {
        let version = VersionMetadata {
            created: time(&metadata.created_time),
            deleted: time(&metadata.deletion_time),
            destroyed: metadata.destroyed,
        };
        Self::new(metadata.version, version)
            .with_notes(Arc::new(metadata.custom_metadata.unwrap_or_default()))
    }
}

impl From<kv2::Metadata> for SecretMetadata {
    fn from(metadata: kv2::Metadata) -> Self {
        Self {
            current_version: metadata.current_version,
            versions: metadata.versions.iter().map(|(number, it)| (*number, version(it))).collect(),
            created: time(&metadata.created_time),
            updated: time(&metadata.updated_time),
            max_versions: Some(metadata.max_versions).filter(|count| *count > 0),
            cas_required: metadata.cas_required,
            delete_version_after: duration::parse(&metadata.delete_version_after)
                .filter(|after| !after.is_zero()),
            notes: Arc::new(metadata.custom_metadata.unwrap_or_default()),
        }
    }
}

impl Engines {
    pub(in super::super) async fn metadata(&self, path: &SecretPath) -> Result<SecretMetadata> {
        let (place, reply) = self.ask_of_metadata("read the metadata of", path, Verb::Get, None).await?;
        let metadata = self.metadata_in(path, &reply)?;
        self.confirm(&place);
        Ok(metadata.into())
    }

    /// A POST makes the metadata where there is none, unless it says nothing, and its notes are all the notes. A PATCH needs
    /// the metadata, and merges.
    pub(in super::super) async fn update_metadata(
        &self,
        path: &SecretPath,
        update: MetadataUpdate,
    ) -> Result<()> {
        let (create, is_empty) = (update.create, update.is_empty());
        let is_merge = update.notes.is_some() && update.notes_mode == WriteMode::Merge;
        let is_replacement = update.notes.is_some() && !is_merge;
        let mut update = kv2::MetadataUpdate {
            max_versions: update.max_versions,
            cas_required: update.cas_required,
            delete_version_after: update.delete_version_after.map(duration::show),
            custom_metadata: update.notes,
        };
        if is_merge || !(create || is_replacement || is_empty) {
            match self.send_metadata(path, Verb::Patch, &update).await {
                Err(error) if create && error.kind() == ErrorKind::NotFound => {}
                answer => return answer,
            }
        } else if is_replacement && !create {
            // There must be something whose notes are replaced.
            self.metadata(path).await.map_err(|error| error.during(CHANGE, Some(path)))?;
        }
        if let Some(notes) = &mut update.custom_metadata {
            notes.retain(|_, text| text.is_some());
        }
        self.send_metadata(path, Verb::Post, &update).await
    }

    /// Removes a secret with all of its versions and notes.
    pub(in super::super) async fn remove(&self, path: &SecretPath) -> Result<()> {
        match self.ask_of_metadata("remove", path, Verb::Delete, None).await {
            Ok((place, _)) => {
                self.confirm(&place);
                Ok(())
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn send_metadata(&self, path: &SecretPath, verb: Verb, update: &kv2::MetadataUpdate) -> Result<()> {
        let body = encode(update).ok().map(SecretValue::from);
        let (place, _) = self.ask_of_metadata(CHANGE, path, verb, body).await?;
        self.confirm(&place);
        Ok(())
    }

    async fn ask_of_metadata(
        &self,
        operation: &'static str,
        path: &SecretPath,
        verb: Verb,
        body: Option<SecretValue>,
    ) -> Result<(Place, Reply)> {
        for _ in 0..ATTEMPTS {
            let Some(place) = self.checked_place(operation, path).await? else { continue };
            if !place.is_v2() {
                return Err(self.only_v2(operation, path));
            }
            let mut request = place.below(verb, "metadata");
            request.body.clone_from(&body);
            let reply = self.ask(operation, Some(path), request).await?;
            if reply.status != 404 {
                return Ok((place, reply));
            }
            if let Missing::Here(error) = self.missing(operation, path, &place, &reply).await? {
                return Err(error);
            }
        }
        Err(self.error(
            ErrorKind::Unavailable,
            operation,
            path,
            "the engine that is mounted there has changed",
        ))
    }

    pub(super) fn metadata_in(&self, path: &SecretPath, reply: &Reply) -> Result<kv2::Metadata> {
        let why = match decode::<Envelope<'_, kv2::Metadata>>(&reply.body) {
            Ok(Envelope { data: Some(metadata), .. }) => return Ok(metadata),
            Ok(_) => "there is no data".to_owned(),
            Err(error) => error.to_string(),
        };
        Err(self.malformed("read the metadata of", path, reply, &why))
    }
}
