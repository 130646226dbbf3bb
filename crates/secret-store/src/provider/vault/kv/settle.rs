//! What became of a write whose answer was lost: nothing is written twice, and nothing is said to be written that was not.

use std::time::Duration;

use super::body::{is_same, number, numbered};
use super::write::{Put, unversioned};
use super::{Engines, Place};
use crate::{Detail, Error, ErrorKind, FieldName, Result, Secret, SecretFields, SecretPath, SecretVersion};

/// How long to wait before each look.
const LOOKS: [Duration; 3] = [Duration::ZERO, Duration::from_millis(250), Duration::from_secs(1)];

/// A write of which the answer was lost.
#[derive(Debug)]
pub(super) struct Lost<'a> {
    pub(super) fields: &'a SecretFields,
    /// Whether the fields are all that was to be there.
    pub(super) is_whole: bool,
    pub(super) cas: Option<u64>,
    pub(super) error: Error,
    /// Whether the server may get to it only now.
    pub(super) may_come_late: bool,
}

impl Engines {
    /// Reads back what a write may have written. Its error, if nothing was, may be answered by writing again.
    pub(super) async fn settle(&self, path: &SecretPath, place: &Place, lost: Lost<'_>) -> Result<Put> {
        // Under a condition, only one of two can be done.
        let is_awaited = lost.may_come_late && lost.cas.is_none();
        for wait in LOOKS {
            if !wait.is_zero() {
                self.clock.sleep(wait).await;
            }
            let Ok(secret) = self.look(path, place, None).await else { continue };
            let version = secret.as_ref().and_then(|secret| number(secret.version.as_ref()?));
            let is_done = secret.as_ref().is_some_and(|secret| lost.is_in(secret));
            return match (version, lost.cas) {
                // Nobody can have written the next version under the same condition, so if it is there, it says all.
                (Some(version), Some(cas)) if version > cas + 1 => {
                    self.settle_superseded(path, place, cas, lost).await
                }
                (Some(version), Some(cas)) if version > cas && !is_done => {
                    Ok(Put::Conflict(self.changed(path)))
                }
                (Some(version), Some(cas)) if version <= cas => Err(lost.error),
                _ if is_done => Ok(Put::Written(version.map_or_else(unversioned, numbered))),
                _ if is_awaited => continue,
                _ => Err(lost.error),
            };
        }
        Err(self.unknown(path, &lost.error))
    }

    /// The write's version is not the current one any more: was it the write's?
    async fn settle_superseded(
        &self,
        path: &SecretPath,
        place: &Place,
        cas: u64,
        lost: Lost<'_>,
    ) -> Result<Put> {
        match self.look(path, place, Some(&numbered(cas + 1))).await {
            Ok(Some(secret)) if lost.is_in(&secret) => Ok(Put::Written(numbered(cas + 1))),
            Ok(Some(_)) => Ok(Put::Conflict(self.changed(path))),
            Ok(None) | Err(_) => Err(self.unknown(path, &lost.error)),
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

impl Lost<'_> {
    /// Whether a secret is what was to be written.
    fn is_in(&self, secret: &Secret) -> bool {
        let holds = |(name, value): (&FieldName, _)| {
            secret.fields.get(name.as_str()).is_some_and(|written| is_same(written, value))
        };
        (!self.is_whole || secret.fields.len() == self.fields.len()) && self.fields.iter().all(holds)
    }
}
