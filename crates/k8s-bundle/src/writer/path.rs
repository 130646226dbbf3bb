//! Paths inside a bundle.

use core::fmt;
use core::str::FromStr;
use std::path::Path;

use crate::error::{Error, Result};

const COMPONENT_MAX: usize = 255;

/// The path of a file or folder inside a bundle: relative, `/` between its parts, none of them `.` or `..`.
///
/// ```
/// # use k8s_bundle::BundlePath;
/// assert!(BundlePath::new("k8s/secrets.yaml").is_ok());
/// assert!(BundlePath::new("../secrets.yaml").is_err());
/// assert!(BundlePath::new("/etc/passwd").is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BundlePath(String);

impl BundlePath {
    /// Checks `path`.
    ///
    /// # Errors
    /// [`Error::InvalidPath`].
    pub fn new(path: impl Into<String>) -> Result<Self> {
        let path = path.into();
        match problem(&path) {
            None => Ok(Self(path)),
            Some(problem) => Err(Error::InvalidPath { path, problem }),
        }
    }

    /// The path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.0.rsplit_once('/').map_or(self.as_str(), |(_, name)| name)
    }

    /// All but the last part; none for a file at the top.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        self.0.rsplit_once('/').map(|(parent, _)| Self(parent.to_owned()))
    }
}

fn problem(path: &str) -> Option<&'static str> {
    if path.is_empty() {
        return Some("it is empty");
    }
    if path.chars().any(|c| c.is_control() || c == '\\') {
        return Some("it has a control character or a backslash");
    }
    path.split('/').find_map(|component| match component {
        "" => Some("it starts or ends with a slash, or has two in a row"),
        "." | ".." => Some("a part of it is \".\" or \"..\""),
        ".git" => Some("it leads into a Git repository's own files"),
        long if long.len() > COMPONENT_MAX => Some("a part of it has more than 255 bytes"),
        _ => None,
    })
}

impl FromStr for BundlePath {
    type Err = Error;

    fn from_str(path: &str) -> Result<Self> {
        Self::new(path)
    }
}

impl AsRef<Path> for BundlePath {
    fn as_ref(&self) -> &Path {
        Path::new(&self.0)
    }
}

impl fmt::Display for BundlePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl serde::Serialize for BundlePath {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}
