//! What can go wrong, what to do then, and how the process ends.

use std::io;
use std::path::{Path, PathBuf};

use bridge::OpenError;
use bridge::server::{BindError, TlsError};
use bridge::token::KeyError;
use events::{AuditError, SignedDuration};
use secret_store::SecretPath;

use crate::config::{ConfigError, Loaded, Problem, Source};
use crate::exit::Exit;
use crate::problems::Problems;

/// The result of a command.
pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

/// A command did not do what it was asked. No value is in any of these.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Store(#[from] secret_store::Error),
    #[error(transparent)]
    Bundle(#[from] k8s_bundle::Error),
    #[error(transparent)]
    Problems(Box<Problems>),
    /// The Secrets are delivered, and the audit log does not say so.
    #[error("{0}")]
    NotRecorded(String, String),
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The log is not what was written.
    #[error("the audit log {} was changed", .0.display())]
    AuditDamaged(PathBuf),
    /// The log is not there, so whatever was in it is gone.
    #[error("there is no audit log {}", .0.display())]
    AuditGone(PathBuf),
    /// The command line makes no sense in a way that clap does not see.
    #[error("{message}")]
    Usage { message: String, help: String },
    /// A plain value would take the place of a map.
    #[error("{path} holds fields that a plain value would drop: {fields}")]
    WouldDropFields { path: SecretPath, fields: String },
    /// Nobody is there to answer.
    #[error("{0}: there is no terminal to ask on")]
    NoTerminal(String, &'static str),
    #[error("cannot write to standard output: {0}")]
    Stdout(io::Error),
    #[error("cannot {operation} {}: {source}", path.display())]
    Io { operation: &'static str, path: PathBuf, source: io::Error },
    /// The bridge cannot be opened.
    #[error(transparent)]
    Bridge(#[from] bridge::OpenError),
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error(transparent)]
    Bind(#[from] BindError),
    /// The cluster cannot be asked.
    #[error(transparent)]
    Cluster(#[from] force_sync::AccessError),
    /// Not every `ExternalSecret` was told.
    #[error("{message}")]
    NotTold { message: String, help: Option<String> },
    /// The bridge was told to end, and something was under way for too long.
    #[error("ended with requests under way: they took longer than the time to drain")]
    Cut,
    #[error("stopped")]
    Interrupted,
    /// The user has said how long it may take.
    #[error("stopped: the deadline of {0:#} has passed")]
    Deadline(SignedDuration),
    /// A task of ours ended in a panic, which has been reported.
    #[error("internal error")]
    Internal,
}

impl Error {
    /// What the materializer says, with the places in the configuration.
    pub(crate) fn materializing(error: materializer::Error, loaded: &Loaded) -> Self {
        let help = error.help().unwrap_or_default();
        match error {
            materializer::Error::NotReady(not_ready) => Problems::of_build(&not_ready, loaded).into(),
            materializer::Error::Write { source, .. } => Self::Bundle(source),
            other => Self::NotRecorded(other.to_string(), help),
        }
    }

    /// Problems, and the configuration that they are in.
    pub(crate) fn problems(&self) -> Option<(&Source, &[Problem])> {
        match self {
            Self::Config(ConfigError::Problems { text, problems }) => Some((text, problems)),
            Self::Problems(error) => Some((&error.text, &error.all)),
            _ => None,
        }
    }

    /// An error of the operating system on a file.
    pub(crate) fn io(operation: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { operation, path: path.to_owned(), source }
    }

    /// Whether the reader of our output has gone: that is no error of ours.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Stdout(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// How the process ends.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Config(_) | Self::Cluster(_) | Self::Tls(_) | Self::Bind(BindError::NotLoopback(_)) => {
                Exit::Config
            }
            Self::Bridge(error) => match error {
                OpenError::Tokens(error) | OpenError::Key(KeyError::Store(error)) => exit_of_store(error),
                OpenError::Key(_) => Exit::Store,
                _ => Exit::Config,
            },
            Self::Store(error) => exit_of_store(error),
            Self::Bundle(error) => match error.kind() {
                k8s_bundle::ErrorKind::Refused | k8s_bundle::ErrorKind::Io => Exit::Output,
                _ => Exit::Config,
            },
            Self::Audit(_) | Self::NotRecorded(..) | Self::Stdout(_) | Self::Io { .. } => Exit::Output,
            Self::Problems(error) => error.exit,
            Self::AuditDamaged(_) | Self::AuditGone(_) => Exit::Audit,
            Self::WouldDropFields { .. } => Exit::Conflict,
            Self::Usage { .. } | Self::NoTerminal(..) => Exit::Usage,
            Self::Interrupted => Exit::Interrupted,
            Self::Deadline(_) => Exit::Store,
            Self::Bind(_) | Self::Cut | Self::NotTold { .. } | Self::Internal => Exit::Other,
        }
    }

    /// The category for programs.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Store(error) if !is_unaudited(error) => error.kind().as_str(),
            Self::NoTerminal(..) => "no-terminal",
            Self::Bind(BindError::Address { .. }) => "address",
            Self::Cut => "cut",
            Self::NotTold { .. } => "cluster",
            Self::Deadline(_) => "deadline",
            _ => match self.exit() {
                Exit::Other => "internal",
                Exit::Usage => "usage",
                Exit::Config => "configuration",
                Exit::Missing => "missing-secrets",
                Exit::Store => "store",
                Exit::Value => "unfit-value",
                Exit::Output => "output",
                Exit::Audit => "audit",
                Exit::Conflict => "conflict",
                Exit::Interrupted => "interrupted",
            },
        }
    }

    /// What to do next.
    pub(crate) fn help(&self) -> Option<String> {
        match self {
            Self::Config(error) => error.help(),
            Self::Bridge(OpenError::Tokens(error)) if error.kind() == secret_store::ErrorKind::NotFound => Some(
                "it is the bridge's first token: put a random value there, `head -c 32 /dev/urandom | base64 | tr -d '\\n' | \
                 secretbridge store put PATH`, or name another secret as `bridge.token`"
                    .to_owned(),
            ),
            Self::Store(error)
            | Self::Bridge(OpenError::Tokens(error) | OpenError::Key(KeyError::Store(error))) => help_of_store(error),
            Self::Bridge(OpenError::Key(_)) => Some(
                "remove the secret, and a new key is made: tokens that were issued under the old one end".to_owned(),
            ),
            Self::Cluster(error) => Some(error.help().to_owned()),
            Self::NotTold { help, .. } => help.clone(),
            Self::Tls(error) => Some(error.help().to_owned()),
            Self::Bind(error) => Some(error.help().to_owned()),
            Self::Bundle(k8s_bundle::Error::Io { source, .. }) => io_help(source).map(str::to_owned),
            Self::Bundle(error @ k8s_bundle::Error::GitCheck { .. }) => {
                let otherwise = "if nothing of the output is ever committed, do without the question: --no-git-check";
                Some(format!("{}\n{otherwise}", error.help().unwrap_or_default()))
            }
            Self::Bundle(error) => error.help(),
            Self::AuditGone(_) => Some("it is begun by the first command that opens the store; check the path".to_owned()),
            Self::Audit(error) => Some(error.help().to_owned()),
            Self::AuditDamaged(_) => Some(
                "keep the file as it is and compare it with a copy; to go on, move it away: a new log is begun"
                    .to_owned(),
            ),
            Self::WouldDropFields { .. } => {
                Some("name the field to set with --field, or give --replace to drop the others".to_owned())
            }
            Self::Usage { help, .. } | Self::NotRecorded(_, help) => Some(help.clone()),
            Self::NoTerminal(_, help) => Some((*help).to_owned()),
            Self::Stdout(error) | Self::Io { source: error, .. } => io_help(error).map(str::to_owned),
            Self::Deadline(_) => Some(
                "give it more time, or look at what it waits for: a program of the configuration that does not end, a question that \
                 nobody answered"
                    .to_owned(),
            ),
            Self::Bridge(_) | Self::Cut | Self::Problems(_) | Self::Interrupted | Self::Internal => None,
        }
    }
}

