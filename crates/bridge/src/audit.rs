//! Whether what is answered can be noted.

use std::sync::atomic::{AtomicI64, Ordering};

use events::{PublishError, Timestamp};

use crate::config::AuditConfig;

/// In [`Audit::failing_since`], for that it works.
const WORKS: i64 = i64::MIN;

/// Whether what is answered can be noted, as far as is known from the last that was to be.
#[derive(Debug)]
pub(crate) struct Audit {
    pub(crate) fails_closed: bool,
    /// In seconds since 1970.
    failing_since: AtomicI64,
}

impl Audit {
    pub(crate) fn new(config: AuditConfig) -> Self {
        Self { fails_closed: config.fail_closed, failing_since: AtomicI64::new(WORKS) }
    }

    /// Since when nothing can be noted.
    pub(crate) fn failing_since(&self) -> Option<Timestamp> {
        match self.failing_since.load(Ordering::Relaxed) {
            WORKS => None,
            since => Timestamp::from_second(since).ok(),
        }
    }

    /// Takes note of how the last one went.
    pub(crate) fn note(&self, noted: &Result<(), PublishError>, now: Timestamp) {
        let since = self.failing_since.load(Ordering::Relaxed);
        match noted {
            Ok(()) if since == WORKS => {}
            Ok(()) => {
                self.failing_since.store(WORKS, Ordering::Relaxed);
                tracing::info!("requests can be audited again");
            }
            // Of several at once, any: they are of the same second.
            Err(_) if since == WORKS => self.failing_since.store(now.as_second(), Ordering::Relaxed),
            Err(_) => {}
        }
    }
}
