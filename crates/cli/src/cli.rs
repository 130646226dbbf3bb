//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use k8s_bundle::{DirectoryWriter, GitCheck};

use crate::command;
use crate::deadline;
use crate::exit;
use crate::output::{Color, Format};

/// One declaration of a secret, two ways to deliver it to Kubernetes, one store behind both.
#[derive(Debug, Parser)]
#[command(name = "secretbridge", version, propagate_version = true, after_long_help = exit::help())]
#[command(arg_required_else_help = true, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = "Everywhere")]
pub(crate) struct Global {
    /// How results (on stdout) and errors (on stderr) are written.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: Format,
    /// Whether to use colour; `auto` does on a terminal unless `NO_COLOR` is set.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub(crate) color: Color,
    /// Say nothing but errors and what was asked for.
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// How long it may take, such as `5m`; then it stops, and whatever was being written is complete or not there.
    ///
    /// A store on a network is told, and says what it was waiting for. It has 5 minutes unless this says otherwise; all else may
    /// take as long as it takes.
    #[arg(long, global = true, value_name = "TIME", value_parser = deadline::parse, env = "SECRETBRIDGE_DEADLINE")]
    pub(crate) deadline: Option<Duration>,
}

/// Which configuration.
#[derive(Debug, Clone, Args)]
pub(crate) struct ConfigArgs {
    /// The configuration file, YAML or JSON; paths in it are relative to it.
    #[arg(
        long,
        short,
        value_name = "FILE",
        default_value = "secretbridge.yaml",
        env = "SECRETBRIDGE_CONFIG"
    )]
    pub(crate) config: PathBuf,
}

/// Where the output goes.
#[derive(Debug, Clone, Args)]
pub(crate) struct OutArgs {
    /// The folder of the output.
    #[arg(long, short = 'O', value_name = "FOLDER", default_value = "out")]
    pub(crate) out: PathBuf,
    /// Do not ask Git whether it tracks or ignores the file with the values.
    ///
    /// For a machine that has no Git, where nothing of the output is ever committed. The entry in `.gitignore` is written
    /// all the same.
    #[arg(long)]
    no_git_check: bool,
}

impl OutArgs {
    pub(crate) fn writer(&self) -> DirectoryWriter {
        let check = if self.no_git_check { GitCheck::Skip } else { GitCheck::Refuse };
        DirectoryWriter::new(&self.out).git_check(check)
    }
}

/// Each is described where its arguments are.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Init(command::init::InitArgs),
    Build(command::build::BuildArgs),
    Plan(command::plan::PlanArgs),
    Inventory(command::inventory::InventoryArgs),
    Store(command::store::StoreArgs),
    Sync(command::sync::SyncArgs),
    Serve(command::serve::ServeArgs),
    Audit(command::audit::AuditArgs),
    Schema(command::schema::SchemaArgs),
    Completions(command::completions::CompletionsArgs),
    Man(command::man::ManArgs),
}
