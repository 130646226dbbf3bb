//! What only a store with numbered versions can do.

use clap::Args;
use secret_store::VersionedStore;

use crate::error::{Error, Result};
use crate::session::Session;

/// Which versions.
#[derive(Debug, Args)]
pub(super) struct VersionArgs {
    /// The numbers of the versions, with commas between them: `2,3`.
    #[arg(long, value_name = "NUMBERS", required = true, value_delimiter = ',', value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) versions: Vec<u64>,
}

/// `version 2` or `versions 2, 3`, for people.
pub(super) fn listed(versions: &[u64]) -> String {
    let numbers = versions.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
    format!("version{} {numbers}", if versions.len() == 1 { "" } else { "s" })
}

/// The store of a session, with its numbered versions.
pub(super) fn versions(session: &Session) -> Result<&dyn VersionedStore> {
    session.store.versioned().ok_or_else(|| Error::Usage {
        message: format!("the {} keeps no versions", session.store.info().describe()),
        help: "a store of provider: vault does, in version 2 of its key/value engine".to_owned(),
    })
}
