//! What can go wrong with an audit log.

use std::io;
use std::path::{Path, PathBuf};

use crate::Label;

/// An audit log could not be opened, written or read. [`help`](Self::help) is what to do next.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuditError {
    /// The name of an instance cannot be the name of a file.
    #[error("cannot open the audit log of instance {instance:?}: the name cannot be a file name")]
    InvalidInstance {
        /// The name, cleaned and cut.
        instance: Label,
    },
    /// The operating system refused.
    #[error("cannot {operation} the audit log {}: {cause}", path.display())]
    Io {
        /// What was being done: `open`, `append to`, `read` …
        operation: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// Why not.
        cause: io::Error,
    },
    /// The file does not end like an audit log.
    #[error("cannot append to the audit log {}: no record within its last {limit} bytes", path.display())]
    NotALog {
        /// The file.
        path: PathBuf,
        /// How far back the writer looked, in bytes.
        limit: usize,
    },
    /// The event does not fit into a line.
    #[error("cannot append to the audit log {}: the event takes {bytes} bytes, {limit} are allowed", path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
        /// How long the line would be.
        bytes: usize,
        /// How long a line may be.
        limit: usize,
    },
}

impl AuditError {
    pub(super) fn io(operation: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |cause| Self::Io { operation, path: path.to_owned(), cause }
    }

    /// The same, for each of those whose events one write was to take.
    pub(super) fn again(&self) -> Self {
        match self {
            Self::InvalidInstance { instance } => Self::InvalidInstance { instance: instance.clone() },
            Self::Io { operation, path, cause } => {
                let cause = match cause.raw_os_error() {
                    Some(code) => io::Error::from_raw_os_error(code),
                    None => io::Error::new(cause.kind(), cause.to_string()),
                };
                Self::Io { operation, path: path.clone(), cause }
            }
            Self::NotALog { path, limit } => Self::NotALog { path: path.clone(), limit: *limit },
            Self::TooLong { path, bytes, limit } => {
                Self::TooLong { path: path.clone(), bytes: *bytes, limit: *limit }
            }
        }
    }

    /// What to do next.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::InvalidInstance { .. } => {
                "name the instance with letters, digits, `-`, `_` and `.`, at most 200 of them, not starting with `.`"
            }
            Self::Io { cause, .. } => io_help(cause),
            Self::NotALog { .. } => "move the file away; a new log is begun in its place",
            Self::TooLong { .. } => "spread the fields over several secrets",
        }
    }
}

fn io_help(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            "run as the user who owns the log, or give that user the file and its directory"
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            "make room; the next append goes on after the line that was cut short"
        }
        io::ErrorKind::ReadOnlyFilesystem => "choose a directory on a file system that can be written",
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            "something that is not a directory is in the way: move it, or choose another directory"
        }
        io::ErrorKind::IsADirectory => {
            "a directory is in the way of the log: move it, or choose another place"
        }
        io::ErrorKind::NotFound => "check the path; a log is created by the first command that writes to it",
        _ => "check the path and the disk",
    }
}
