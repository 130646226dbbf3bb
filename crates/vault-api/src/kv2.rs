//! Version 2 of the key/value engine: `<mount>/data/<path>`, `<mount>/metadata/<path>` and so on.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use crate::frame::ReadFrame;
pub use crate::kv1::List;
use crate::lenient::{numbers, optional_number, or_default};
use crate::raw::Raw;

/// What `GET <mount>/data/<path>` says. With status 404 and without data: the version was deleted or destroyed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Read<'a> {
    /// The secret: a JSON object.
    #[serde(default, borrow)]
    pub data: Option<Raw<'a>>,
    /// Which version it is.
    pub metadata: VersionMetadata,
}

/// A version of a secret: beside a read's data, and the whole answer to a write.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct VersionMetadata {
    /// When it was written, in RFC 3339.
    #[serde(default, deserialize_with = "or_default")]
    pub created_time: String,
    /// What people have noted on the secret, whatever its version.
    #[serde(default)]
    pub custom_metadata: Option<BTreeMap<String, String>>,
    /// When it was, or will be, deleted, in RFC 3339; empty when it was not.
    #[serde(default, deserialize_with = "or_default")]
    pub deletion_time: String,
    /// Whether its data is gone for good.
    #[serde(default, deserialize_with = "or_default")]
    pub destroyed: bool,
    /// The version, from 1.
    pub version: u64,
}

/// What `POST` and `PATCH <mount>/data/<path>` are sent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Write<'a> {
    /// Under which condition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<WriteOptions>,
    /// The secret, a JSON object; in a `PATCH` what to change of it (RFC 7396).
    #[serde(borrow)]
    pub data: Raw<'a>,
}

/// Under which condition a write happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WriteOptions {
    /// The version that must be the current one, deleted or not; zero for none.
    #[serde(default, deserialize_with = "optional_number", skip_serializing_if = "Option::is_none")]
    pub cas: Option<u64>,
}

/// What `POST <mount>/delete|undelete|destroy/<path>` are sent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Versions {
    /// The versions. Clients send numbers, texts, or one text with commas.
    #[serde(deserialize_with = "numbers")]
    pub versions: Vec<u64>,
}

/// What `GET <mount>/metadata/<path>` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// Whether every write must say which version it replaces.
    #[serde(default, deserialize_with = "or_default")]
    pub cas_required: bool,
    /// When the secret was made, in RFC 3339.
    #[serde(default, deserialize_with = "or_default")]
    pub created_time: String,
    /// The newest version; zero when there is none yet.
    #[serde(default, deserialize_with = "or_default")]
    pub current_version: u64,
    /// How often the metadata was changed: OpenBao only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_metadata_version: Option<u64>,
    /// Whether every change of the metadata must say which it replaces: OpenBao only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata_cas_required: Option<bool>,
    /// What people have noted on the secret.
    #[serde(default)]
    pub custom_metadata: Option<BTreeMap<String, String>>,
    /// After which time a version is deleted by itself: `0s` for never.
    #[serde(default, deserialize_with = "or_default")]
    pub delete_version_after: String,
    /// How many versions are kept; zero for as many as the mount says.
    #[serde(default, deserialize_with = "or_default")]
    pub max_versions: u64,
    /// The oldest version that is kept; zero when all are.
    #[serde(default, deserialize_with = "or_default")]
    pub oldest_version: u64,
    /// When it was changed last, in RFC 3339.
    #[serde(default, deserialize_with = "or_default")]
    pub updated_time: String,
    /// The versions that are kept.
    #[serde(default, deserialize_with = "or_default")]
    pub versions: BTreeMap<u64, Version>,
}

/// One version in [`Metadata`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Version {
    /// When it was written, in RFC 3339.
    #[serde(default, deserialize_with = "or_default")]
    pub created_time: String,
    /// When it was, or will be, deleted, in RFC 3339; empty when it was not.
    #[serde(default, deserialize_with = "or_default")]
    pub deletion_time: String,
    /// Whether its data is gone for good.
    #[serde(default, deserialize_with = "or_default")]
    pub destroyed: bool,
}

/// What `POST` and `PATCH <mount>/metadata/<path>` are sent: what to change; what is left out stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MetadataUpdate {
    /// How many versions are kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_versions: Option<u64>,
    /// Whether every write must say which version it replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cas_required: Option<bool>,
    /// After which time a version is deleted by itself: `720h`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delete_version_after: Option<String>,
    /// What people note on the secret. In a `PATCH`, `null` removes an entry; in a `POST`, these are all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_metadata: Option<BTreeMap<String, Option<String>>>,
}

/// What `GET <mount>/detailed-metadata/<folder>?list=true` says: a list with the metadata of each entry. OpenBao only.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DetailedList {
    /// Names, sorted; a folder's ends in a slash.
    pub keys: Vec<String>,
    /// The metadata of each name; a folder has none of its own.
    #[serde(default, deserialize_with = "or_default")]
    pub key_info: BTreeMap<String, KeyInfo>,
}

/// What a [`DetailedList`] says of one name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct KeyInfo {
    /// The newest version of a secret, zero when there is none yet; a folder has no such field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_version: Option<u64>,
    /// The versions of a secret that are kept.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "BTreeMap::is_empty")]
    pub versions: BTreeMap<u64, Version>,
}
