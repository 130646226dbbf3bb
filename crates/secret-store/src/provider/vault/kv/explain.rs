//! What a 404 means.
//!
//! The server answers 404 where there is no secret, where its version was deleted, where no engine is mounted, where the
//! engine is not a key/value one or of the other version. **Not found** is only the first two; of a call of version 2 on an
//! engine of version 1, which looks the same, the server is asked once which version it is.

use vault_api::{Envelope, Errors, decode, kv2};

use super::mount::{Basis, Mount, Told, below};
use super::{Engines, Place};
use crate::provider::vault::KvVersion;
use crate::provider::vault::request::{Reply, Verb};
use crate::{Detail, Error, ErrorKind, Result, SecretPath};

/// What the server says to a call of version 1 on an engine of version 2.
const VERSIONED: &str = "Invalid path for a versioned K/V secrets engine";

/// Why there is nothing.
#[derive(Debug)]
pub(super) enum Missing {
    /// The mount was another than was taken for: ask again.
    Elsewhere,
    Here(Error),
}

/// What a 404 says by itself.
enum Said {
    Nothing,
    Deleted(kv2::VersionMetadata),
    OtherVersion,
    NoEngine,
    OtherEngine,
    NotTheServer,
}

/// The words of a 404 in which the server says that there is nothing, and no more.
pub(super) fn gone(reply: &Reply) -> Option<kv2::VersionMetadata> {
    match said(reply) {
        Said::Deleted(version) => Some(version),
        _ => None,
    }
}

/// Whether a 404 says nothing but that there is nothing.
pub(super) fn is_plain(reply: &Reply) -> bool {
    matches!(said(reply), Said::Nothing)
}

pub(super) fn is_other_version(reply: &Reply) -> bool {
    matches!(said(reply), Said::OtherVersion)
}

fn said(reply: &Reply) -> Said {
    if let Ok(errors) = decode::<Errors>(&reply.body) {
        let says = |words: &str| errors.errors.iter().any(|error| error.contains(words));
        return if says("no handler for route") || says("route entry not found") {
            Said::NoEngine
        } else if says("unsupported path") {
            Said::OtherEngine
        } else {
            Said::Nothing
        };
    }
    if let Ok(Envelope { data: Some(read), .. }) = decode::<Envelope<'_, kv2::Read<'_>>>(&reply.body) {
        return Said::Deleted(read.metadata);
    }
    // A patch of a deleted version has the metadata alone.
    if let Ok(Envelope { data: Some(version), .. }) =
        decode::<Envelope<'_, kv2::VersionMetadata>>(&reply.body)
    {
        return Said::Deleted(version);
    }
    match decode::<Envelope<'_>>(&reply.body) {
        Ok(Envelope { warnings: Some(warnings), .. })
            if warnings.iter().any(|line| line.starts_with(VERSIONED)) =>
        {
            Said::OtherVersion
        }
        // A gateway says 404 in JSON too.
        Ok(Envelope { request_id, .. }) if !request_id.is_empty() => Said::Nothing,
        // A patch of nothing has no body.
        Err(_) if reply.body.is_empty() && reply.content_type.as_deref() == Some("application/json") => {
            Said::Nothing
        }
        _ => Said::NotTheServer,
    }
}

