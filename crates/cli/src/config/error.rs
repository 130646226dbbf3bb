//! Why there is no configuration.

use std::io;
use std::path::PathBuf;

use super::problem::Problem;
use super::source::Source;

/// There is no configuration to go by.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration {}: {source}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    /// The file is not text.
    #[error("cannot read the configuration {}: it is not UTF-8", path.display())]
    NotText { path: PathBuf },
    /// There is no store in it, and one is needed.
    #[error("{} names no store", path.display())]
    NoStore { path: PathBuf },
    /// Things in the file are wrong.
    #[error("{} has {}", text.path().display(), count(problems.len()))]
    Problems { text: Box<Source>, problems: Vec<Problem> },
}

impl ConfigError {
    pub(crate) fn help(&self) -> Option<String> {
        match self {
            Self::Unreadable { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                Some("name the file with --config, or make a new set-up here: secretbridge init".to_owned())
            }
            Self::Unreadable { .. } => {
                Some("check that it is a file and that this user may read it".to_owned())
            }
            Self::NotText { .. } => Some("save it as UTF-8".to_owned()),
            Self::NoStore { .. } => Some(
                "add one, such as store: { provider: age, path: store, identities: [age.key] }".to_owned(),
            ),
            Self::Problems { .. } => None,
        }
    }
}

fn count(problems: usize) -> String {
    if problems == 1 { "a problem".to_owned() } else { format!("{problems} problems") }
}
