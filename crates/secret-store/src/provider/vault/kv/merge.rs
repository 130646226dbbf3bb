//! Merging into version 2.
//!
//! A merge is a PATCH, which the server does at once (RFC 7396). It would merge a field that is an object into the one that
//! is there, and drop nulls; such fields are merged here, by a read and a write under the version that was read, and so is
//! everything where a PATCH is not allowed, as the server's own program does.

use super::explain::{gone, is_plain};
use super::write::{Attempt, Current, Put, TURNS, wants_version};
use super::{Engines, Place};
use crate::json::exposed;
use crate::provider::vault::request::Verb;
use crate::{ErrorKind, Result, SecretFields, SecretPath, ValueKind};

impl Engines {
    /// Merges; under `cas`, only into that version.
    pub(super) async fn merge(
        &self,
        path: &SecretPath,
        place: &Place,
        fields: &SecretFields,
        cas: Option<u64>,
    ) -> Result<Attempt> {
        if !can_be_patched(fields) {
            return self.merge_by_reading(path, place, fields, cas).await;
        }
        for _ in 0..TURNS {
            let reply = match self.put(path, place, Verb::Patch, fields, cas).await {
                Ok(Put::Missing(reply)) => reply,
                Ok(Put::Conflict(_)) => return Err(self.changed(path)),
                Ok(put) => return put.attempt(),
                Err(error)
                    if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::Unsupported)
                        || wants_version(&error) =>
                {
                    return self.merge_by_reading(path, place, fields, cas).await;
                }
                Err(error) => return Err(error),
            };
            if cas.is_some() {
                let is_gone = is_plain(&reply) || gone(&reply).is_some();
                return if is_gone { Err(self.changed(path)) } else { Ok(Attempt::Missing(reply)) };
            }
            let before = gone(&reply).map_or(0, |version| version.version);
            match self.put(path, place, Verb::Post, fields, Some(before)).await? {
                // Somebody else has made it: then it can be patched.
                Put::Conflict(_) => {}
                put => return put.attempt(),
            }
        }
        Err(self.contended(path))
    }

    async fn merge_by_reading(
        &self,
        path: &SecretPath,
        place: &Place,
        fields: &SecretFields,
        cas: Option<u64>,
    ) -> Result<Attempt> {
        for _ in 0..TURNS {
            let (mut whole, version) = match self.current(path, place).await? {
                Ok(Current::There(secret, version)) => ((*secret.fields).clone(), version),
                Ok(Current::Nothing(_)) if cas.is_some() => return Err(self.changed(path)),
                Ok(Current::Nothing(version)) => (SecretFields::new(), version),
                Err(reply) => return Ok(Attempt::Missing(reply)),
            };
            if cas.is_some_and(|cas| cas != version) {
                return Err(self.changed(path));
            }
            whole.extend(fields.clone());
            match self.put(path, place, Verb::Post, &whole, Some(version)).await? {
                Put::Conflict(_) if cas.is_some() => return Err(self.changed(path)),
                Put::Conflict(_) => {}
                put => return put.attempt(),
            }
        }
        Err(self.contended(path))
    }
}

/// Whether a PATCH sets these fields to exactly these values.
fn can_be_patched(fields: &SecretFields) -> bool {
    fields.iter().all(|(_, value)| {
        let first = exposed(value).trim_ascii_start().first();
        value.kind() == ValueKind::Bytes || !matches!(first, Some(b'{' | b'[' | b'n'))
    })
}
