//! What is wrong with settings.

use std::fmt;

use crate::policy::PolicyProblem;

/// Something that is wrong with the bridge's settings, which single fields could not say.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConfigProblem {
    /// The names of the fields on the way to the place, from `bridge` on.
    pub at: Vec<String>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl ConfigProblem {
    pub(crate) fn new(at: &[&str], message: impl Into<String>) -> Self {
        let at = at.iter().map(|field| (*field).to_owned()).collect();
        Self { at, message: message.into(), help: None }
    }

    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    pub(crate) fn of_policy(problem: &PolicyProblem) -> Self {
        Self::new(&["policies", problem.policy()], problem.to_string())
    }
}

impl fmt::Display for ConfigProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at.join("."), self.message)
    }
}