fn exit_of_store(error: &secret_store::Error) -> Exit {
    match error.kind() {
        secret_store::ErrorKind::NotFound => Exit::Missing,
        secret_store::ErrorKind::Conflict => Exit::Conflict,
        _ if is_unaudited(error) => Exit::Output,
        _ => Exit::Store,
    }
}

/// What to do about a store's error.
fn help_of_store(error: &secret_store::Error) -> Option<String> {
    error.help().or_else(|| store_help(error.kind())).map(str::to_owned)
}

impl From<Problems> for Error {
    fn from(problems: Problems) -> Self {
        Self::Problems(Box::new(problems))
    }
}

/// Whether the store would have answered, but the audit log could not be written.
pub(crate) fn is_unaudited(error: &secret_store::Error) -> bool {
    std::error::Error::source(error).is_some_and(<dyn std::error::Error>::is::<events::PublishError>)
}

/// Where the store itself has nothing to add.
fn store_help(kind: secret_store::ErrorKind) -> Option<&'static str> {
    match kind {
        secret_store::ErrorKind::NotFound => Some("`secretbridge store list` shows what there is"),
        secret_store::ErrorKind::Unauthenticated => Some(
            "run it at a terminal to be asked, or say where the passphrase is: \
             identities: [{file: FILE, passphrase: {env: NAME}}]",
        ),
        _ => None,
    }
}

fn io_help(error: &io::Error) -> Option<&'static str> {
    Some(match error.kind() {
        io::ErrorKind::PermissionDenied => "check the owner and the mode of the folder",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "make room and run again",
        io::ErrorKind::ReadOnlyFilesystem => "choose a place on a file system that can be written",
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => "move what is in the way",
        _ => return None,
    })
}
