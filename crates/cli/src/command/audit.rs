//! `secretbridge audit`.

mod tail;
mod verify;

use clap::{Args, Subcommand};

use crate::cli::ConfigArgs;
use crate::config::{Loaded, load};
use crate::error::Result;
use crate::output::Output;

/// Look at the audit log.
#[derive(Debug, Args)]
pub(crate) struct AuditArgs {
    #[command(subcommand)]
    command: AuditCommand,
}

/// Each is described where its arguments are.
#[derive(Debug, Subcommand)]
enum AuditCommand {
    Verify(verify::VerifyArgs),
    Tail(tail::TailArgs),
}

pub(crate) async fn run(arguments: &AuditArgs, output: Output) -> Result<()> {
    match &arguments.command {
        AuditCommand::Verify(arguments) => verify::run(arguments, output),
        AuditCommand::Tail(arguments) => tail::run(arguments, output).await,
    }
}

/// Which log.
#[derive(Debug, Args)]
struct LogArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// The log itself, such as one that was rotated away; by default, that of the configuration.
    #[arg(long, value_name = "FILE", conflicts_with = "config")]
    file: Option<std::path::PathBuf>,
}

impl LogArgs {
    fn path(&self) -> Result<std::path::PathBuf> {
        match &self.file {
            Some(file) => Ok(file.clone()),
            None => Ok(log_path(&load(&self.config.config)?)?),
        }
    }
}

fn log_path(loaded: &Loaded) -> Result<std::path::PathBuf, events::AuditError> {
    events::audit::log_path(&loaded.resolve(&loaded.config.audit.path), loaded.config.instance.as_str())
}
