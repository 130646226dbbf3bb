//! What the operator does when a store does not answer.

use k8s_bundle::GoDuration;
use serde::{Deserialize, Serialize};

/// How often the operator tries again when the store does not answer. The provider `vault` heeds it; without it, its client
/// tries three times in all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct RetrySettings {
    /// How often, after the first time. Without it the operator does not try again within a reconciliation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(max = 2_147_483_647)))]
    pub max_retries: Option<u32>,
    /// How long it waits in between, in Go's notation: `10s`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_interval: Option<GoDuration>,
}

impl RetrySettings {
    /// That often, waiting that long in between.
    #[must_use]
    pub fn new(max_retries: u32, retry_interval: GoDuration) -> Self {
        Self { max_retries: Some(max_retries), retry_interval: Some(retry_interval) }
    }
}
