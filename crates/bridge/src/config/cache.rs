//! What is remembered of what was read.

use std::time::Duration;

use secret_store::wrapper::CachePolicy;
use serde::{Deserialize, Serialize};

use super::duration;
use super::problem::ConfigProblem;

/// What is remembered of what was read. Writes through the bridge are seen at once, those of others after `ttl`.
///
/// ```yaml
/// cache: { ttl: 10s, max_entries: 20000, stale_while_unavailable: 5m }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct CacheConfig {
    /// For how long a secret that was read is not read again; `30s` unless set. With `0s`, only those who ask at the same time
    /// share a read.
    #[serde(with = "duration")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub ttl: Duration,
    /// How many secrets are remembered; 16,384 unless set.
    pub max_entries: usize,
    /// For how long after `ttl` a secret that was read is answered while the store is not available; never unless set. Values are
    /// in memory for `ttl` and this time. At most `tokens.patience`, after which nobody is answered.
    #[serde(with = "duration::optional", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub stale_while_unavailable: Option<Duration>,
}

impl Default for CacheConfig {
    fn default() -> Self {
        Self { ttl: Duration::from_secs(30), max_entries: 16_384, stale_while_unavailable: None }
    }
}

impl CacheConfig {
    /// What this comes to.
    #[must_use]
    pub fn policy(&self) -> CachePolicy {
        let Self { ttl, max_entries, stale_while_unavailable: stale } = *self;
        CachePolicy { ttl, max_entries, stale }
    }

    /// `patience` is for how long tokens are believed.
    pub(super) fn problems(&self, patience: Duration) -> Vec<ConfigProblem> {
        let is_too_long = self.stale_while_unavailable.is_some_and(|stale| stale > patience);
        let problem = || {
            let message = "it is longer than `tokens.patience`, after which nobody is answered while the store is not available";
            ConfigProblem::new(&["cache", "stale_while_unavailable"], message).help(
                "set `tokens.patience` to the same time, if tokens may be believed for so long that may have been revoked \
                 meanwhile; else a shorter time here",
            )
        };
        is_too_long.then(problem).into_iter().collect()
    }
}
