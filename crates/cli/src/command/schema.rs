//! `secretbridge schema`.

use clap::Args;

use crate::config::Config;
use crate::error::Result;
use crate::output::Output;

/// Print the JSON Schema of the configuration.
///
/// Editors that know YAML use it for completion and checks: save it beside the configuration and begin that with
/// `# yaml-language-server: $schema=secretbridge.schema.json`.
#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {}

pub(crate) fn run(_: &SchemaArgs, output: Output) -> Result<()> {
    output.json(&schemars::schema_for!(Config))
}