impl Engines {
    /// What a 404 to a call at a place means.
    pub(super) async fn missing(
        &self,
        operation: &'static str,
        path: &SecretPath,
        place: &Place,
        reply: &Reply,
    ) -> Result<Missing> {
        let mount = &place.mount.path;
        let here = |error| Ok(Missing::Here(error));
        match said(reply) {
            Said::Deleted(version) => {
                self.confirm(place);
                here(self.was_deleted(operation, path, &version))
            }
            Said::OtherVersion if !place.is_v2() => Ok(self.other_version(operation, path, place, KvVersion::V2)),
            Said::OtherVersion => match self.compare(operation, path, place).await? {
                Some(missing) => Ok(missing),
                None => here(self.error_with_help(
                    ErrorKind::Invalid,
                    operation,
                    path,
                    format!("{mount}/ lies within an engine, and is not where it is mounted"),
                    "set `mount` to one that `bao secrets list` or `vault secrets list` shows",
                )),
            },
            Said::NoEngine => match self.compare(operation, path, place).await? {
                Some(missing) => Ok(missing),
                None => here(self.error_with_help(
                ErrorKind::Invalid,
                operation,
                path,
                format!("no engine is mounted at {mount}/, says {}", reply.url),
                "set `mount` to one that `bao secrets list` or `vault secrets list` shows, and the namespace that it is in",
                )),
            },
            Said::OtherEngine => here(self.error_with_help(
                ErrorKind::Invalid,
                operation,
                path,
                format!("the engine at {mount}/ is not a key/value engine, says {}", reply.url),
                "name the mount of a key/value engine: `bao secrets list` or `vault secrets list` shows them",
            )),
            Said::NotTheServer => here(self.error_with_help(
                ErrorKind::Unavailable,
                operation,
                path,
                format!("404 from {}: not an answer of Vault or OpenBao", reply.url),
                "check that the address is that of a Vault or OpenBao server, and what stands before it",
            )),
            Said::Nothing => match self.check(operation, path, place).await? {
                Some(missing) => Ok(missing),
                None => here(self.nothing(operation, path, place).await),
            },
        }
    }

    /// Makes sure once that the mount is what it was taken for; if it is not, what to do about it.
    pub(super) async fn check(
        &self,
        operation: &'static str,
        path: &SecretPath,
        place: &Place,
    ) -> Result<Option<Missing>> {
        let mount = &place.mount;
        let is_configured = match mount.basis {
            Basis::Told | Basis::ConfiguredUnchecked => return Ok(None),
            Basis::Configured => true,
            Basis::Assumed => false,
        };
        if mount.version == KvVersion::V1 {
            // A call of version 1 on an engine of version 2 is told apart by its answer.
            return Ok(None);
        }
        if let Some(missing) = self.compare(operation, path, place).await? {
            return Ok(Some(missing));
        }
        if is_configured && self.basis(path, place) == Basis::Configured {
            self.mounts.learn(Mount { basis: Basis::ConfiguredUnchecked, ..(**mount).clone() });
        }
        Ok(None)
    }

    /// Compares the mount with what the server says of it; notes that it is right, or says what to do about it. None as
    /// well when the server does not say.
    async fn compare(
        &self,
        operation: &'static str,
        path: &SecretPath,
        place: &Place,
    ) -> Result<Option<Missing>> {
        let mount = &place.mount;
        let at = if mount.is_in_paths { path.as_str() } else { &mount.path };
        let Told::Engine(engine) = self.ask_of_mount(operation, Some(path), at).await? else {
            return Ok(None);
        };
        let told = self.engine(operation, Some(path), &engine)?;
        if told.path == mount.path && told.version == mount.version {
            self.mounts.learn(told);
            return Ok(None);
        }
        if told.path == mount.path {
            return Ok(Some(self.other_version(operation, path, place, told.version)));
        }
        if mount.is_in_paths {
            self.mounts.learn(told);
            return Ok(Some(Missing::Elsewhere));
        }
        Ok(Some(Missing::Here(self.error_with_help(
            ErrorKind::Invalid,
            operation,
            path,
            format!("the engine is mounted at {}/, not at {}/", told.path, mount.path),
            format!("set `mount: {}`, and let the paths go on after it", told.path),
        ))))
    }

    /// How the version at a path is known now: it may have been confirmed in the meantime.
    fn basis(&self, path: &SecretPath, place: &Place) -> Basis {
        self.mounts.find(Some(path)).map_or(place.mount.basis, |mount| mount.basis)
    }

    /// The engine is of another version than was taken for.
    fn other_version(
        &self,
        operation: &'static str,
        path: &SecretPath,
        place: &Place,
        version: KvVersion,
    ) -> Missing {
        let mount = &place.mount;
        if !matches!(mount.basis, Basis::Configured | Basis::ConfiguredUnchecked) && mount.version != version
        {
            self.mounts.learn(Mount { version, basis: Basis::Told, ..(**mount).clone() });
            return Missing::Elsewhere;
        }
        let (said, is) = (u8::from(mount.version), u8::from(version));
        Missing::Here(self.error_with_help(
            ErrorKind::Invalid,
            operation,
            path,
            format!(
                "the configuration says kv_version {said}, and the engine at {}/ is version {is}",
                mount.path
            ),
            format!("set `kv_version: {is}`, or leave it out"),
        ))
    }

