//! stub
use clap::Args;
use crate::{error::Result, output::Output};
/// Stub.
#[derive(Debug, Args)]
pub(crate) struct PlanArgs {}
pub(crate) fn run(_: &PlanArgs, _: Output) -> Result<()> { Ok(()) }
