//! The steps of a write, at which tests end the process.

/// What a write has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The temporary file is there, and empty.
    Created,
    /// It is complete.
    Written,
    /// The file that is superseded is marked.
    Marked,
    /// The new file is in its place.
    Renamed,
    /// The superseded file is gone.
    Removed,
}

#[cfg(not(test))]
pub(super) fn at(_: Step) {}

#[cfg(test)]
pub(super) use self::ending::at;

#[cfg(test)]
pub(super) mod ending {
    use std::sync::OnceLock;

    use super::Step;

    pub(in super::super) static LAST: OnceLock<Step> = OnceLock::new();

    pub(in super::super) fn at(step: Step) {
        if LAST.get() == Some(&step) {
            std::process::abort();
        }
    }
}
