//! Who is told of what was written.

use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::mount::KvVersion;
use crate::route::Verb;

/// Is told of what was written through the bridge.
pub trait WriteListener: Send + Sync {
    /// Something was written, deleted or brought back: `path` below `mount`, both without slashes at their ends. The client's
    /// answer waits for this, so it returns at once.
    fn written(&self, mount: &str, path: &str);
}

/// At most one.
#[derive(Default)]
pub(crate) struct Listening(OnceLock<Arc<dyn WriteListener>>);

impl Listening {
    /// Whoever is set first stays.
    pub(crate) fn set(&self, listener: Arc<dyn WriteListener>) {
        let _ = self.0.set(listener);
    }

    /// A request was done.
    pub(crate) fn done(&self, version: KvVersion, mount: &str, verb: Verb, rest: &str) {
        if let Some(listener) = self.0.get()
            && let Some(path) = written(version, verb, rest)
        {
            listener.written(mount, path);
        }
    }
}

impl fmt::Debug for Listening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Listening").field(&self.0.get().is_some()).finish()
    }
}

#[cfg(feature = "kubernetes")]
impl WriteListener for force_sync::Queue {
    fn written(&self, mount: &str, path: &str) {
        self.changed(mount, path, force_sync::Fields::All);
    }
}

/// Which secret a request changes. Notes count: the operator can be told to read them.
fn written(version: KvVersion, verb: Verb, rest: &str) -> Option<&str> {
    match (version, verb) {
        (_, Verb::Read | Verb::List) => None,
        (KvVersion::V1, _) => Some(rest),
        (KvVersion::V2, _) => match rest.split_once('/')? {
            ("data" | "metadata" | "delete" | "undelete" | "destroy", path) => Some(path),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_to_change_a_secret_names_it() {
        for rest in ["data/a/b", "metadata/a/b", "delete/a/b", "undelete/a/b", "destroy/a/b"] {
            assert_eq!(written(KvVersion::V2, Verb::Write, rest), Some("a/b"), "{rest}");
        }
        assert_eq!(written(KvVersion::V2, Verb::Delete, "data/a"), Some("a"));
        assert_eq!(written(KvVersion::V2, Verb::Patch, "data/a"), Some("a"));
        assert_eq!(written(KvVersion::V1, Verb::Write, "data/a"), Some("data/a"));
    }

    #[test]
    fn what_changes_no_secret_names_none() {
        for verb in [Verb::Read, Verb::List] {
            assert_eq!(written(KvVersion::V2, verb, "data/a"), None);
            assert_eq!(written(KvVersion::V1, verb, "a"), None);
        }
        assert_eq!(written(KvVersion::V2, Verb::Write, "config"), None);
        assert_eq!(written(KvVersion::V2, Verb::Write, "elsewhere/a"), None);
    }
}
