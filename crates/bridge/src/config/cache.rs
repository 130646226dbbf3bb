//! What is remembered of what was read.

use std::time::Duration;

use secret_store::wrapper::CachePolicy;
use serde::{Deserialize, Serialize};

use super::duration;

/// What is remembered of what was read. Writes through the bridge are seen at once, those of others after `ttl`.
///
/// ```yaml
/// cache: { ttl: 10s, max_entries: 20000 }
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
}

impl Default for CacheConfig {
    fn default() -> Self {
        Self { ttl: Duration::from_secs(30), max_entries: 16_384 }
    }
}

impl CacheConfig {
    /// What this comes to.
    #[must_use]
    pub fn policy(&self) -> CachePolicy {
        CachePolicy { ttl: self.ttl, max_entries: self.max_entries }
    }
}
