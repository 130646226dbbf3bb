//! What is wrong with settings.

use std::fmt;

/// Something that is wrong with the settings of the workload, which single fields could not say.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConfigProblem {
    /// The names of the fields on the way to the place, from the settings on.
    pub at: Vec<&'static str>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: &'static str,
}

impl ConfigProblem {
    pub(crate) fn new(at: &[&'static str], message: impl Into<String>, help: &'static str) -> Self {
        Self { at: at.to_vec(), message: message.into(), help }
    }
}

impl fmt::Display for ConfigProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at.join("."), self.message)
    }
}
