//! `secretbridge store`.

mod delete;
mod destroy;
mod get;
mod list;
mod metadata;
mod put;
mod rekey;
mod undelete;
mod versions;

use std::time::Duration;

use clap::{Args, Subcommand};

use crate::error::Result;
use crate::output::Output;

/// Look into the store, and change it.
#[derive(Debug, Args)]
pub(crate) struct StoreArgs {
    #[command(subcommand)]
    command: StoreCommand,
}

/// Each is described where its arguments are.
#[derive(Debug, Subcommand)]
enum StoreCommand {
    Get(get::GetArgs),
    Put(put::PutArgs),
    List(list::ListArgs),
    Delete(delete::DeleteArgs),
    Rekey(rekey::RekeyArgs),
    Undelete(undelete::UndeleteArgs),
    Destroy(destroy::DestroyArgs),
    Metadata(metadata::MetadataArgs),
}

pub(crate) async fn run(arguments: StoreArgs, deadline: Option<Duration>, output: Output) -> Result<()> {
    match arguments.command {
        StoreCommand::Get(arguments) => get::run(arguments, deadline, output).await,
        StoreCommand::Put(arguments) => put::run(arguments, deadline, output).await,
        StoreCommand::List(arguments) => list::run(arguments, deadline, output).await,
        StoreCommand::Delete(arguments) => delete::run(arguments, deadline, output).await,
        StoreCommand::Rekey(arguments) => rekey::run(arguments, deadline, output).await,
        StoreCommand::Undelete(arguments) => undelete::run(arguments, deadline, output).await,
        StoreCommand::Destroy(arguments) => destroy::run(arguments, deadline, output).await,
        StoreCommand::Metadata(arguments) => metadata::run(arguments, deadline, output).await,
    }
}
