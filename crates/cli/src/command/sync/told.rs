//! What came of it, for people and for programs.

use std::fmt;

use force_sync::{Failed, Report};
use serde::Serialize;

use crate::error::{Error, Result};

/// What came of it.
#[derive(Debug, Serialize)]
pub(super) struct Told {
    pub(super) dry_run: bool,
    #[serde(flatten)]
    pub(super) report: Report,
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = if self.dry_run { "would tell" } else { "told" };
        let Report { touched, skipped, failed } = &self.report;
        let told = touched.iter().map(|object| format!("{verb} {object}"));
        let left = skipped.iter().map(|skipped| format!("left {}: {}", skipped.object, skipped.reason));
        let lines: Vec<_> = told.chain(left).chain(failed.iter().map(not_told)).collect();
        match &lines[..] {
            [] => f.write_str("no ExternalSecret uses it"),
            lines => f.write_str(&lines.join("\n")),
        }
    }
}

impl Told {
    /// # Errors
    /// What could not be done, with what to do about the first of it.
    pub(super) fn into_result(self) -> Result<()> {
        let failed = self.report.failed;
        let Some(first) = failed.first() else { return Ok(()) };
        let message = match failed.len() {
            1 => not_told(first),
            count => format!("{}, and {} more", not_told(first), count - 1),
        };
        Err(Error::NotTold { message, help: first.problem.help() })
    }
}

/// One thing that was not done, as a line.
pub(super) fn not_told(failed: &Failed) -> String {
    match &failed.object {
        Some(object) => format!("not told {object}: {}", failed.problem),
        None => format!("not told: {}", failed.problem),
    }
}
