//! What version 2 knows of a secret beside its fields.

use std::collections::BTreeMap;

use events::Timestamp;
use vault_api::{Envelope, decode, encode, kv2};

use super::explain::Missing;
use super::read::ATTEMPTS;
use super::{Engines, Place};
use crate::provider::vault::request::{Reply, Verb};
use crate::{ErrorKind, Result, SecretPath, SecretValue};

/// What version 2 of the key/value engine knows of a secret beside its fields.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SecretMetadata {
    /// The newest version, deleted or not; zero when there is only metadata.
    pub current_version: u64,
    /// The versions that are kept.
    pub versions: BTreeMap<u64, VersionMetadata>,
    /// When the first version was written.
    pub created: Option<Timestamp>,
    /// When the secret was changed last.
    pub updated: Option<Timestamp>,
    /// How many versions are kept; none when the engine's own setting applies.
    pub max_versions: Option<u64>,
    /// Whether each write must name the version that it replaces.
    pub cas_required: bool,
    /// After which time a version is deleted by itself, as the server writes it (`768h0m0s`); none for never.
    pub delete_version_after: Option<String>,
    /// What people have noted on the secret.
    pub custom: BTreeMap<String, String>,
}

/// One version of a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct VersionMetadata {
    /// When it was written.
    pub created: Option<Timestamp>,
    /// When it was deleted, or will be by itself.
    pub deleted: Option<Timestamp>,
    /// Whether its fields are gone for good.
    pub destroyed: bool,
}

impl VersionMetadata {
    fn new(version: &kv2::Version) -> Self {
        Self {
            created: time(&version.created_time),
            deleted: time(&version.deletion_time),
            destroyed: version.destroyed,
        }
    }

    /// Whether the version can be read at this time: it is neither deleted nor destroyed.
    #[must_use]
    pub fn is_readable(&self, now: Timestamp) -> bool {
        !self.destroyed && self.deleted.is_none_or(|deleted| deleted > now)
    }
}

/// A time in RFC 3339; none when it is empty.
fn time(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

/// Whether the current version of a secret can be read: none is deleted, destroyed, or never was.
pub(super) fn is_readable(current: u64, versions: &BTreeMap<u64, kv2::Version>, now: Timestamp) -> bool {
    // A version that is not told of is not known to be gone.
    current > 0 && versions.get(&current).is_none_or(|version| VersionMetadata::new(version).is_readable(now))
}

impl From<kv2::Metadata> for SecretMetadata {
    fn from(metadata: kv2::Metadata) -> Self {
        Self {
            current_version: metadata.current_version,
            versions: metadata
                .versions
                .iter()
                .map(|(number, it)| (*number, VersionMetadata::new(it)))
                .collect(),
            created: time(&metadata.created_time),
            updated: time(&metadata.updated_time),
            max_versions: Some(metadata.max_versions).filter(|count| *count > 0),
            cas_required: metadata.cas_required,
            delete_version_after: Some(metadata.delete_version_after)
                .filter(|after| !after.is_empty() && after != "0s"),
            custom: metadata.custom_metadata.unwrap_or_default(),
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

    pub(in super::super) async fn set_custom_metadata(
        &self,
        path: &SecretPath,
        changes: &BTreeMap<String, Option<String>>,
    ) -> Result<()> {
        let update =
            kv2::MetadataUpdate { custom_metadata: Some(changes.clone()), ..kv2::MetadataUpdate::default() };
        let body = encode(&update).ok().map(SecretValue::from);
        let (place, _) = self.ask_of_metadata("change the metadata of", path, Verb::Patch, body).await?;
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
