//! `secretbridge store destroy`.

use std::fmt;
use std::time::Duration;

use clap::Args;
use force_sync::Fields;
use secret_store::SecretPath;
use serde::Serialize;

use super::versions::{VersionArgs, listed, versions as store_versions};
use crate::cli::ConfigArgs;
use crate::command::sync::AfterWriteArgs;
use crate::error::{Error, Result};
use crate::output::Output;
use crate::prompt::Terminal;
use crate::session::Session;

/// Remove versions of a secret for good.
///
/// For Vault and OpenBao, version 2 of the key/value engine. `store delete` only marks the current version as deleted, and
/// `store undelete` brings it back; what is destroyed stays destroyed.
#[derive(Debug, Args)]
pub(super) struct DestroyArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// Where the secret is: `infrastructure/minio`.
    path: SecretPath,
    #[command(flatten)]
    versions: VersionArgs,
    /// Do not ask.
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    sync: AfterWriteArgs,
}

#[derive(Serialize)]
struct Destroyed {
    path: SecretPath,
    versions: Vec<u64>,
    #[serde(rename = "destroyed")]
    is_done: bool,
}

impl fmt::Display for Destroyed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, versions, is_done } = self;
        let are = match (*is_done, versions.len()) {
            (true, 1) => "is gone for good",
            (true, _) => "are gone for good",
            (false, 1) => "stays",
            (false, _) => "stay",
        };
        write!(f, "{} of {path} {are}", listed(versions))
    }
}

pub(super) async fn run(arguments: DestroyArgs, deadline: Option<Duration>, output: Output) -> Result<()> {
    let DestroyArgs { config, path, versions: VersionArgs { versions }, yes, sync } = arguments;
    let session = Session::open(&config.config, deadline, output).await?;
    let store = store_versions(&session)?;
    let is_done = yes || confirmed(&path, &versions, &session)?;
    if is_done {
        session.progress.during(store.destroy(&path, &versions)).await?;
    }
    let done = Destroyed { path, versions, is_done };
    if !is_done {
        return output.summary(&done);
    }
    sync.report(&done, &session, &done.path, Fields::All, output).await
}

fn confirmed(path: &SecretPath, versions: &[u64], session: &Session) -> Result<bool> {
    let store = session.store.info().describe();
    let question = format!("Remove {} of {path} from the {store} for good?", listed(versions));
    Terminal::confirm(&question).map_err(|_| {
        Error::NoTerminal(format!("cannot ask whether to destroy versions of {path}"), "give --yes")
    })
}
