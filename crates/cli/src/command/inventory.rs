//! `secretbridge inventory`.

use clap::{Args, ValueEnum};

use crate::cli::ConfigArgs;
use crate::config::load;
use crate::error::Result;
use crate::inventory::{Filter, Inventory, OwnerKeys, markdown, mermaid, table};
use crate::output::Output;
use crate::prepare::prepare;
use crate::warning::Warning;

/// List which path of which store feeds which key of which Secret, and how.
///
/// One row for each key and each source of it, by value and by reference, with the store, the refresh interval, the owner,
/// and the line that declares it. Reads no value, opens no store and asks for nothing.
#[derive(Debug, Args)]
pub(crate) struct InventoryArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// How it is written. By default a table, or what `--output` says.
    #[arg(long, short, value_enum, value_name = "FORMAT")]
    format: Option<InventoryFormat>,
    #[command(flatten)]
    filter: Filter,
    /// The label or annotation that names the owner of a Secret; of several, the first that is there.
    ///
    /// By default `secretbridge.dev/owner`.
    #[arg(long, value_name = "KEY")]
    owner_label: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum InventoryFormat {
    /// For a terminal.
    Table,
    /// For programs.
    Json,
    /// For a wiki: a table in GitHub's Markdown.
    Markdown,
    /// A flow chart from paths to Secrets.
    Mermaid,
}

pub(crate) fn run(arguments: &InventoryArgs, output: Output) -> Result<()> {
    let InventoryArgs { config, format, filter, owner_label } = arguments;
    let loaded = load(&config.config)?;
    let prepared = prepare(&loaded)?;
    let inventory = Inventory::of(&loaded, &prepared, &OwnerKeys::new(owner_label), filter)?;
    Warning::note(&prepared.warnings, output);
    let otherwise = if output.is_json() { InventoryFormat::Json } else { InventoryFormat::Table };
    match format.unwrap_or(otherwise) {
        InventoryFormat::Json => output.json(&inventory),
        InventoryFormat::Table => output.text(&table(&inventory)),
        InventoryFormat::Markdown => output.text(&markdown(&inventory)),
        InventoryFormat::Mermaid => output.text(&mermaid(&inventory)),
    }
}
