//! `<mount>/metadata/<path>`.

use std::collections::BTreeMap;
use std::time::Duration;

use secret_store::{Error, ErrorKind, MetadataUpdate, SecretMetadata, WriteMode};
use serde::{Deserialize, Deserializer};
use vault_api::{Raw, duration, kv2};

use super::super::{Call, secret_path};
use super::{data, notes, time};
use crate::api::{Failure, Reply, object};
use crate::mount::Mount;

pub(super) async fn read(mount: &Mount, call: Call<'_>, path: &str) -> Result<Reply, Failure> {
    let metadata = mount.versioned()?.metadata(&secret_path(path)?).await?;
    Reply::data(call.request_id, &on_the_wire(&metadata))
}

pub(super) async fn write(mount: &Mount, call: Call<'_>, path: &str) -> Result<Reply, Failure> {
    let mut update = Update::read(call)?.checked()?;
    // Null takes a note away where notes are merged; here it is none that there can be.
    update.notes = update
        .notes
        .map(|notes| notes.into_iter().map(|(name, text)| (name, Some(text.unwrap_or_default()))).collect());
    let written = mount.versioned()?.update_metadata(&secret_path(path)?, update.creating()).await;
    written.map_err(refused)?;
    Ok(Reply::done())
}

pub(super) async fn patch(mount: &Mount, call: Call<'_>, path: &str) -> Result<Reply, Failure> {
    data::check_patch_type(call)?;
    let (store, path) = (mount.versioned()?, secret_path(path)?);
    let update = Update::read(call)?;
    // There is nothing to merge into, whatever is to be merged.
    store.metadata(&path).await?;
    // Null in the place of all notes leaves none.
    let takes_all_notes_away = matches!(update.custom_metadata, Some(Notes(None)));
    let mut update = update.checked()?;
    if !takes_all_notes_away {
        update.notes_mode = WriteMode::Merge;
    }
    store.update_metadata(&path, update).await.map_err(refused)?;
    Ok(Reply::done())
}

pub(super) async fn remove(mount: &Mount, path: &str) -> Result<Reply, Failure> {
    mount.versioned()?.remove(&secret_path(path)?).await?;
    Ok(Reply::done())
}

/// What is wrong with notes, in the form in which Vault lists such things.
fn refused(error: Error) -> Failure {
    let reason = error.detail().reason();
    if error.kind() == ErrorKind::Invalid && reason.starts_with("custom_metadata validation failed") {
        return Failure::bad_request(format!("1 error occurred:\n\t* {reason}\n\n"));
    }
    error.into()
}

pub(super) fn on_the_wire(metadata: &SecretMetadata) -> kv2::Metadata {
    let version = |version: &secret_store::VersionMetadata| kv2::Version {
        created_time: time(version.created),
        deletion_time: version.deleted.map(|at| at.to_string()).unwrap_or_default(),
        destroyed: version.destroyed,
    };
    let oldest = metadata.versions.keys().next().copied().unwrap_or_default();
    kv2::Metadata {
        cas_required: metadata.cas_required,
        created_time: time(metadata.created),
        current_version: metadata.current_version,
        current_metadata_version: None,
        metadata_cas_required: None,
        custom_metadata: notes(&metadata.notes),
        delete_version_after: duration::show(metadata.delete_version_after.unwrap_or_default()),
        max_versions: metadata.max_versions.unwrap_or_default(),
        oldest_version: if oldest > 1 { oldest } else { 0 },
        updated_time: time(metadata.updated),
        versions: metadata.versions.iter().map(|(number, it)| (*number, version(it))).collect(),
    }
}

/// What a write of metadata is sent. Null is what there is where nothing was said: none, but for the time, which it leaves as it
/// is, as OpenBao does.
#[derive(Default, Deserialize)]
struct Update<'a> {
    #[serde(default, deserialize_with = "or_default")]
    max_versions: Option<u64>,
    #[serde(default, deserialize_with = "or_default")]
    cas_required: Option<bool>,
    #[serde(default)]
    delete_version_after: Option<String>,
    #[serde(default, borrow, deserialize_with = "or_default")]
    custom_metadata: Option<Notes<'a>>,
}

/// Nothing for null.
#[derive(Default, Deserialize)]
#[serde(transparent)]
struct Notes<'a>(#[serde(borrow)] Option<BTreeMap<String, Raw<'a>>>);

fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Option::<T>::deserialize(deserializer).map(|given| Some(given.unwrap_or_default()))
}

impl<'a> Update<'a> {
    fn read(call: Call<'a>) -> Result<Self, Failure> {
        object(call.body)
    }

    fn checked(self) -> Result<MetadataUpdate, Failure> {
        let mut update = MetadataUpdate::new();
        update.max_versions = self.max_versions;
        update.cas_required = self.cas_required;
        update.delete_version_after = self.delete_version_after.as_deref().map(parsed).transpose()?;
        if let Some(Notes(notes)) = self.custom_metadata {
            let texts = notes.unwrap_or_default().into_iter().map(|(key, raw)| Ok((key, note(raw)?)));
            update.notes = Some(texts.collect::<Result<_, Failure>>()?);
        }
        Ok(update)
    }
}

/// A note: a text; a number as it is written, a truth value as Go makes a text of it; null for none.
fn note(raw: Raw<'_>) -> Result<Option<String>, Failure> {
    match raw.json() {
        "null" => Ok(None),
        text if text.starts_with('"') => raw.decode().map(Some).map_err(|_| not_text()),
        text if text.starts_with(['{', '[']) => Err(not_text()),
        "true" => Ok(Some("1".to_owned())),
        "false" => Ok(Some("0".to_owned())),
        number => Ok(Some(number.to_owned())),
    }
}

fn not_text() -> Failure {
    Failure::bad_request("error converting input for field \"custom_metadata\": a note is a text")
}

/// A duration as Go reads it, or a number of seconds.
fn parsed(text: &str) -> Result<Duration, Failure> {
    duration::parse(text).ok_or_else(|| {
        Failure::bad_request("error converting input for field \"delete_version_after\": not a duration")
    })
}
