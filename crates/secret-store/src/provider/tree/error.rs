//! What can go wrong on a tree of files, and what to do about it.

use std::borrow::Cow;
use std::io;
use std::path::Path;

use rustix::io::Errno;

use crate::{Detail, Error, ErrorKind, SecretPath};

/// What was wrong. The text is the reason of an [`Error`]; a file is named as it is found from the current folder.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    #[error("not found")]
    NotFound,
    #[error("not found, as no name ends in {0}")]
    NeverFound(&'static str),
    #[error("there is no field to write")]
    NoFields,
    #[error("this store keeps no old versions")]
    NoHistory,
    #[error("a name that ends in {0} would be taken for the form of a file")]
    ReservedEnding(&'static str),
    #[error("{file} cannot be the name of a secret: it {rule}")]
    Unnameable { file: String, rule: Cow<'static, str> },
    #[error("both {0} and {1} are there")]
    Ambiguous(String, String),
    #[error("{0} is not looked at: a map ends in .yaml")]
    Yml(String),
    #[error("{0} is not a regular file")]
    NotAFile(String),
    #[error("{0} is a link to nothing")]
    DanglingLink(String),
    #[error("{0} is a link in a circle")]
    LinkCircle(String),
    #[error("{0} is a link that leads out of the store")]
    LeavesRoot(String),
    #[error("{0} is a link, and a write would put a file in its place")]
    WriteToLink(String),
    #[error("{0} may be used by others (mode {1:03o})")]
    OpenToOthers(String, u32),
    #[error("{0} may be written to by others (mode {1:03o})")]
    RootOpenToOthers(String, u32),
    #[error("{0} is larger than 16 MiB")]
    TooLarge(String),
    #[error("the fields are larger than 16 MiB")]
    FieldsTooLarge,
    #[error("{file}: {reason}{}", at(*.position))]
    Content { file: String, reason: Cow<'static, str>, help: &'static str, position: Option<(usize, usize)> },
    #[error("field {field:?} {reason}")]
    Unwritable { field: String, reason: &'static str, help: &'static str },
    #[error("{0} is in the way")]
    InTheWay(String),
    #[error("there is a secret already")]
    Exists,
    #[error("the secret is not at that version any more")]
    Changed,
    #[error("another writer has held {0} for too long")]
    Locked(String),
    #[error("there is no directory {0}")]
    NoRoot(String),
    #[error("{0} is not a directory")]
    RootNotADirectory(String),
    #[error("names that differ in case are one in the directory {0}")]
    CaseFolded(String),
    #[error("the directory {0} is not there any more")]
    RootGone(String),
    #[error("the directory {0} is on another file system than when the store was opened")]
    RootMoved(String),
    #[error("cannot {doing} {file}: {}", plain_words(.error))]
    Io { doing: &'static str, file: String, error: io::Error },
    #[error("the program is ending")]
    Ending,
    /// What a [`Seal`](super::Seal) says, in its own words.
    #[error(transparent)]
    Seal(#[from] Box<Error>),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Seal(Box::new(error))
    }
}

impl Fault {
    pub(crate) fn io(doing: &'static str, file: impl Into<String>, error: io::Error) -> Self {
        Self::Io { doing, file: file.into(), error }
    }

    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound | Self::NeverFound(_) => ErrorKind::NotFound,
            Self::NoFields
            | Self::ReservedEnding(_)
            | Self::FieldsTooLarge
            | Self::Unwritable { .. }
            | Self::NoRoot(_)
            | Self::RootNotADirectory(_)
            | Self::CaseFolded(_) => ErrorKind::Invalid,
            Self::NoHistory => ErrorKind::Unsupported,
            Self::Unnameable { .. }
            | Self::Ambiguous(..)
            | Self::Yml(_)
            | Self::NotAFile(_)
            | Self::DanglingLink(_)
            | Self::LinkCircle(_)
            | Self::TooLarge(_)
            | Self::Content { .. } => ErrorKind::Corrupt,
            Self::LeavesRoot(_) | Self::OpenToOthers(..) | Self::RootOpenToOthers(..) => {
                ErrorKind::PermissionDenied
            }
            Self::WriteToLink(_) | Self::InTheWay(_) | Self::Exists | Self::Changed => ErrorKind::Conflict,
            Self::Locked(_) | Self::RootGone(_) | Self::RootMoved(_) | Self::Ending => ErrorKind::Unavailable,
            Self::Io { error, .. } => io_kind(error),
            Self::Seal(error) => error.kind(),
        }
    }

    fn help(&self) -> Option<Cow<'static, str>> {
        Some(match self {
            Self::NotFound | Self::Exists | Self::Changed | Self::Seal(_) => return None,
            Self::NoFields => "give at least one field; to remove a secret, delete it".into(),
            Self::NoHistory => "read the current version; keep the tree in Git to have a history".into(),
            Self::ReservedEnding(ending) | Self::NeverFound(ending) => {
                format!("leave out {ending}: the path `name` stands for `name.yaml` and its like").into()
            }
            Self::Unnameable { file, .. } => {
                format!("rename {file}, move it out of the store, or let its name start with a full stop")
                    .into()
            }
            Self::Ambiguous(first, second) => format!("remove {first} or {second}").into(),
            Self::Yml(file) => {
                let (name, ending) = file.rsplit_once(".yml").unwrap_or((file, ""));
                format!("mv {} {}", quoted(file), quoted(&format!("{name}.yaml{ending}"))).into()
            }
            Self::NotAFile(file) | Self::DanglingLink(file) | Self::LinkCircle(file) => {
                format!("remove {file}, or put the secret's file in its place").into()
            }
            Self::LeavesRoot(link) => {
                format!("put a copy of what {link} points to in its place: links must stay in the store")
                    .into()
            }
            Self::WriteToLink(link) => {
                format!("write to the path that {link} points to, or remove the link first").into()
            }
            Self::OpenToOthers(file, _) => format!("chmod 600 {}", quoted(file)).into(),
            Self::RootOpenToOthers(root, _) => format!("chmod 700 {}", quoted(root)).into(),
            Self::TooLarge(file) => {
                format!("{file} is probably not a secret: move it out of the store").into()
            }
            Self::FieldsTooLarge => "keep large data elsewhere, and a key to it here".into(),
            Self::Content { help, .. } | Self::Unwritable { help, .. } => (*help).into(),
            Self::InTheWay(file) => {
                format!("a path is a secret or has secrets below it: move {file}, or choose another path")
                    .into()
            }
            Self::Locked(file) => {
                format!("wait for the other program, or end it (`fuser {}` names it)", quoted(file)).into()
            }
            Self::NoRoot(root) => {
                format!("make it with `secretbridge init`, or with `mkdir -m 700 {}`", quoted(root)).into()
            }
            Self::RootNotADirectory(_) => "let the store's path name a directory".into(),
            Self::CaseFolded(_) => {
                "keep the store on a file system that tells them apart: here, who may not read `app` could ask for `App`"
                    .into()
            }
            Self::RootGone(root) => format!("mount or restore {root}").into(),
            Self::RootMoved(root) => {
                format!("mount {root} again; if it has moved for good, start the program again").into()
            }
            Self::Ending => "start the program again".into(),
            Self::Io { error, file, .. } => io_help(error, file)?,
        })
    }

    /// The error that callers see.
    pub(crate) fn into_error(self, operation: &'static str, path: Option<&SecretPath>, store: &str) -> Error {
        if let Self::Seal(error) = self {
            let path = error.path().or(path).cloned();
            return error.with_path(path).in_store(store);
        }
        let mut detail = Detail::new(operation, self.to_string()).store(store);
        if let Some(path) = path {
            detail = detail.at(path);
        }
        if let Some(help) = self.help() {
            detail = detail.help(help);
        }
        Error::new(self.kind(), detail)
    }
}

