//! Which engine a path is in, and which version that is.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::Mutex;
use vault_api::{Envelope, decode, sys};

use super::Engines;
use super::place::{Place, request};
use crate::provider::vault::address::ApiPath;
use crate::provider::vault::error::success_or_404;
use crate::provider::vault::request::Verb;
use crate::provider::vault::{KvVersion, VaultConfig};
use crate::{Detail, Error, ErrorKind, Result, SecretPath};

/// Where a key/value engine is mounted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mount {
    /// Without a slash at either end; it may have some within.
    pub(super) path: String,
    pub(super) version: KvVersion,
    pub(super) basis: Basis,
    /// Whether the store's paths begin with it.
    pub(super) is_in_paths: bool,
}

/// How the version is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Basis {
    /// The server has said so, or has answered as that version does.
    Told,
    /// The configuration says so.
    Configured,
    /// The configuration says so, and the server was asked and did not tell.
    ConfiguredUnchecked,
    /// The server was asked and did not tell.
    Assumed,
}

/// What the server says of the engine at a path.
pub(super) enum Told {
    Engine(sys::Mount),
    /// It does not tell whom it does not let in, nor of an engine that is not there.
    Nothing,
}

impl Mount {
    pub(super) fn api_path(&self) -> ApiPath {
        ApiPath::default().join(&self.path)
    }
}

/// The engines that are known so far.
#[derive(Debug)]
pub(super) struct Mounts {
    configured: Option<String>,
    version: Option<KvVersion>,
    known: RwLock<Vec<Arc<Mount>>>,
    asking: Mutex<Asking>,
    /// How often the server was asked.
    asked: AtomicU64,
}

/// The last time that the server was asked, if it did not answer: who waited meanwhile does not ask again.
#[derive(Debug, Default)]
struct Asking {
    failed: Option<(String, Error)>,
}

impl Mounts {
    pub(super) fn new(config: &VaultConfig) -> Result<Self> {
        let configured = match &config.mount {
            None => None,
            Some(mount) => Some(checked(mount)?),
        };
        let mounts = Self {
            configured,
            version: config.kv_version,
            known: RwLock::default(),
            asking: Mutex::default(),
            asked: AtomicU64::new(0),
        };
        if let (Some(path), Some(version)) = (&mounts.configured, mounts.version) {
            mounts.learn(Mount { path: path.clone(), version, basis: Basis::Configured, is_in_paths: false });
        }
        Ok(mounts)
    }

    /// The version that all paths have, as far as it is known.
    pub(super) fn version(&self) -> Option<KvVersion> {
        if self.version.is_some() {
            return self.version;
        }
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        self.configured.as_ref().and(known.first()).map(|mount| mount.version)
    }

    pub(super) fn are_in_paths(&self) -> bool {
        self.configured.is_none()
    }

    /// The mount that a path is in, if it is known.
    pub(super) fn find(&self, path: Option<&SecretPath>) -> Option<Arc<Mount>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let fits = |mount: &&Arc<Mount>| {
            !mount.is_in_paths || path.is_some_and(|path| below(path.as_str(), &mount.path).is_some())
        };
        known.iter().filter(fits).max_by_key(|mount| mount.path.len()).cloned()
    }

    pub(super) fn learn(&self, mount: Mount) -> Arc<Mount> {
        let mount = Arc::new(mount);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        // What was assumed of a part of its path was wrong.
        known.retain(|known| !mount.is_in_paths || below(&mount.path, &known.path).is_none());
        known.retain(|known| known.path != mount.path);
        known.push(Arc::clone(&mount));
        mount
    }
}

/// What of a path follows the mount: empty at the mount itself.
pub(super) fn below<'a>(path: &'a str, mount: &str) -> Option<&'a str> {
    let rest = path.strip_prefix(mount)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

/// The mount as it is configured, without the slashes that people write around it.
fn checked(mount: &str) -> Result<String> {
    let path = mount.trim_matches('/');
    let is_odd = path.split('/').any(|part| part.is_empty() || part == "." || part == "..");
    if is_odd || path.chars().any(char::is_control) {
        let reason = format!("mount {mount:?} is not where an engine can be mounted");
        let help = "write it as `bao secrets list` or `vault secrets list` shows it: secret";
        return Err(Error::new(ErrorKind::Invalid, Detail::new("open", reason).help(help)));
    }
    Ok(path.to_owned())
}

impl Engines {
    /// Where a path is on the server, which is asked when it is not known.
    pub(super) async fn place(&self, operation: &'static str, path: &SecretPath) -> Result<Place> {
        let place = self.place_or_mount(operation, Some(path)).await?;
        if place.within.is_empty() {
            return Err(self.error_with_help(
                ErrorKind::Invalid,
                operation,
                path,
                format!("{}/ is where an engine is mounted, not a secret", place.mount.path),
                "a path begins with its mount and goes on after it, unless `mount` is set in the configuration",
            ));
        }
        Ok(place)
    }

