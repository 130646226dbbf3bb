//! `secretbridge store undelete`.

use std::fmt;
use std::time::Duration;

use clap::Args;
use force_sync::Fields;
use secret_store::SecretPath;
use serde::Serialize;

use super::versions::{VersionArgs, listed, versions as store_versions};
use crate::cli::ConfigArgs;
use crate::command::sync::AfterWriteArgs;
use crate::error::Result;
use crate::output::Output;
use crate::session::Session;

/// Bring deleted versions of a secret back.
///
/// For Vault and OpenBao, version 2 of the key/value engine. What was destroyed does not come back; `store metadata` shows what
/// there is.
#[derive(Debug, Args)]
pub(super) struct UndeleteArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// Where the secret is: `infrastructure/minio`.
    path: SecretPath,
    #[command(flatten)]
    versions: VersionArgs,
    #[command(flatten)]
    sync: AfterWriteArgs,
}

#[derive(Serialize)]
struct Undeleted {
    path: SecretPath,
    versions: Vec<u64>,
}

impl fmt::Display for Undeleted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, versions } = self;
        let are = if versions.len() == 1 { "is back, unless it was" } else { "are back, unless they were" };
        write!(f, "{} of {path} {are} destroyed", listed(versions))
    }
}

pub(super) async fn run(arguments: UndeleteArgs, deadline: Option<Duration>, output: Output) -> Result<()> {
    let UndeleteArgs { config, path, versions: VersionArgs { versions }, sync } = arguments;
    let session = Session::open(&config.config, deadline, output).await?;
    session.progress.during(store_versions(&session)?.undelete(&path, &versions)).await?;
    let done = Undeleted { path, versions };
    sync.report(&done, &session, &done.path, Fields::All, output).await
}
