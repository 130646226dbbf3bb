//! Deleting, bringing back, and destroying.

use vault_api::{encode, kv2};

use super::Engines;
use super::explain::{Missing, is_plain, with_doubt};
use super::read::ATTEMPTS;
use crate::provider::vault::request::Verb;
use crate::{ErrorKind, Result, SecretPath, SecretValue};

impl Engines {
    /// Deletes: in version 2 the current version, which can be undeleted.
    pub(in super::super) async fn delete(&self, path: &SecretPath) -> Result<()> {
        for _ in 0..ATTEMPTS {
            let Some(place) = self.checked_place("delete", path).await? else { continue };
            let answer = self.ask("delete", Some(path), place.data(Verb::Delete)).await;
            let reply = answer.map_err(|error| with_doubt(&place, error))?;
            if reply.status != 404 || is_plain(&reply) {
                return Ok(());
            }
            match self.missing("delete", path, &place, &reply).await? {
                Missing::Elsewhere => {}
                Missing::Here(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
                Missing::Here(error) => return Err(error),
            }
        }
        Err(self.error(
            ErrorKind::Unavailable,
            "delete",
            path,
            "the engine that is mounted there has changed",
        ))
    }

    /// `undelete` or `destroy` versions.
    pub(in super::super) async fn change_versions(
        &self,
        operation: &'static str,
        path: &SecretPath,
        versions: &[u64],
    ) -> Result<()> {
        if versions.is_empty() {
            let help = "name at least one version: the metadata of the secret lists them";
            let reason = "there is no version to change";
            return Err(self.error_with_help(ErrorKind::Invalid, operation, path, reason, help));
        }
        for _ in 0..ATTEMPTS {
            let Some(place) = self.checked_place(operation, path).await? else { continue };
            if !place.is_v2() {
                return Err(self.only_v2(operation, path));
            }
            let mut request = place.below(Verb::Post, operation);
            let body = encode(&kv2::Versions { versions: versions.to_vec() });
            request.body = body.ok().map(SecretValue::from);
            let reply = self.ask(operation, Some(path), request).await?;
            if reply.status != 404 {
                self.confirm(&place);
                return Ok(());
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
}
