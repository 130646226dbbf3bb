//! `secretbridge store metadata`.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use clap::Args;
use events::Timestamp;
use force_sync::Fields;
use secret_store::{MetadataUpdate, SecretMetadata, SecretPath};
use serde::Serialize;
use vault_api::duration;

use super::versions::versions;
use crate::cli::ConfigArgs;
use crate::command::sync::AfterWriteArgs;
use crate::error::{Error, Result};
use crate::output::Output;
use crate::session::Session;

/// Show the versions of a secret and the notes on it, or change the notes.
///
/// For Vault and OpenBao, version 2 of the key/value engine. The notes ("custom metadata") are not secret: who may list secrets
/// may often read them.
#[derive(Debug, Args)]
pub(super) struct MetadataArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// Where the secret is: `infrastructure/minio`.
    path: SecretPath,
    /// Note this on the secret; may be given several times. The other notes stay.
    #[arg(long, value_name = "KEY=TEXT", value_parser = note)]
    set: Vec<(String, String)>,
    /// Remove this note; may be given several times.
    #[arg(long, value_name = "KEY")]
    remove: Vec<String>,
    #[command(flatten)]
    sync: AfterWriteArgs,
}

fn note(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, text)) if !key.is_empty() => Ok((key.to_owned(), text.to_owned())),
        _ => Err("write it as KEY=TEXT".to_owned()),
    }
}

#[derive(Serialize)]
struct Changed {
    path: SecretPath,
    set: Vec<String>,
    removed: Vec<String>,
}

impl fmt::Display for Changed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part =
            |what: &str, keys: &[String]| (!keys.is_empty()).then(|| format!("{what} {}", keys.join(", ")));
        let parts: Vec<_> =
            [part("set", &self.set), part("removed", &self.removed)].into_iter().flatten().collect();
        write!(f, "notes on {}: {}", self.path, parts.join("; "))
    }
}

#[derive(Serialize)]
struct Shown {
    path: SecretPath,
    /// The newest version, deleted or not.
    current_version: u64,
    created: Option<Timestamp>,
    updated: Option<Timestamp>,
    /// How many versions are kept; none when the engine's own setting applies.
    max_versions: Option<u64>,
    /// Whether each write must name the version that it replaces.
    cas_required: bool,
    /// After which time a version is deleted by itself.
    delete_version_after: Option<String>,
    custom: BTreeMap<String, String>,
    versions: Vec<ShownVersion>,
}

#[derive(Serialize)]
struct ShownVersion {
    version: u64,
    created: Option<Timestamp>,
    /// When it was deleted, or will be by itself.
    deleted: Option<Timestamp>,
    destroyed: bool,
    /// Whether it can be read now.
    readable: bool,
}

impl Shown {
    fn new(path: SecretPath, metadata: &SecretMetadata, now: Timestamp) -> Self {
        let versions = metadata.versions.iter().map(|(number, version)| ShownVersion {
            version: *number,
            created: version.created,
            deleted: version.deleted,
            destroyed: version.destroyed,
            readable: version.is_readable(now),
        });
        Self {
            path,
            current_version: metadata.current_version,
            created: metadata.created,
            updated: metadata.updated,
            max_versions: metadata.max_versions,
            cas_required: metadata.cas_required,
            delete_version_after: metadata.delete_version_after.map(duration::show),
            versions: versions.collect(),
            custom: (*metadata.notes).clone(),
        }
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, version {}", self.path, self.current_version)?;
        if let Some(most) = self.max_versions {
            write!(f, "\n  at most {most} versions are kept")?;
        }
        if let Some(after) = &self.delete_version_after {
            write!(f, "\n  each version is deleted after {after}")?;
        }
        if self.cas_required {
            f.write_str("\n  each write must name the version that it replaces")?;
        }
        self.custom.iter().try_for_each(|(key, text)| write!(f, "\n  {key}: {text}"))?;
        self.versions.iter().try_for_each(|version| write!(f, "\n{version}"))
    }
}

impl fmt::Display for ShownVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>6}", self.version)?;
        if let Some(created) = self.created {
            write!(f, "  {created:.0}")?;
        }
        match self.deleted {
            _ if self.destroyed => f.write_str("  destroyed"),
            Some(deleted) if self.readable => write!(f, "  will be deleted at {deleted:.0}"),
            Some(deleted) => write!(f, "  deleted at {deleted:.0}"),
            None => Ok(()),
        }
    }
}

pub(super) async fn run(arguments: MetadataArgs, deadline: Option<Duration>, output: Output) -> Result<()> {
    let MetadataArgs { config, path, set, remove, sync } = arguments;
    let changes = changes(&set, &remove)?;
    let session = Session::open(&config.config, deadline, output).await?;
    let store = versions(&session)?;
    if changes.is_empty() {
        let metadata = session.progress.during(store.metadata(&path)).await?;
        return output.result(&Shown::new(path, &metadata, session.clock.now()));
    }
    let update = MetadataUpdate::new().with_changed_notes(changes.clone());
    session.progress.during(store.update_metadata(&path, update)).await?;
    let (set, removed): (Vec<_>, Vec<_>) = changes.into_iter().partition(|(_, text)| text.is_some());
    let keys = |changes: Vec<(String, Option<String>)>| changes.into_iter().map(|(key, _)| key).collect();
    let done = Changed { path, set: keys(set), removed: keys(removed) };
    sync.report(&done, &session, &done.path, Fields::All, output).await
}

fn changes(set: &[(String, String)], remove: &[String]) -> Result<BTreeMap<String, Option<String>>> {
    let set = set.iter().map(|(key, text)| (key, Some(text.clone())));
    let mut changes = BTreeMap::new();
    for (key, change) in set.chain(remove.iter().map(|key| (key, None))) {
        if changes.insert(key.clone(), change).is_some() {
            return Err(Error::Usage {
                message: format!("the note {key} is named twice"),
                help: "set it once, or remove it".to_owned(),
            });
        }
    }
    Ok(changes)
}
