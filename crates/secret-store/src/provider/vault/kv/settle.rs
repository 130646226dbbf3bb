//! What became of a write whose answer was lost: nothing is written twice, and nothing is said to be written that was not.

use std::time::Duration;

use super::body::{is_same, number, numbered};
use super::write::{Put, unversioned};
use super::{Engines, Place};
use crate::{Detail, Error, ErrorKind, Result, Secret, SecretFields, SecretPath, SecretVersion};

/// How long to wait before each look.
const LOOKS: [Duration; 3] = [Duration::ZERO, Duration::from_millis(250), Duration::from_secs(1)];

impl Engines {
    /// Reads back what a write may have written. Its error, if nothing was, may be answered by writing again.
    pub(super) async fn settle(
        &self,
        path: &SecretPath,
        place: &Place,
        fields: &SecretFields,
        cas: Option<u64>,
        error: Error,
    ) -> Result<Put> {
        for wait in LOOKS {
            if !wait.is_zero() {
                self.clock.sleep(wait).await;
            }
            let Ok(secret) = self.look(path, place, None).await else { continue };
            let Some(secret) = secret else { return Err(error) };
            let version = secret.version.as_ref().and_then(number);
            return match (version, cas) {
                // Nobody can have written the next version under the same condition, so if it is there, it says all.
                (Some(version), Some(cas)) if version <= cas => Err(error),
                (Some(version), Some(cas)) if version > cas + 1 => {
                    self.settle_superseded(path, place, fields, cas, error).await
                }
                (_, Some(_)) if !holds(&secret, fields) => Ok(Put::Conflict(self.changed(path))),
                _ if holds(&secret, fields) => Ok(Put::Written(version.map_or_else(unversioned, numbered))),
                _ => Err(error),
            };
        }
        Err(self.unknown(path, &error))
    }

    /// The write's version is not the current one any more: was it the write's?
    async fn settle_superseded(
        &self,
        path: &SecretPath,
        place: &Place,
        fields: &SecretFields,
        cas: u64,
        error: Error,
    ) -> Result<Put> {
        match self.look(path, place, Some(&numbered(cas + 1))).await {
            Ok(Some(secret)) if holds(&secret, fields) => Ok(Put::Written(numbered(cas + 1))),
            Ok(Some(_)) => Ok(Put::Conflict(self.changed(path))),
            Ok(None) | Err(_) => Err(self.unknown(path, &error)),
        }
    }

    async fn look(
        &self,
        path: &SecretPath,
        place: &Place,
        version: Option<&SecretVersion>,
    ) -> Result<Option<Secret>> {
        let reply = self.get("write", path, place, version).await?;
        if reply.status == 404 {
            return Ok(None);
        }
        self.secret("write", path, place, &reply).map(Some)
    }

    fn unknown(&self, path: &SecretPath, error: &Error) -> Error {
        let reason = format!("whether it was written is not known: {}", error.detail().reason());
        let detail = Detail::new("write", reason).at(path).store(self.store.as_str()).not_again();
        Error::new(ErrorKind::Unavailable, detail.help("read the secret, and write again what is missing"))
    }
}

/// Whether a secret holds these fields, whatever else it holds.
fn holds(secret: &Secret, fields: &SecretFields) -> bool {
    fields
        .iter()
        .all(|(name, value)| secret.fields.get(name.as_str()).is_some_and(|written| is_same(written, value)))
}
