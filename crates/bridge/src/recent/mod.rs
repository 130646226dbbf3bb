//! What was asked of late, kept in memory to be shown: who has read which path when, in which rhythm, and what went wrong.
//!
//! A restart forgets it, and each replica has its own. It is a view for operators; the record is the audit log.

mod errors;
mod paths;
mod rhythm;

use std::time::Duration;

use events::{Clock, Event, Outcome, RequestServed, Timestamp};

pub(crate) use self::errors::Trouble;
use self::errors::Troubles;
use self::paths::Paths;
pub(crate) use self::paths::{Done, Path};

/// What the bridge has been asked since it started.
#[derive(Debug)]
pub(crate) struct Recent {
    started: Timestamp,
    /// On the monotonic clock.
    began: Duration,
    paths: Paths,
    troubles: Troubles,
}

impl Recent {
    pub(crate) fn new(clock: &dyn Clock) -> Self {
        Self {
            started: clock.now(),
            began: clock.monotonic(),
            paths: Paths::default(),
            troubles: Troubles::default(),
        }
    }

    /// When the bridge was started, and how long it has run.
    pub(crate) fn run(&self, clock: &dyn Clock) -> (Timestamp, Duration) {
        (self.started, clock.monotonic().saturating_sub(self.began))
    }

    /// Takes note of a request that was answered, or that was refused because it could not be audited. Called for each one:
    /// allocates nothing for a path that is known.
    pub(crate) fn note(&self, event: &Event, is_audited: bool, now: Duration) {
        let Event::RequestServed(served) = event else { return };
        if !is_audited {
            self.troubles.note(served, 503, "unaudited");
            return;
        }
        if let Outcome::Failed(category) = &served.outcome {
            self.troubles.note(served, served.status, category.as_str());
        }
        if let Some(actor) = &served.actor
            && is_of_a_mount(served.path.as_str())
            && has_reached_the_store(served)
        {
            self.paths.note(served, actor.as_str(), now);
        }
    }

    /// The paths that `may_see` lets through.
    pub(crate) fn paths(&self, may_see: impl Fn(&str) -> bool) -> Vec<Path> {
        self.paths.all(may_see)
    }

    /// What went wrong at paths that `may_see` lets through, the last first.
    pub(crate) fn troubles(&self, may_see: impl Fn(&str) -> bool) -> Vec<Trouble> {
        self.troubles.all(may_see)
    }
}

/// Whether a path may be below a mount: no mount begins with these words.
fn is_of_a_mount(path: &str) -> bool {
    let first = path.split('/').next().unwrap_or_default();
    !matches!(first, "" | "sys" | "auth" | "identity" | "cubbyhole")
}

/// Whoever is turned away, or asks for what makes no sense, has read nothing, and is not to push out what others have.
fn has_reached_the_store(served: &RequestServed) -> bool {
    let is_missing = matches!(&served.outcome, Outcome::Failed(category) if category.as_str() == "not-found");
    served.outcome == Outcome::Ok || is_missing || matches!(served.status, 429 | 500..)
}

/// Whether it was asked what there is, and not to change it.
fn is_read(served: &RequestServed) -> bool {
    matches!(served.method.as_str(), "GET" | "LIST")
}
