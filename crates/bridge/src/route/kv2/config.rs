//! `<mount>/config`.

use serde::Serialize;

use super::super::{Call, Verb};
use crate::api::{Failure, Reply};
use crate::mount::Mount;

/// The engine's own settings. They are those of the store behind it, and are not changed through the bridge.
#[derive(Serialize)]
struct Config {
    cas_required: bool,
    delete_version_after: &'static str,
    max_versions: u64,
}

pub(super) fn serve(mount: &Mount, call: Call<'_>) -> Result<Reply, Failure> {
    if call.verb != Verb::Read {
        return Err(Failure::unsupported_operation());
    }
    // Zero is the engine's default; a store without history keeps one.
    let max_versions = u64::from(!mount.store.info().capabilities.history);
    Reply::data(call.request_id, &Config { cas_required: false, delete_version_after: "0s", max_versions })
}
