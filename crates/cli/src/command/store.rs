//! `secretbridge store`.

mod delete;
mod get;
mod list;
mod put;
mod rekey;

use clap::{Args, Subcommand};

use crate::error::Result;
use crate::output::Output;

/// Look into the store, and change it.
#[derive(Debug, Args)]
pub(crate) struct StoreArgs {
    #[command(subcommand)]
    command: StoreCommand,
}

#[derive(Debug, Subcommand)]
enum StoreCommand {
    /// Print a value.
    Get(get::GetArgs),
    /// Write a value, from stdin or typed in.
    Put(put::PutArgs),
    /// Print the paths of the secrets.
    List(list::ListArgs),
    /// Remove a secret.
    Delete(delete::DeleteArgs),
    /// Encrypt again, to the recipients of now.
    Rekey(rekey::RekeyArgs),
}

pub(crate) async fn run(arguments: StoreArgs, output: Output) -> Result<()> {
    match arguments.command {
        StoreCommand::Get(arguments) => get::run(arguments, output).await,
        StoreCommand::Put(arguments) => put::run(arguments, output).await,
        StoreCommand::List(arguments) => list::run(arguments, output).await,
        StoreCommand::Delete(arguments) => delete::run(arguments, output).await,
        StoreCommand::Rekey(arguments) => rekey::run(arguments, output).await,
    }
}
