//! What came of it.

use serde::Serialize;

use crate::error::Problem;
use crate::external_secret::ObjectRef;

/// What came of it: which `ExternalSecret`s are told, and which are not, and why. Each list is in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Told; in a dry run, those that would be.
    pub touched: Vec<ObjectRef>,
    /// Those that use it, and to whom a touch does nothing.
    pub skipped: Vec<Skipped>,
    /// What could not be done.
    pub failed: Vec<Failed>,
}

/// An `ExternalSecret` to whom a touch does nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// Which.
    #[serde(flatten)]
    pub object: ObjectRef,
    /// Why.
    pub reason: &'static str,
}

/// Something that could not be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failed {
    /// Which `ExternalSecret`; none when they could not be listed.
    pub object: Option<ObjectRef>,
    /// In which namespace they could not be listed; none when it is all of them, or one `ExternalSecret`.
    pub namespace: Option<String>,
    /// Why.
    pub problem: Problem,
}

impl Report {
    /// Whether all that was to be done was done.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.failed.is_empty()
    }

    pub(crate) fn sort(&mut self) {
        self.touched.sort();
        self.skipped.sort_by(|a, b| a.object.cmp(&b.object));
        self.failed.sort_by(|a, b| (&a.object, &a.namespace).cmp(&(&b.object, &b.namespace)));
    }
}
