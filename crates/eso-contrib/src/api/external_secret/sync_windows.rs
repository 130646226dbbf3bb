//! When the operator may sync, and when it may not.

use core::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Feature;
use crate::api::{Checker, duration};

/// Windows of time in which the operator syncs, or does not.
///
/// ```
/// # use eso_contrib::api::SyncWindows;
/// # use k8s_bundle::yaml;
/// let nights: SyncWindows = yaml::from_str("{ kind: allow, windows: [{ schedule: '0 22 * * *', duration: 8h }] }")?;
/// assert_eq!(nights.windows[0].duration.as_secs(), 8 * 3600);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SyncWindows {
    /// What happens in the windows.
    pub kind: SyncWindowKind,
    /// The windows; at least one.
    pub windows: Vec<SyncWindow>,
}

/// What happens in a window of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum SyncWindowKind {
    /// The operator syncs then, and at no other time.
    Allow,
    /// The operator does not sync then.
    Deny,
}

/// One window of time, again and again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SyncWindow {
    /// When it opens: five fields of cron, or one of its short forms such as `@daily` and `@every 2h`.
    pub schedule: String,
    /// How long it stays open.
    #[serde(with = "duration")]
    #[cfg_attr(feature = "schema", schemars(with = "k8s_bundle::GoDuration"))]
    pub duration: Duration,
}

impl SyncWindows {
    pub(super) fn check(&self, checker: &mut Checker<'_>) {
        checker.needs(Feature::SyncWindows);
        if self.windows.is_empty() {
            checker.at("windows", |checker| checker.refuse("it needs at least one window"));
        }
        for (index, window) in self.windows.iter().enumerate() {
            if !is_schedule(&window.schedule) {
                checker.at(&format!("windows[{index}].schedule"), |checker| {
                    checker.refuse(
                        "it is neither five fields of cron nor one of its short forms, such as @daily",
                    );
                });
            }
        }
    }
}

/// The `pattern` of the definition.
fn is_schedule(text: &str) -> bool {
    const SHORT: [&str; 7] = ["annually", "yearly", "monthly", "weekly", "daily", "midnight", "hourly"];
    if let Some(every) = text.strip_prefix("@every ") {
        return every.starts_with(|c: char| !c.is_whitespace());
    }
    if let Some(short) = text.strip_prefix('@').filter(|short| SHORT.contains(short)) {
        return !short.is_empty();
    }
    let fields: Vec<_> = text.split(' ').collect();
    fields.len() == 5 && fields.iter().all(|field| !field.is_empty() && !field.contains(char::is_whitespace))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_are_told_from_other_texts() {
        for good in ["0 22 * * *", "*/5 0-6 1,15 * mon", "@daily", "@every 2h", "@every 1h30m"] {
            assert!(is_schedule(good), "{good:?}");
        }
        for bad in ["", "@", "@noon", "@every ", "0 22 * *", "0 22 * * * *", "0  22 * *", "0 22 * * \t"] {
            assert!(!is_schedule(bad), "{bad:?}");
        }
    }
}
