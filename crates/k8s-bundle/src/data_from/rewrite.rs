//! How names in the store become keys of the Secret.

use serde::{Deserialize, Serialize};

use super::Regexp;
use crate::default::is_default;
use crate::word::word_enum;

/// One step of rewriting names. The steps are done one after the other, each over all names.
///
/// In the operator's words: <https://external-secrets.io/latest/guides/datafrom-rewrite/>.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rewrite {
    /// What matches is replaced, each match in a name.
    Regexp {
        /// What is replaced.
        source: Regexp,
        /// What stands there then; `$1` or `${name}` is a group of `source`.
        target: String,
    },
    /// The name becomes what a Go template makes of it.
    Transform {
        /// The template; the name is `.value`.
        template: String,
    },
    /// Values that are JSON objects are merged. Only with `sync_mode: external-secrets`.
    Merge(RewriteMerge),
}

impl Rewrite {
    /// Replaces each match of `source` in a name by `target`.
    #[must_use]
    pub fn regexp(source: Regexp, target: impl Into<String>) -> Self {
        Self::Regexp { source, target: target.into() }
    }

    /// Makes each name what the template makes of it.
    #[must_use]
    pub fn transform(template: impl Into<String>) -> Self {
        Self::Transform { template: template.into() }
    }
}

/// How values that are JSON objects are merged.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a map, {} for all that is usual")]
#[non_exhaustive]
pub struct RewriteMerge {
    /// With the strategy `JSON`: the key that the merged object becomes.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub into: String,
    /// The names whose values are merged last, in that order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub priority: Vec<String>,
    /// What becomes of a name in `priority` that there is not.
    #[serde(default, skip_serializing_if = "is_default")]
    pub priority_policy: MergePriorityPolicy,
    /// What becomes of a field that two objects have.
    #[serde(default, skip_serializing_if = "is_default")]
    pub conflict_policy: MergeConflictPolicy,
    /// What becomes of the merged object.
    #[serde(default, skip_serializing_if = "is_default")]
    pub strategy: MergeStrategy,
}

impl RewriteMerge {
    /// The fields of all objects become keys.
    #[must_use]
    pub fn extract() -> Self {
        Self::default()
    }

    /// The merged object becomes one more key.
    #[must_use]
    pub fn json(into: impl Into<String>) -> Self {
        Self { into: into.into(), strategy: MergeStrategy::Json, ..Self::default() }
    }
}

word_enum!(
    /// What becomes of a field that two merged objects have.
    #[derive(Default)]
    MergeConflictPolicy {
        /// It is an error.
        #[default]
        Error = "Error",
        /// The later object wins.
        Ignore = "Ignore",
    }
);

word_enum!(
    /// What becomes of a name in `priority` that there is not.
    #[derive(Default)]
    MergePriorityPolicy {
        /// It is an error.
        #[default]
        Strict = "Strict",
        /// It is passed over.
        IgnoreNotFound = "IgnoreNotFound",
    }
);

word_enum!(
    /// What becomes of the merged object.
    #[derive(Default)]
    MergeStrategy {
        /// Its fields become keys, and the keys that they came from go.
        #[default]
        Extract = "Extract",
        /// It becomes one more key, as JSON.
        Json = "JSON",
    }
);
