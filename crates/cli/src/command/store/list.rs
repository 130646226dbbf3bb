//! `secretbridge store list`.

use std::fmt;
use std::time::Duration;

use clap::Args;
use secret_store::{SecretPath, SecretStore as _};
use serde::Serialize;

use crate::cli::ConfigArgs;
use crate::error::Result;
use crate::output::Output;
use crate::session::Session;

/// Print the paths of the secrets.
#[derive(Debug, Args)]
pub(super) struct ListArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// Only those below this path.
    prefix: Option<SecretPath>,
}

#[derive(Serialize)]
struct Listed {
    paths: Vec<SecretPath>,
}

impl fmt::Display for Listed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.paths.iter().try_for_each(|path| writeln!(f, "{path}"))
    }
}

pub(super) async fn run(arguments: ListArgs, deadline: Option<Duration>, output: Output) -> Result<()> {
    let session = Session::open(&arguments.config.config, deadline, output).await?;
    let listed = Listed { paths: session.store.list(arguments.prefix.as_ref()).await? };
    if output.is_json() { output.json(&listed) } else { output.text(&listed.to_string()) }
}
