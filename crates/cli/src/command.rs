//! The commands, one file each.

pub(crate) mod audit;
pub(crate) mod build;
pub(crate) mod completions;
pub(crate) mod init;
pub(crate) mod inventory;
pub(crate) mod man;
pub(crate) mod plan;
pub(crate) mod schema;
pub(crate) mod serve;
pub(crate) mod store;
pub(crate) mod sync;

use std::time::Duration;

use crate::cli::Command;
use crate::error::Result;
use crate::output::Output;

/// Runs a command.
pub(crate) async fn run(command: Command, deadline: Option<Duration>, output: Output) -> Result<()> {
    match command {
        Command::Init(arguments) => init::run(&arguments, output),
        Command::Build(arguments) => Box::pin(build::run(arguments, deadline, output)).await,
        Command::Plan(arguments) => plan::run(&arguments, output),
        Command::Inventory(arguments) => inventory::run(&arguments, output),
        Command::Store(arguments) => store::run(arguments, deadline, output).await,
        Command::Sync(arguments) => sync::run(arguments, output).await,
        Command::Serve(arguments) => Box::pin(serve::run(arguments, output)).await,
        Command::Audit(arguments) => audit::run(&arguments, output).await,
        Command::Schema(arguments) => schema::run(&arguments, output),
        Command::Completions(arguments) => completions::run(&arguments, output),
        Command::Man(arguments) => man::run(&arguments, output),
    }
}
