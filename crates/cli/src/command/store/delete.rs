//! `secretbridge store delete`.

use std::fmt;
use std::time::Duration;

use clap::Args;
use force_sync::Fields;
use secret_store::{SecretPath, SecretStore as _};
use serde::Serialize;

use crate::cli::ConfigArgs;
use crate::command::sync::AfterWriteArgs;
use crate::error::{Error, Result};
use crate::output::Output;
use crate::prompt::Terminal;
use crate::session::Session;

/// Remove a secret.
///
/// What lies below its path stays. That there is none is no error.
#[derive(Debug, Args)]
pub(super) struct DeleteArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// Where the secret is: `infrastructure/minio`.
    path: SecretPath,
    /// Do not ask.
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    sync: AfterWriteArgs,
}

#[derive(Serialize)]
struct Deleted {
    path: SecretPath,
    deleted: bool,
}

impl fmt::Display for Deleted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, deleted } = self;
        if *deleted { write!(f, "{path} is gone") } else { write!(f, "{path} stays") }
    }
}

pub(super) async fn run(arguments: DeleteArgs, deadline: Option<Duration>, output: Output) -> Result<()> {
    let DeleteArgs { config, path, yes, sync } = arguments;
    let session = Session::open(&config.config, deadline, output).await?;
    let deleted = yes || confirmed(&path, &session)?;
    if deleted {
        session.store.delete(&path).await?;
    }
    let done = Deleted { path, deleted };
    if !deleted {
        return output.summary(&done);
    }
    sync.report(&done, &session, &done.path, Fields::All, output).await
}

fn confirmed(path: &SecretPath, session: &Session) -> Result<bool> {
    let question = format!("Remove {path} from the {}?", session.store.info().describe());
    Terminal::confirm(&question)
        .map_err(|_| Error::NoTerminal(format!("cannot ask whether to remove {path}"), "give --yes"))
}
