//! Writing.

use vault_api::{Errors, decode};

use super::body::{number, numbered};
use super::explain::{Missing, gone, is_plain, with_doubt};
use super::read::ATTEMPTS;
use super::settle::Lost;
use super::{Engines, Place};
use crate::provider::vault::error::success_or_404;
use crate::provider::vault::request::{Reply, Verb};
use crate::provider::vault::session::SendError;
use crate::{
    Error, ErrorKind, Precondition, Result, Secret, SecretFields, SecretPath, SecretVersion, WriteMode,
    WriteOptions,
};

/// How often a write that must not lose another's is tried over.
pub(super) const TURNS: usize = 32;

/// What came of one request to write.
#[derive(Debug)]
pub(super) enum Put {
    Written(SecretVersion),
    /// The current version is another.
    Conflict(Error),
    /// 404: there is nothing to patch, or the mount is not what it was taken for.
    Missing(Reply),
}

/// What is at a path now.
#[derive(Debug)]
pub(super) enum Current {
    There(Secret, u64),
    /// The number of the version that was deleted or destroyed; zero when there never was one.
    Nothing(u64),
}

/// One write, to be tried again where the mount was not what it was taken for.
#[derive(Debug)]
pub(super) enum Attempt {
    Done(SecretVersion),
    Missing(Reply),
}

impl Put {
    pub(super) fn attempt(self) -> Result<Attempt> {
        match self {
            Self::Written(version) => Ok(Attempt::Done(version)),
            Self::Missing(reply) => Ok(Attempt::Missing(reply)),
            Self::Conflict(error) => Err(error),
        }
    }
}

