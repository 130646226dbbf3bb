//! Who may see the metrics.

use serde::{Deserialize, Serialize};

/// The metrics, for Prometheus.
///
/// ```yaml
/// metrics: { access: open }
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct MetricsConfig {
    /// Who may read `/metrics`; `token` unless set.
    pub access: MetricsAccess,
}

/// Who may read `/metrics`. No value, path or token is in them; how much is asked for, by mount, and how often that fails, is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum MetricsAccess {
    /// Whoever can reach the server.
    Open,
    /// Who sends a token, as `X-Vault-Token` or as a bearer, that may read `sys/metrics`.
    #[default]
    Token,
    /// Nobody there; at `/v1/sys/metrics`, who may read that.
    Off,
}
