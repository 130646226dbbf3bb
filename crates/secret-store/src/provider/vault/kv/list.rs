//! Listing, folder by folder.
//!
//! Version 2 keeps the name of a secret that was deleted, so each entry's metadata is looked at. OpenBao tells it with the
//! list: one request for each folder. Vault does not: one more for each secret. Where the metadata may not be read, a
//! deleted secret stays in the list.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use vault_api::{Envelope, decode, kv1, kv2, sys};

use super::explain::{Missing, is_other_version, is_plain, with_doubt};
use super::metadata::is_readable;
use super::mount::Basis;
use super::place::request;
use super::read::ATTEMPTS;
use super::{Engines, Place};
use crate::provider::vault::address::ApiPath;
use crate::provider::vault::request::{Reply, Verb};
use crate::{Detail, Error, ErrorKind, Result, SecretPath};

/// What is in one folder.
#[derive(Debug, Default)]
struct Folder {
    /// From the place that is listed.
    folders: Vec<String>,
    secrets: Vec<SecretPath>,
}

impl Engines {
    pub(in super::super) async fn list(&self, prefix: Option<&SecretPath>) -> Result<Vec<SecretPath>> {
        if prefix.is_none() && self.mounts.are_in_paths() {
            return self.list_all().await;
        }
        for _ in 0..ATTEMPTS {
            let place = self.place_or_mount("list", prefix).await?;
            match self.list_place(&place, prefix).await.map_err(|error| with_doubt(&place, error))? {
                Ok(paths) => return Ok(paths),
                Err(Missing::Elsewhere) => {}
                Err(Missing::Here(error)) => return Err(error),
            }
        }
        let reason = "the engine that is mounted there has changed";
        Err(self.told(prefix, Error::new(ErrorKind::Unavailable, Detail::new("list", reason))))
    }

    /// Lists every key/value engine that the token may do anything with.
    async fn list_all(&self) -> Result<Vec<SecretPath>> {
        let request = request(Verb::Get, ApiPath::fixed("sys/internal/ui/mounts"));
        let reply = self.ask("list", None, request).await?;
        let mounts: sys::Mounts = self.listed(None, &reply)?;
        let mut paths = Vec::new();
        for (at, engine) in mounts.secret {
            if matches!(engine.engine.as_str(), "kv" | "generic") {
                let engine = sys::Mount { path: at, ..engine };
                let mount = self.mounts.learn(self.engine("list", None, &engine)?);
                let prefix = SecretPath::new(&mount.path).ok();
                let place = Place { mount, within: String::new() };
                match self.list_place(&place, prefix.as_ref()).await? {
                    Ok(found) => paths.extend(found),
                    // It has gone meanwhile.
                    Err(Missing::Elsewhere) => {}
                    Err(Missing::Here(error)) => return Err(error),
                }
            }
        }
        paths.sort();
        Ok(paths)
    }

    async fn list_place(
        &self,
        place: &Place,
        prefix: Option<&SecretPath>,
    ) -> Result<Result<Vec<SecretPath>, Missing>> {
        let detailed = AtomicBool::new(place.is_v2());
        let mut waiting = vec![String::new()];
        let mut asked = FuturesUnordered::new();
        let mut paths = BTreeSet::new();
        loop {
            while asked.len() < self.concurrency {
                let Some(folder) = waiting.pop() else { break };
                asked.push(self.folder(place, prefix, folder, &detailed));
            }
            let Some(folder) = asked.next().await else { break };
            match folder? {
                Ok(folder) => {
                    paths.extend(folder.secrets);
                    waiting.extend(folder.folders);
                }
                Err(missing) => return Ok(Err(missing)),
            }
        }
        Ok(Ok(paths.into_iter().collect()))
    }

    async fn folder(
        &self,
        place: &Place,
        prefix: Option<&SecretPath>,
        folder: String,
        detailed: &AtomicBool,
    ) -> Result<Result<Folder, Missing>> {
        if detailed.load(Ordering::Relaxed) {
            match self.ask("list", prefix, place.folder(true, &folder)).await {
                Ok(reply) if reply.status != 404 => {
                    self.confirm(place);
                    return self.detailed_entries(place, prefix, &folder, &reply).map(Ok);
                }
                Ok(reply) if !is_other_version(&reply) => {
                    return self.empty(place, prefix, &folder, &reply).await;
                }
                Err(error) if error.kind() != ErrorKind::PermissionDenied => return Err(error),
                // Vault does not know this kind of list, and a policy may not allow it.
                Ok(_) | Err(_) => detailed.store(false, Ordering::Relaxed),
            }
        }
        let reply = self.ask("list", prefix, place.folder(false, &folder)).await?;
        if reply.status == 404 {
            return self.empty(place, prefix, &folder, &reply).await;
        }
        self.confirm(place);
        let list: kv1::List = self.listed(prefix, &reply)?;
        let mut found = entries(place, &folder, list.keys.iter().map(String::as_str));
        if place.is_v2() {
            found.secrets = self.without_deleted(place, found.secrets).await?;
        }
        Ok(Ok(found))
    }