/// A file's name as a shell reads it.
fn quoted(file: &str) -> Cow<'_, str> {
    shlex::try_quote(file).unwrap_or(Cow::Borrowed(file))
}

pub(crate) fn shown(root: &Path, file: &str) -> String {
    root.join(file).display().to_string()
}

fn at(position: Option<(usize, usize)>) -> String {
    position.map_or_else(String::new, |(line, column)| format!(" at line {line} column {column}"))
}

/// What the operating system says, without the number that `io::Error` adds.
fn plain_words(error: &io::Error) -> String {
    let text = error.to_string();
    let words = text.split(" (os error").next().unwrap_or_default();
    let mut characters = words.chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}

fn io_kind(error: &io::Error) -> ErrorKind {
    match Errno::from_io_error(error) {
        Some(Errno::ACCESS | Errno::PERM | Errno::ROFS) => ErrorKind::PermissionDenied,
        Some(Errno::NAMETOOLONG | Errno::INVAL | Errno::ILSEQ) => ErrorKind::Invalid,
        // Whatever else a file system says, it says nothing of the secret.
        _ => ErrorKind::Unavailable,
    }
}

fn io_help(error: &io::Error, file: &str) -> Option<Cow<'static, str>> {
    Some(match Errno::from_io_error(error)? {
        Errno::ACCESS | Errno::PERM => {
            format!("check who owns {file} and the directories above it, and as whom this program runs")
                .into()
        }
        Errno::ROFS => "the file system is mounted for reading only: mount it for writing".into(),
        Errno::NOSPC => "the disk is full: make room (`df -h`, `df -i`)".into(),
        Errno::DQUOT => "the disk quota is used up: make room, or ask for a larger one (`quota`)".into(),
        Errno::IO => "the disk does not answer as it should: see the kernel's log (`dmesg`)".into(),
        Errno::MFILE | Errno::NFILE => "too many files are open: raise the limit (`ulimit -n`)".into(),
        Errno::STALE => "the network file system has lost the directory: mount it again".into(),
        Errno::NAMETOOLONG => "choose a shorter path".into(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_of_itself_is_never_said_of_the_secret() {
        let told = [
            Errno::NOSPC,
            Errno::DQUOT,
            Errno::ROFS,
            Errno::IO,
            Errno::MFILE,
            Errno::NFILE,
            Errno::STALE,
            Errno::ACCESS,
            Errno::NAMETOOLONG,
            Errno::TIMEDOUT,
        ]
        .map(|errno| {
            let fault = Fault::io("write", "store/a", errno.into());
            let error = fault.into_error("write", None, "file store at store");
            format!("{}: {error}; help: {}", error.kind(), error.help().unwrap_or("none"))
        });
        insta::assert_snapshot!(told.join("\n"), @"
        unavailable: write: cannot write store/a: no space left on device (file store at store); help: the disk is full: make room (`df -h`, `df -i`)
        unavailable: write: cannot write store/a: disk quota exceeded (file store at store); help: the disk quota is used up: make room, or ask for a larger one (`quota`)
        permission-denied: write: cannot write store/a: read-only file system (file store at store); help: the file system is mounted for reading only: mount it for writing
        unavailable: write: cannot write store/a: input/output error (file store at store); help: the disk does not answer as it should: see the kernel's log (`dmesg`)
        unavailable: write: cannot write store/a: too many open files (file store at store); help: too many files are open: raise the limit (`ulimit -n`)
        unavailable: write: cannot write store/a: too many open files in system (file store at store); help: too many files are open: raise the limit (`ulimit -n`)
        unavailable: write: cannot write store/a: stale file handle (file store at store); help: the network file system has lost the directory: mount it again
        permission-denied: write: cannot write store/a: permission denied (file store at store); help: check who owns store/a and the directories above it, and as whom this program runs
        invalid: write: cannot write store/a: file name too long (file store at store); help: choose a shorter path
        unavailable: write: cannot write store/a: connection timed out (file store at store); help: none
        ");
    }
}
