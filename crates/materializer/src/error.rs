//! What can go wrong, by category, and what to do next.

use k8s_bundle::BundlePath;

use crate::{NotReady, NotRecorded, PlanProblem};

/// `Result` with this crate's error.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A plan or a build failed. `Display` names everything that is wrong, one thing a line, and never a value;
/// [`help`](Self::help) says what to do next.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The manifests cannot become a plan. Nothing was read.
    #[error("the secrets cannot be planned:\n{}", lines(.problems))]
    Plan {
        /// Everything that is wrong; at least one.
        problems: Vec<PlanProblem>,
    },
    /// Secrets are missing, could not be read, or cannot be used. Nothing was written, and an older file is as it was.
    #[error(transparent)]
    NotReady(Box<NotReady>),
    /// The file cannot be written, or not be removed. An older file is as it was.
    #[error("cannot {operation} {file}: {source}")]
    Write {
        /// What was to be done with the file.
        operation: &'static str,
        /// The file, inside the bundle.
        file: BundlePath,
        /// What the writer said.
        source: k8s_bundle::Error,
    },
    /// The Secrets **are** delivered, and somebody who must hear of it did not: the audit log, say.
    #[error(transparent)]
    NotRecorded(Box<NotRecorded>),
}

/// The category of an [`Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The manifests contradict each other, or a rule of Kubernetes.
    Plan,
    /// The store answered, and does not have all that is declared. Nothing worse than [`Value`](Self::Value) besides.
    Missing,
    /// The store did not answer, or not with a secret. Nothing is known of what it was asked for.
    Store,
    /// All is there, and something cannot be what it is used for.
    Value,
    /// The file could not be written or removed.
    Write,
    /// All is delivered, and not all is recorded.
    NotRecorded,
}

impl ErrorKind {
    /// The category in machine-readable output: `missing`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Missing => "missing",
            Self::Store => "store",
            Self::Value => "value",
            Self::Write => "write",
            Self::NotRecorded => "not-recorded",
        }
    }
}

impl Error {
    /// The category; of several, the one to mend first.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Plan { .. } => ErrorKind::Plan,
            Self::NotReady(not_ready) => not_ready.kind(),
            Self::Write { .. } => ErrorKind::Write,
            Self::NotRecorded(_) => ErrorKind::NotRecorded,
        }
    }

    /// Whether the same call may succeed later with nobody having changed anything.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::NotReady(not_ready) => not_ready.is_retryable(),
            _ => false,
        }
    }

    /// What to do next: one thing a line.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Plan { problems } => {
                Some(distinct(problems.iter().map(|problem| problem.kind.help().to_owned())))
            }
            Self::NotReady(not_ready) => Some(not_ready.help()),
            Self::Write { source, .. } => source.help(),
            Self::NotRecorded(not_recorded) => Some(not_recorded.help()),
        }
    }
}

impl From<NotReady> for Error {
    fn from(not_ready: NotReady) -> Self {
        Self::NotReady(Box::new(not_ready))
    }
}

impl From<NotRecorded> for Error {
    fn from(not_recorded: NotRecorded) -> Self {
        Self::NotRecorded(Box::new(not_recorded))
    }
}

fn lines(problems: &[PlanProblem]) -> String {
    problems.iter().map(|problem| format!("  {problem}")).collect::<Vec<_>>().join("\n")
}

/// Each text once, one a line, in the order given.
pub(crate) fn distinct(texts: impl Iterator<Item = String>) -> String {
    let mut all: Vec<String> = Vec::new();
    for text in texts {
        if !all.contains(&text) {
            all.push(text);
        }
    }
    all.join("\n")
}
