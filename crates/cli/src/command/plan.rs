//! `secretbridge plan`.

use clap::Args;
use k8s_bundle::{BundlePath, BundleWriter as _, SECRETS_FILE};
use materializer::Plan;
use serde::Serialize;

use crate::cli::{ConfigArgs, OutArgs};
use crate::config::load;
use crate::error::Result;
use crate::output::Output;
use crate::prepare::prepare;
use crate::warning::Warning;

/// Show what `build` would write, without reading any value.
///
/// Checks the configuration, what is declared in it, and whether the file with the values may be written. Opens no store
/// and asks for nothing.
#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    out: OutArgs,
}

#[derive(Serialize)]
struct Planned<'a> {
    #[serde(flatten)]
    plan: &'a Plan,
    /// The freely viewable files.
    files: Vec<&'a BundlePath>,
    warnings: &'a [Warning],
}

pub(crate) fn run(arguments: &PlanArgs, output: Output) -> Result<()> {
    let loaded = load(&arguments.config.config)?;
    let prepared = prepare(&loaded)?;
    if prepared.plan.by_value().next().is_some() {
        arguments.out.writer().check_secret(&SECRETS_FILE.parse()?)?;
    }
    Warning::note(&prepared.warnings, output);
    let files: Vec<_> = prepared.files.iter().map(|(path, _)| path).collect();
    if output.is_json() {
        return output.json(&Planned { plan: &prepared.plan, files, warnings: &prepared.warnings });
    }
    let mut text = prepared.plan.to_string();
    if !files.is_empty() {
        text.push_str("\nbeside them, without any value:\n");
        text.extend(files.iter().map(|path| format!("  {path}\n")));
    }
    output.text(&text)
}
