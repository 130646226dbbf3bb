//! `secretbridge sync`.

mod after_write;
mod names;
mod told;

use clap::Args;
use force_sync::{Changes, Fields, ForceSync};
use secret_store::SecretPath;

pub(crate) use self::after_write::AfterWriteArgs;
use self::names::{add, settings};
use self::told::Told;
use crate::cli::ConfigArgs;
use crate::config::{NAME_THEM, NONE_KNOWN, load};
use crate::error::{Error, Result};
use crate::output::Output;
use crate::session::clock;

/// Have the External Secrets Operator read secrets again now, and not at its next refresh.
///
/// Sets the annotation `force-sync` on each `ExternalSecret` that uses these paths, through the Kubernetes API: with a kubeconfig, or
/// as a pod's service account. `k8s.secrets.force_sync` says where, and which of the operator's stores read from this one.
///
/// A bridge that has read a secret before may answer from memory for its `cache.ttl`; `store put --sync` waits for that.
#[derive(Debug, Args)]
pub(crate) struct SyncArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// The secrets that have changed: `infrastructure/minio`.
    #[arg(value_name = "PATH", required_unless_present = "all")]
    paths: Vec<SecretPath>,
    /// Every `ExternalSecret` that reads from this store, whatever it uses.
    #[arg(long, conflicts_with = "paths")]
    all: bool,
    /// Only say which `ExternalSecret` would be told.
    #[arg(long)]
    dry_run: bool,
}

pub(crate) async fn run(arguments: SyncArgs, output: Output) -> Result<()> {
    let SyncArgs { config, paths, all, dry_run } = arguments;
    let loaded = load(&config.config)?;
    let settings = settings(&loaded);
    let (access, namespaces) = (settings.access(), settings.namespaces.clone());
    let readers = loaded.config.readers(&settings);
    if readers.is_empty() {
        return Err(Error::NotTold { message: NONE_KNOWN.to_owned(), help: Some(NAME_THEM.to_owned()) });
    }
    let force_sync = ForceSync::open(&access, readers, namespaces, clock()).await?;
    let mut changes = if all { Changes::everything() } else { Changes::new() };
    for path in &paths {
        add(&mut changes, &loaded, &settings, path, &Fields::All);
    }
    let report = if dry_run { force_sync.plan(&changes).await } else { force_sync.touch(&changes).await };
    let told = Told { dry_run, report };
    output.result(&told)?;
    told.into_result()
}
