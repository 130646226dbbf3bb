//! Where a path is on the server.

use std::sync::Arc;

use super::mount::{Mount, below};
use crate::SecretPath;
use crate::provider::vault::KvVersion;
use crate::provider::vault::address::ApiPath;
use crate::provider::vault::request::{Request, Verb};

/// A path, split at its mount.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) mount: Arc<Mount>,
    /// What follows the mount; empty for the mount itself.
    pub(super) within: String,
}

impl Place {
    pub(super) fn is_v2(&self) -> bool {
        self.mount.version == KvVersion::V2
    }

    /// The secret itself: below `data/` in version 2.
    pub(super) fn data(&self, verb: Verb) -> Request {
        if self.is_v2() { self.below(verb, "data") } else { self.bare(verb) }
    }

    /// A path of version 2: below `metadata`, `delete` and so on.
    pub(super) fn below(&self, verb: Verb, word: &str) -> Request {
        request(verb, self.mount.api_path().join(word).join(&self.within))
    }

    fn bare(&self, verb: Verb) -> Request {
        request(verb, self.mount.api_path().join(&self.within))
    }

    /// The secret as version 1 has it, whatever version it is.
    pub(super) fn as_v1(&self) -> Request {
        self.bare(Verb::Get)
    }

    /// The names in a folder of this place; `detailed` with their metadata.
    pub(super) fn folder(&self, detailed: bool, folder: &str) -> Request {
        let mut place = self.mount.api_path();
        if self.is_v2() {
            place = place.join(if detailed { "detailed-metadata" } else { "metadata" });
        }
        let mut request = request(Verb::Get, place.join(&self.within).join(folder));
        request.query.push(("list", "true".to_owned()));
        request
    }

    /// What of a path follows the mount.
    pub(super) fn within_of(&self, path: &SecretPath) -> String {
        let path = path.as_str();
        let within = below(path, &self.mount.path).filter(|_| self.mount.is_in_paths);
        within.unwrap_or(path).to_owned()
    }

    /// The path of something within the mount, as the store's paths are.
    pub(super) fn path_of(&self, within: &str) -> Option<SecretPath> {
        let path =
            if self.mount.is_in_paths { format!("{}/{within}", self.mount.path) } else { within.to_owned() };
        SecretPath::new(&path).ok()
    }
}

pub(super) fn request(verb: Verb, path: ApiPath) -> Request {
    Request { verb, path, query: Vec::new(), body: None, token: None, namespace: None }
}
