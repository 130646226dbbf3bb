//! How often and how long a store is asked again.

use std::num::NonZeroU32;
use std::time::Duration;

use events::SignedDuration;
use serde::{Deserialize, Deserializer, Serialize, de};

/// How often and how long a store is asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RetryPolicy {
    /// How many attempts in a row may bring nothing, the first one included; none counts as one. A batch of which a part
    /// was answered begins anew.
    pub max_attempts: u32,
    /// The longest wait after the first attempt; doubles with each.
    pub initial: Duration,
    /// The longest wait, but for one that the store asks for.
    pub max: Duration,
    /// No attempt begins later than this after the first, or, in a batch, after the last one that brought something. A wait
    /// that would go beyond is not begun: the error comes at once. Without it, a store that asks to be left alone for an
    /// hour is.
    pub deadline: Option<Duration>,
}

/// Five attempts within a minute: waits of up to 100 ms, 200 ms, 400 ms and 800 ms.
impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 5,
            initial: Duration::from_millis(100),
            max: Duration::from_secs(10),
            deadline: Some(Duration::from_mins(1)),
        }
    }
}

/// How a configuration says when to give up on a server. As it is: a minute of attempts, with waits of up to 5 s between them,
/// so that a server that restarts or elects a new leader is waited for.
///
/// ```yaml
/// retry: { within: 2m, max_wait: 10s, attempts: 20 }
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RetryConfig {
    /// For how long a server that does not answer is asked again, such as `1m` (the default); `0s` is: not at all.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "not_negative")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub within: Option<SignedDuration>,
    /// The longest wait between two attempts, such as `5s` (the default). A server that asks for more is given more.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "not_negative")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub max_wait: Option<SignedDuration>,
    /// How many attempts in a row may bring nothing, the first one included; only `within` bounds them unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempts: Option<NonZeroU32>,
}

impl RetryConfig {
    /// What this configuration comes to.
    #[must_use]
    pub fn policy(&self) -> RetryPolicy {
        let duration = |written: Option<SignedDuration>, default| {
            written.map_or(default, |written| written.try_into().unwrap_or_default())
        };
        RetryPolicy {
            max_attempts: self.attempts.map_or(u32::MAX, NonZeroU32::get),
            initial: Duration::from_millis(100),
            max: duration(self.max_wait, Duration::from_secs(5)),
            deadline: Some(duration(self.within, Duration::from_mins(1))),
        }
    }

    #[cfg(feature = "vault")]
    pub(crate) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

fn not_negative<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SignedDuration>, D::Error> {
    let written = Option::<SignedDuration>::deserialize(deserializer)?;
    match written {
        Some(duration) if duration.is_negative() => Err(de::Error::custom("a time to wait is not negative")),
        other => Ok(other),
    }
}
