//! Keeping values out of the swap.

use rustix::mm::{MlockAllFlags, mlockall};
use rustix::process::{Resource, getrlimit};

/// Locks the process's memory, so that no value is written to a swap file, where the system allows it. With a limit on locked
/// memory, it would be the allocator that fails, at some later time: then it is left alone.
pub(super) fn lock() {
    if getrlimit(Resource::Memlock).current.is_some() {
        tracing::info!(
            "memory is not locked: the limit on locked memory is not `unlimited`; see SECURITY.md"
        );
        return;
    }
    match mlockall(MlockAllFlags::CURRENT | MlockAllFlags::FUTURE | MlockAllFlags::ONFAULT) {
        Ok(()) => tracing::debug!("memory is locked"),
        Err(error) => tracing::info!(%error, "memory is not locked"),
    }
}
