//! What is answered that cannot be noted.

use serde::{Deserialize, Serialize};

/// What happens to a request that cannot be noted in the audit log. Where the log is, `audit.path` says.
///
/// ```yaml
/// audit: { fail_closed: true }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct AuditConfig {
    /// Answer nothing that could not be noted, and be not ready; `true` unless set. With `false`, it is answered all the same,
    /// counted as `secretbridge_unaudited_answers_total`, and an error in the log: who read what may then be known nowhere.
    pub fail_closed: bool,
}

impl Default for AuditConfig {
    fn default() -> Self {
        Self { fail_closed: true }
    }
}
