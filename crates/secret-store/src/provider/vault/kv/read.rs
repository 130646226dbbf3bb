//! Reading.

use super::body::number;
use super::explain::Missing;
use super::{Engines, Place};
use crate::provider::vault::request::{Reply, Verb};
use crate::{Error, ErrorKind, ReadOptions, Result, Secret, SecretPath, SecretVersion};

/// How often an operation begins anew because a mount was not what it was taken for.
pub(super) const ATTEMPTS: usize = 3;

impl Engines {
    pub(in super::super) async fn read(&self, path: &SecretPath, options: ReadOptions) -> Result<Secret> {
        let mut attempt = 1;
        loop {
            let place = self.place("read", path).await?;
            let reply = self.get("read", path, &place, options.version.as_ref()).await?;
            if reply.status != 404 {
                let secret = self.secret("read", path, &place, &reply)?;
                self.confirm(&place);
                return Ok(secret);
            }
            match self.missing("read", path, &place, &reply).await? {
                Missing::Elsewhere if attempt < ATTEMPTS => attempt += 1,
                Missing::Elsewhere => return Err(self.not_found("read", path)),
                Missing::Here(error) => {
                    return Err(match &options.version {
                        Some(version) if !place.is_v2() => self.no_history(path, version),
                        // What was deleted, or lies elsewhere, is explained already.
                        Some(version) if error.kind() == ErrorKind::NotFound && error.help().is_none() => {
                            self.no_version("read", path, version)
                        }
                        _ => error,
                    });
                }
            }
        }
    }

    /// Asks for a secret, or for a version of it.
    pub(super) async fn get(
        &self,
        operation: &'static str,
        path: &SecretPath,
        place: &Place,
        version: Option<&SecretVersion>,
    ) -> Result<Reply> {
        let mut request = place.data(Verb::Get);
        if let Some(version) = version {
            if !place.is_v2() {
                return Err(self.no_history(path, version));
            }
            let Some(number) = number(version) else { return Err(self.no_version(operation, path, version)) };
            request.query.push(("version", number.to_string()));
        }
        self.ask(operation, Some(path), request).await
    }

    pub(super) fn not_found(&self, operation: &'static str, path: &SecretPath) -> Error {
        Error::not_found(operation, path).in_store(self.store.as_str())
    }

    fn no_version(&self, operation: &'static str, path: &SecretPath, version: &SecretVersion) -> Error {
        self.error_with_help(
            ErrorKind::NotFound,
            operation,
            path,
            format!("not found: there is no version {version}"),
            "`bao kv metadata get` or `vault kv metadata get` shows which versions there are, if any",
        )
    }

    fn no_history(&self, path: &SecretPath, version: &SecretVersion) -> Error {
        self.error_with_help(
            ErrorKind::Unsupported,
            "read",
            path,
            format!("version {version} cannot be read: version 1 of the key/value engine keeps no old ones"),
            "read the current version; `bao kv enable-versioning` or `vault kv enable-versioning` makes the engine keep them",
        )
    }
}