    /// The same for a prefix, which may be the mount itself.
    pub(super) async fn place_or_mount(
        &self,
        operation: &'static str,
        path: Option<&SecretPath>,
    ) -> Result<Place> {
        let mount = match self.mounts.find(path) {
            Some(mount) => mount,
            None => self.find_out(operation, path).await?,
        };
        let path = path.map_or("", SecretPath::as_str);
        let within = if mount.is_in_paths { below(path, &mount.path).unwrap_or(path) } else { path };
        Ok(Place { within: within.to_owned(), mount })
    }

    /// Asks the server which mount a path is in. One at a time asks; who has waited for an answer takes it.
    async fn find_out(&self, operation: &'static str, path: Option<&SecretPath>) -> Result<Arc<Mount>> {
        let mounts = &self.mounts;
        let first = path.and_then(|path| path.segments().next()).unwrap_or_default();
        let asked_path = match &mounts.configured {
            Some(mount) => mount.clone(),
            None => path.map(ToString::to_string).unwrap_or_default(),
        };
        if let (None, Some(version)) = (&mounts.configured, mounts.version) {
            let path = first.to_owned();
            return Ok(mounts.learn(Mount { path, version, basis: Basis::Configured, is_in_paths: true }));
        }
        let before = mounts.asked.load(Ordering::Acquire);
        let mut asking = mounts.asking.lock().await;
        if let Some(mount) = mounts.find(path) {
            return Ok(mount);
        }
        if let Some((of, error)) = &asking.failed
            && mounts.asked.load(Ordering::Acquire) != before
            && of == first
        {
            return Err(error.clone().with_path(path.cloned()));
        }
        let told = self.ask_of_mount(operation, path, &asked_path).await;
        let mount = told.and_then(|told| match told {
            Told::Engine(engine) => self.engine(operation, path, &engine),
            Told::Nothing => Ok(Mount {
                path: mounts.configured.clone().unwrap_or_else(|| first.to_owned()),
                version: KvVersion::V2,
                basis: Basis::Assumed,
                is_in_paths: mounts.are_in_paths(),
            }),
        });
        asking.failed = mount.as_ref().err().map(|error| (first.to_owned(), error.clone()));
        mounts.asked.fetch_add(1, Ordering::AcqRel);
        Ok(mounts.learn(mount?))
    }

    /// The key/value engine that the server tells of; an error when it is of another kind.
    pub(super) fn engine(
        &self,
        operation: &'static str,
        path: Option<&SecretPath>,
        engine: &sys::Mount,
    ) -> Result<Mount> {
        let at = engine.path.trim_matches('/').to_owned();
        if !matches!(engine.engine.as_str(), "kv" | "generic" | "cubbyhole") {
            let reason = format!("the engine at {at}/ is {}, not key/value", engine.engine);
            let help =
                "name the mount of a key/value engine: `bao secrets list` or `vault secrets list` shows them";
            return Err(
                self.told(path, Error::new(ErrorKind::Invalid, Detail::new(operation, reason).help(help)))
            );
        }
        let version = engine.options.as_ref().and_then(|options| options.get("version"));
        let version =
            if version.is_some_and(|version| version == "2") { KvVersion::V2 } else { KvVersion::V1 };
        Ok(Mount { path: at, version, basis: Basis::Told, is_in_paths: self.mounts.are_in_paths() })
    }

    /// Asks the server for the engine at a path. Whoever may do anything with the engine may ask.
    pub(super) async fn ask_of_mount(
        &self,
        operation: &'static str,
        path: Option<&SecretPath>,
        at: &str,
    ) -> Result<Told> {
        let request = request(Verb::Get, ApiPath::fixed("sys/internal/ui/mounts").join(at));
        let asked = request.clone();
        let sent = self.session.send(request).await;
        let reply = sent.map_err(|error| self.told(path, error.into_error(operation, path)))?;
        if matches!(reply.status, 403 | 404) {
            return Ok(Told::Nothing);
        }
        let reply = success_or_404(operation, path, &asked, reply).map_err(|error| self.told(path, error))?;
        match decode::<Envelope<'_, sys::Mount>>(&reply.body) {
            Ok(Envelope { data: Some(mount), .. }) if !mount.path.is_empty() => Ok(Told::Engine(mount)),
            _ => Ok(Told::Nothing),
        }
    }

    /// Notes that the server has answered as the mount's version does.
    pub(super) fn confirm(&self, place: &Place) {
        if place.mount.basis != Basis::Told {
            self.mounts.learn(Mount { basis: Basis::Told, ..(*place.mount).clone() });
        }
    }
}
