//! stub
use clap::Args;
use crate::{error::Result, output::Output};
/// Encrypt again.
#[derive(Debug, Args)]
pub(super) struct RekeyArgs {}
#[expect(clippy::unused_async)]
pub(super) async fn run(_: RekeyArgs, _: Output) -> Result<()> { Ok(()) }