    /// A 404 to a list: an empty folder, or an engine that is not what it was taken for.
    async fn empty(
        &self,
        place: &Place,
        prefix: Option<&SecretPath>,
        folder: &str,
        reply: &Reply,
    ) -> Result<Result<Folder, Missing>> {
        let is_told = place.mount.basis == Basis::Told;
        if is_plain(reply) && (is_told || !folder.is_empty()) {
            return Ok(Ok(Folder::default()));
        }
        // Errors name a path; of the whole mount, it is the mount's.
        let at = prefix.cloned().or_else(|| SecretPath::new(&place.mount.path).ok());
        let Some(at) = at else { return Ok(Ok(Folder::default())) };
        Ok(match self.missing("list", &at, place, reply).await? {
            Missing::Here(error) if error.kind() == ErrorKind::NotFound => Ok(Folder::default()),
            missing => Err(missing),
        })
    }

    fn detailed_entries(
        &self,
        place: &Place,
        prefix: Option<&SecretPath>,
        folder: &str,
        reply: &Reply,
    ) -> Result<Folder> {
        let list: kv2::DetailedList = self.listed(prefix, reply)?;
        let now = self.clock.now();
        let is_there = |name: &&str| {
            let info = list.key_info.get(*name);
            info.is_none_or(|info| {
                info.current_version.is_none_or(|current| is_readable(current, &info.versions, now))
            })
        };
        Ok(entries(place, folder, list.keys.iter().map(String::as_str).filter(is_there)))
    }

    /// The secrets whose current version is there, asked one by one.
    async fn without_deleted(&self, place: &Place, secrets: Vec<SecretPath>) -> Result<Vec<SecretPath>> {
        let now = self.clock.now();
        let looks = secrets.into_iter().map(|path| async move {
            let within = Place { within: place.within_of(&path), ..place.clone() };
            let answer = self.ask("list", Some(&path), within.below(Verb::Get, "metadata")).await;
            let is_there = match answer {
                Ok(reply) if reply.status == 404 => false,
                Ok(reply) => {
                    let metadata = self.metadata_in(&path, &reply)?;
                    is_readable(metadata.current_version, &metadata.versions, now)
                }
                Err(error) if error.kind() == ErrorKind::PermissionDenied => true,
                Err(error) => return Err(error),
            };
            Ok(is_there.then_some(path))
        });
        let mut looks = futures::stream::iter(looks.collect::<Vec<_>>()).buffered(self.concurrency);
        let mut kept = Vec::new();
        while let Some(look) = looks.next().await {
            kept.extend(look?);
        }
        Ok(kept)
    }

    fn listed<T: for<'a> serde::Deserialize<'a>>(
        &self,
        prefix: Option<&SecretPath>,
        reply: &Reply,
    ) -> Result<T> {
        let why = match decode::<Envelope<'_, T>>(&reply.body) {
            Ok(Envelope { data: Some(list), .. }) => return Ok(list),
            Ok(_) => "there is no data".to_owned(),
            Err(error) => error.to_string(),
        };
        let reason = format!("{} answers what is no list: {why}", reply.url);
        Err(self.told(prefix, Error::new(ErrorKind::Corrupt, Detail::new("list", reason))))
    }
}

/// What a list names. Names that no path of a secret has, such as those that begin with a full stop, are left out.
fn entries<'a>(place: &Place, folder: &str, names: impl Iterator<Item = &'a str>) -> Folder {
    let mut found = Folder::default();
    for name in names {
        let within = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        let (within, is_folder) =
            within.strip_suffix('/').map_or((within.as_str(), false), |within| (within, true));
        let whole =
            if place.within.is_empty() { within.to_owned() } else { format!("{}/{within}", place.within) };
        match place.path_of(&whole) {
            Some(_) if is_folder => found.folders.push(within.to_owned()),
            Some(path) => found.secrets.push(path),
            None => {}
        }
    }
    found
}
