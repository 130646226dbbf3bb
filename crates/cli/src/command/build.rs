//! stub
use clap::Args;
use crate::{error::Result, output::Output};
/// Stub.
#[derive(Debug, Args)]
pub(crate) struct BuildArgs {}
pub(crate) async fn run(_: BuildArgs, _: Output) -> Result<()> { Ok(()) }
