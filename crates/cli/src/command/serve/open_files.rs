//! Room for connections.

use rustix::process::{Resource, getrlimit, setrlimit};

/// Beside connections: the log, the store, the runtimes.
const OTHERS: u64 = 128;

/// Has the process open as many files as it may, where a lower limit was set for programs that cannot stand many; and says so when
/// there is no room for that many connections even then.
pub(super) fn make_room(connections: usize) {
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum {
        let raised = rustix::process::Rlimit { current: limit.maximum, ..limit };
        if setrlimit(Resource::Nofile, raised).is_ok() {
            limit.current = limit.maximum;
        }
    }
    let wanted = u64::try_from(connections).unwrap_or(u64::MAX).saturating_add(OTHERS);
    if let Some(most) = limit.current.filter(|most| *most < wanted) {
        tracing::warn!(
            most,
            wanted,
            "there may be fewer open files than connections: raise the limit (`ulimit -Hn`)"
        );
    }
}
