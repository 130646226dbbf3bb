//! What is kept beside a secret.

use std::collections::BTreeMap;
use std::sync::Arc;

use events::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{SecretFields, SecretMetadata, SecretVersion, VersionMetadata};

/// What is kept beside a secret: its number, which of the store's own versions that is, and what is noted on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    /// The number of the newest version, deleted or not; zero when there are only notes.
    pub(super) number: u64,
    /// The store's own version that has this number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) of: Option<String>,
    /// When that version was written; none when it was by somebody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) written: Option<Timestamp>,
    /// When it was deleted. What is there all the same is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) deleted: Option<Timestamp>,
    /// When the first version was written, or the notes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) created: Option<Timestamp>,
    pub(super) updated: Timestamp,
    #[serde(default)]
    pub(super) cas_required: bool,
    #[serde(default, with = "shared")]
    pub(super) notes: Arc<BTreeMap<String, String>>,
}

impl Record {
    pub(super) fn new(now: Timestamp) -> Self {
        Self {
            number: 0,
            of: None,
            written: None,
            deleted: None,
            created: Some(now),
            updated: now,
            cas_required: false,
            notes: Arc::default(),
        }
    }

    /// Of a secret that somebody else has written.
    pub(super) fn of_unknown(number: u64, of: Option<&SecretVersion>, now: Timestamp) -> Self {
        Self { number, of: of.map(ToString::to_string), created: None, ..Self::new(now) }
    }

    pub(super) fn is_of(&self, version: Option<&SecretVersion>) -> bool {
        self.number > 0 && self.of.as_deref() == version.map(SecretVersion::as_str)
    }

    /// Of the version that this record is of, when its fields are not there.
    pub(super) fn gone(&self) -> VersionMetadata {
        VersionMetadata {
            created: self.written,
            // Somebody else has deleted it, at some time since.
            deleted: Some(self.deleted.unwrap_or(self.updated)),
            destroyed: true,
        }
    }

    pub(super) fn metadata(&self, versions: BTreeMap<u64, VersionMetadata>) -> SecretMetadata {
        SecretMetadata {
            current_version: versions.keys().next_back().copied().unwrap_or_default(),
            versions,
            created: self.created,
            updated: Some(self.updated),
            max_versions: Some(1),
            cas_required: self.cas_required,
            delete_version_after: None,
            notes: Arc::clone(&self.notes),
        }
    }

    pub(super) fn decode(fields: &SecretFields) -> Option<Self> {
        serde_json::from_slice(crate::json::exposed(fields.as_plain()?)).ok()
    }

    pub(super) fn encode(&self) -> Option<SecretFields> {
        serde_json::to_vec(self).ok().map(|text| SecretFields::plain(Zeroizing::new(text)))
    }
}

mod shared {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    type Notes = BTreeMap<String, String>;

    pub(super) fn serialize<S: Serializer>(notes: &Arc<Notes>, serializer: S) -> Result<S::Ok, S::Error> {
        (**notes).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<Notes>, D::Error> {
        Notes::deserialize(deserializer).map(Arc::new)
    }
}