impl Engines {
    pub(in super::super) async fn write(
        &self,
        path: &SecretPath,
        fields: SecretFields,
        options: &WriteOptions,
    ) -> Result<SecretVersion> {
        if fields.is_empty() {
            return Err(self.error_with_help(
                ErrorKind::Invalid,
                "write",
                path,
                "there is no field to write",
                "give at least one field; to remove a secret, delete it",
            ));
        }
        for _ in 0..ATTEMPTS {
            let Some(place) = self.checked_place("write", path).await? else { continue };
            let attempt = if place.is_v2() {
                self.check_numbers(path, &fields)?;
                self.write_v2(path, &place, &fields, options).await
            } else {
                self.write_v1(path, &place, &fields, options).await
            };
            match attempt.map_err(|error| with_doubt(&place, error))? {
                Attempt::Done(version) => return Ok(version),
                Attempt::Missing(reply) => match self.missing("write", path, &place, &reply).await? {
                    Missing::Elsewhere => {}
                    Missing::Here(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                    Missing::Here(_) => return Err(self.malformed("write", path, &reply, "404 to a write")),
                },
            }
        }
        Err(self.error(ErrorKind::Unavailable, "write", path, "the engine that is mounted there has changed"))
    }

    /// The place of a path whose engine is what it is taken for, as far as the server tells: a call of version 2 makes
    /// something of the wrong name in an engine of version 1. None when it was something else.
    pub(super) async fn checked_place(
        &self,
        operation: &'static str,
        path: &SecretPath,
    ) -> Result<Option<Place>> {
        let place = self.place(operation, path).await?;
        match self.check(operation, path, &place).await? {
            None => Ok(Some(place)),
            Some(Missing::Elsewhere) => Ok(None),
            Some(Missing::Here(error)) => Err(error),
        }
    }

    async fn write_v1(
        &self,
        path: &SecretPath,
        place: &Place,
        fields: &SecretFields,
        options: &WriteOptions,
    ) -> Result<Attempt> {
        if options.precondition != Precondition::None {
            return Err(self.error_with_help(
                ErrorKind::Unsupported,
                "write",
                path,
                "version 1 of the key/value engine checks no precondition",
                "write without one; `bao kv enable-versioning` or `vault kv enable-versioning` brings them",
            ));
        }
        if options.mode == WriteMode::Replace {
            return self.put(path, place, Verb::Post, fields, None).await?.attempt();
        }
        let _turn = self.merging.lock().await;
        let reply = self.get("write", path, place, None).await?;
        let mut whole = SecretFields::new();
        if reply.status != 404 {
            whole.clone_from(&self.secret("write", path, place, &reply)?.fields);
        } else if !is_plain(&reply) {
            return Ok(Attempt::Missing(reply));
        }
        whole.extend(fields.clone());
        self.put(path, place, Verb::Post, &whole, None).await?.attempt()
    }

    async fn write_v2(
        &self,
        path: &SecretPath,
        place: &Place,
        fields: &SecretFields,
        options: &WriteOptions,
    ) -> Result<Attempt> {
        match (&options.precondition, options.mode) {
            (Precondition::Absent, _) => self.make(path, place, fields).await,
            (Precondition::Version(version), mode) => {
                let Some(cas) = number(version) else { return Err(self.changed(path)) };
                match mode {
                    WriteMode::Replace => self.replace_version(path, place, fields, cas).await,
                    WriteMode::Merge => self.merge(path, place, fields, Some(cas)).await,
                }
            }
            (Precondition::None, WriteMode::Merge) => self.merge(path, place, fields, None).await,
            (Precondition::None, WriteMode::Replace) => {
                match self.put(path, place, Verb::Post, fields, None).await {
                    Err(error) if wants_version(&error) => self.write_over(path, place, fields).await,
                    put => put?.attempt(),
                }
            }
        }
    }

    /// Writes where there is no secret: also where one was deleted, over the version that it had.
    async fn make(&self, path: &SecretPath, place: &Place, fields: &SecretFields) -> Result<Attempt> {
        let exists = || self.error(ErrorKind::Conflict, "write", path, "there is a secret already");
        match self.put(path, place, Verb::Post, fields, Some(0)).await? {
            Put::Conflict(_) => {}
            put => return put.attempt(),
        }
        match self.current(path, place).await? {
            Ok(Current::There(..)) => Err(exists()),
            Ok(Current::Nothing(version)) => {
                match self.put(path, place, Verb::Post, fields, Some(version)).await? {
                    Put::Conflict(_) => Err(exists()),
                    put => put.attempt(),
                }
            }
            Err(reply) => Ok(Attempt::Missing(reply)),
        }
    }

    /// Writes over a version that must be the current one, and not deleted: the server itself takes a deleted one.
    async fn replace_version(
        &self,
        path: &SecretPath,
        place: &Place,
        fields: &SecretFields,
        cas: u64,
    ) -> Result<Attempt> {
        match self.current(path, place).await {
            Ok(Ok(Current::There(_, version))) if version == cas => {}
            Ok(Ok(_)) => return Err(self.changed(path)),
            Ok(Err(reply)) => return Ok(Attempt::Missing(reply)),
            // Who may write and not read is held to the version all the same.
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {}
            Err(error) => return Err(error),
        }
        match self.put(path, place, Verb::Post, fields, Some(cas)).await? {
            Put::Conflict(_) => Err(self.changed(path)),
            put => put.attempt(),
        }
    }

    /// Replaces whatever is there where the engine wants to be told what that is.
    async fn write_over(&self, path: &SecretPath, place: &Place, fields: &SecretFields) -> Result<Attempt> {
        for _ in 0..TURNS {
            let cas = match self.current(path, place).await? {
                Ok(Current::There(_, version) | Current::Nothing(version)) => version,
                Err(reply) => return Ok(Attempt::Missing(reply)),
            };
            match self.put(path, place, Verb::Post, fields, Some(cas)).await? {
                Put::Conflict(_) => {}
                put => return put.attempt(),
            }
        }
        Err(self.contended(path))
    }

    /// What is at a path; the reply when it is a 404 that needs explaining.
    pub(super) async fn current(&self, path: &SecretPath, place: &Place) -> Result<Result<Current, Reply>> {
        let reply = self.get("write", path, place, None).await?;
        if reply.status != 404 {
            let secret = self.secret("write", path, place, &reply)?;
            let version = secret.version.as_ref().and_then(number).unwrap_or_default();
            return Ok(Ok(Current::There(secret, version)));
        }
        Ok(match gone(&reply) {
            Some(version) => Ok(Current::Nothing(version.version)),
            None if is_plain(&reply) => Ok(Current::Nothing(0)),
            None => Err(reply),
        })
    }

    /// Sends one write. If its answer is lost, finds out what became of it.
    pub(super) async fn put(
        &self,
        path: &SecretPath,
        place: &Place,
        verb: Verb,
        fields: &SecretFields,
        cas: Option<u64>,
    ) -> Result<Put> {
        let mut request = place.data(verb);
        request.body = Some(self.body(path, place.mount.version, fields, cas)?);
        let asked = request.clone();
        let lost = |error, may_come_late| {
            let is_whole = verb == Verb::Post;
            Lost { fields, is_whole, cas, error: self.told(Some(path), error), may_come_late }
        };
        let reply = match self.session.send(request).await {
            Ok(reply) => reply,
            Err(SendError::Transport(error)) if error.may_be_done => {
                let may_come_late = error.may_come_late;
                let lost = lost(error.into_error("write", Some(path)), may_come_late);
                return self.settle(path, place, lost).await;
            }
            Err(error) => return Err(self.told(Some(path), error.into_error("write", Some(path)))),
        };
        if reply.status == 404 {
            // That of a PATCH of nothing has no body, which would not do for another 404.
            return Ok(Put::Missing(reply));
        }
        let (may_be_done, may_come_late) = (may_be_done(&reply), reply.status == 504);
        let reply = match success_or_404("write", Some(path), &asked, reply) {
            Ok(reply) => reply,
            Err(error) if error.kind() == ErrorKind::Conflict => {
                return Ok(Put::Conflict(self.told(Some(path), error)));
            }
            // Where the path itself was at fault, nothing was done.
            Err(error) if may_be_done && error.kind() != ErrorKind::Invalid => {
                return self.settle(path, place, lost(error, may_come_late)).await;
            }
            Err(error) => return Err(self.told(Some(path), error)),
        };
        if !place.is_v2() {
            return Ok(Put::Written(unversioned()));
        }
        if reply.status == 204 {
            return Err(self.error_with_help(
                ErrorKind::Invalid,
                "write",
                path,
                format!("the engine at {}/ answers as version 1 does", place.mount.path),
                "set `kv_version: 1`, and delete what was written below data/",
            ));
        }
        let version = match self.written_version("write", path, &reply) {
            Ok(version) => version,
            Err(error) => return self.settle(path, place, lost(error, false)).await,
        };
        self.confirm(place);
        Ok(Put::Written(numbered(version)))
    }

    pub(super) fn changed(&self, path: &SecretPath) -> Error {
        self.error(ErrorKind::Conflict, "write", path, "the secret is not at that version any more")
    }

    pub(super) fn contended(&self, path: &SecretPath) -> Error {
        self.error(
            ErrorKind::Unavailable,
            "write",
            path,
            format!("others wrote it {TURNS} times in the meantime"),
        )
    }
}

/// Whether a write was done, perhaps, that is answered so: somebody between here and the server lost the server's answer, or
/// the server failed on the way. A 503 of its own says that it did not begin.
fn may_be_done(reply: &Reply) -> bool {
    match reply.status {
        501 => false,
        503 => decode::<Errors>(&reply.body).is_err(),
        status => status >= 500 || (200..300).contains(&status),
    }
}

/// What a write to version 1 becomes: no two are the same, and none is ever told by a read.
pub(super) fn unversioned() -> SecretVersion {
    SecretVersion::new(format!("unversioned-{:016x}", fastrand::u64(..)))
}

/// Whether the engine takes no write that does not name the version it replaces.
pub(super) fn wants_version(error: &Error) -> bool {
    error.kind() == ErrorKind::Invalid && error.detail().reason().contains("check-and-set parameter required")
}