    fn was_deleted(
        &self,
        operation: &'static str,
        path: &SecretPath,
        version: &kv2::VersionMetadata,
    ) -> Error {
        let number = version.version;
        let (reason, help) = if version.destroyed {
            (
                format!("not found: version {number} was destroyed, and cannot be brought back"),
                "write it anew, or read an older version".to_owned(),
            )
        } else {
            (
                format!("not found: version {number} was deleted at {}", version.deletion_time),
                format!(
                    "undelete version {number} to have it back: `bao kv undelete` or `vault kv undelete`"
                ),
            )
        };
        let detail = Detail::new(operation, reason).at(path).store(self.store.as_str()).help(help);
        Error::new(ErrorKind::NotFound, detail.gone(version.clone().into()))
    }

    /// There is no secret, or it cannot be said.
    async fn nothing(&self, operation: &'static str, path: &SecretPath, place: &Place) -> Error {
        let mount = &place.mount;
        if self.basis(path, place) == Basis::Assumed && !self.answers_as_v2(place).await {
            return self.error_with_help(
                ErrorKind::PermissionDenied,
                operation,
                path,
                format!(
                    "nothing was found at {}/ as in version 2 of the key/value engine, but the server does not say \
                     whether it is version 2",
                    mount.path
                ),
                "set `mount` and `kv_version` in the configuration",
            );
        }
        match self.near_miss(operation, path, place).await {
            Some(near) => self.error_with_help(
                ErrorKind::NotFound,
                operation,
                path,
                format!("not found; there is a secret at {near:?}"),
                format!(
                    "the path is {near:?}: data/, metadata/ and the name of the mount are not part of it"
                ),
            ),
            None => self.not_found(operation, path),
        }
    }

    /// Whether an engine that does not tell its version answers a call of version 1 as version 2 does.
    async fn answers_as_v2(&self, place: &Place) -> bool {
        let is_v2 = self.session.send(place.as_v1()).await.is_ok_and(|reply| is_other_version(&reply));
        if is_v2 {
            self.confirm(place);
        }
        is_v2
    }

    /// The path that was probably meant, if there is a secret.
    async fn near_miss(
        &self,
        operation: &'static str,
        path: &SecretPath,
        place: &Place,
    ) -> Option<SecretPath> {
        let after_mount = below(&place.within, &place.mount.path);
        let after_word = [Some(place.within.as_str()), after_mount]
            .into_iter()
            .flatten()
            .flat_map(|path| ["data", "metadata"].into_iter().filter_map(|word| below(path, word)));
        let shorter: Vec<_> = after_word.chain(after_mount).filter(|within| !within.is_empty()).collect();
        for within in shorter {
            let other = Place { within: within.to_owned(), ..place.clone() };
            let found = self.ask(operation, Some(path), other.data(Verb::Get)).await;
            if found.is_ok_and(|reply| reply.status != 404) {
                return place.path_of(within);
            }
        }
        None
    }

    /// The error of a call that only version 2 knows.
    pub(super) fn only_v2(&self, operation: &'static str, path: &SecretPath) -> Error {
        Error::new(
            ErrorKind::Unsupported,
            Detail::new(operation, "version 1 of the key/value engine keeps no versions and no metadata")
                .at(path)
                .store(self.store.as_str())
                .help(
                    "`bao kv enable-versioning` or `vault kv enable-versioning` makes the engine keep them",
                ),
        )
    }
}

/// An error that adds what stays unsaid when a mount was only assumed.
pub(super) fn with_doubt(place: &Place, error: Error) -> Error {
    if place.mount.basis != Basis::Assumed || error.kind() != ErrorKind::PermissionDenied {
        return error;
    }
    let reason = format!(
        "{}; the server does not say what is mounted there, and {}/ was taken for version 2 of the key/value engine",
        error.detail().reason(),
        place.mount.path
    );
    error.with_reason(reason)
}
