//! What is served where.

use std::collections::BTreeMap;

use secret_store::{SecretPath, StoreConfig};
use serde::{Deserialize, Serialize};

use super::problem::ConfigProblem;
use crate::KvVersion;

/// The first words of the API's own paths.
const TAKEN: [&str; 4] = ["auth", "sys", "identity", "cubbyhole"];

/// A store, or a part of one, that is served at a path.
///
/// ```yaml
/// mounts:
///   secret: {}
///   legacy: { version: 1, scope: legacy }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct MountConfig {
    /// The version of the key/value engine that it speaks: 2 (unless set), with versions and notes, or 1, without.
    pub version: KvVersion,
    /// Only what is below this path of the store.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub scope: Option<SecretPath>,
    /// A store of its own, outside the instance's scope, instead of the instance's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub store: Option<StoreConfig>,
    /// A secret that is always in the store of its own. While it is not there, that is not the store that was meant, but the
    /// empty place of one that is not mounted: then nothing in it counts as deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub anchor: Option<SecretPath>,
    /// Nobody writes here, whatever their policies say.
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    pub read_only: bool,
}

impl MountConfig {
    /// All of the instance's store, with this version of the engine.
    #[must_use]
    pub fn new(version: KvVersion) -> Self {
        Self { version, ..Self::default() }
    }
}

pub(super) fn problems(mounts: &BTreeMap<String, MountConfig>) -> Vec<ConfigProblem> {
    let mut problems = Vec::new();
    if mounts.is_empty() {
        let problem = ConfigProblem::new(&["mounts"], "nothing is served");
        problems
            .push(problem.help("leave `mounts` out, which serves the store at `secret`, or name a mount"));
    }
    for (path, mount) in mounts {
        if mount.anchor.is_some() && mount.store.is_none() {
            let message = "the instance's store is known by what the bridge keeps there itself";
            let problem = ConfigProblem::new(&["mounts", path, "anchor"], message);
            problems.push(problem.help("leave `anchor` out: it is for a mount with a `store` of its own"));
        }
        let wrong = match SecretPath::new(path) {
            Err(error) => Some(format!("the path of a mount {}", error.rule())),
            Ok(path) if path.segments().next().is_some_and(|first| TAKEN.contains(&first)) => {
                Some("this path is the API's own".to_owned())
            }
            Ok(_) => None,
        };
        if let Some(message) = wrong {
            let problem = ConfigProblem::new(&["mounts", path], message);
            problems.push(
                problem.help("name it as the clients' `path` has it, without a slash at its ends: `secret`"),
            );
        }
    }
    problems
}
