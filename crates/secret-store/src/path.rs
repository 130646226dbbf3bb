//! Where a secret is, and what its parts are called.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// The field of a plain value: what a secret that is not a map holds.
pub const VALUE_FIELD: &str = "value";

/// Where a secret is in its store: segments joined by `/`, as in `infrastructure/minio`.
///
/// A path is at most [`SecretPath::MAX_BYTES`] bytes of UTF-8, a segment at most [`SecretPath::MAX_SEGMENT_BYTES`]. A
/// segment is not empty, does not start with a full stop (which rules out `.` and `..`, and leaves `.age-recipients`,
/// `.git` and their like out of reach), and holds no control character and no backslash. Paths are case-sensitive and
/// are not normalised: what is written is what is meant.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SecretPath(Arc<str>);

impl SecretPath {
    /// The longest path, in bytes.
    pub const MAX_BYTES: usize = 1024;
    /// The longest segment, in bytes: a file's name may have 255, and providers add endings to it.
    pub const MAX_SEGMENT_BYTES: usize = 240;

    /// Parses a path.
    ///
    /// # Errors
    /// [`PathError`] with the rule that the text breaks.
    pub fn new(path: &str) -> Result<Self, PathError> {
        let fail = |rule| Err(PathError { path: path.to_owned(), rule });
        if path.is_empty() {
            return fail("is empty");
        }
        if path.len() > Self::MAX_BYTES {
            return fail("is longer than 1024 bytes");
        }
        // Of bytes, which is quicker for segments as short as most: in UTF-8 no other character has the byte of a slash.
        for segment in path.as_bytes().split(|byte| *byte == b'/') {
            if segment.is_empty() {
                return fail("has an empty segment: no leading, trailing or double slash");
            }
            if segment.len() > Self::MAX_SEGMENT_BYTES {
                return fail("has a segment longer than 240 bytes");
            }
            if segment.starts_with(b".") {
                return fail("has a segment that starts with a full stop");
            }
        }
        let has_forbidden = if path.is_ascii() {
            path.bytes().fold(false, |any, byte| any | matches!(byte, ..b' ' | 0x7f | b'\\'))
        } else {
            path.chars().any(|c| c.is_control() || c == '\\')
        };
        if has_forbidden {
            return fail("has a control character or a backslash");
        }
        Ok(Self(path.into()))
    }

    /// The whole path.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The segments, from the top down.
    #[must_use]
    pub fn segments(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('/')
    }

    /// The last segment.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// `self` below `prefix`.
    ///
    /// # Errors
    /// [`PathError`] when the two together are too long.
    pub fn below(&self, prefix: &Self) -> Result<Self, PathError> {
        Self::new(&format!("{prefix}/{self}"))
    }

    /// What is left of `self` below `prefix`, on whole segments: `a/bc` is not below `a/b`, and nothing is below
    /// itself.
    #[must_use]
    pub fn strip_prefix(&self, prefix: &Self) -> Option<Self> {
        let rest = self.0.strip_prefix(&*prefix.0)?.strip_prefix('/')?;
        Some(Self(rest.into()))
    }

    /// Whether `self` is `prefix` or below it.
    #[must_use]
    pub fn is_within(&self, prefix: &Self) -> bool {
        self == prefix || self.strip_prefix(prefix).is_some()
    }
}

/// The name of a field of a secret: not empty, at most [`FieldName::MAX_BYTES`] bytes, no control character.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FieldName(SmolStr);

impl FieldName {
    /// The longest field name, in bytes.
    pub const MAX_BYTES: usize = 512;

    /// Parses a field name.
    ///
    /// # Errors
    /// [`PathError`] with the rule that the text breaks.
    pub fn new(name: &str) -> Result<Self, PathError> {
        let fail = |rule| Err(PathError { path: name.to_owned(), rule });
        if name.is_empty() {
            return fail("is empty");
        }
        if name.len() > Self::MAX_BYTES {
            return fail("is longer than 512 bytes");
        }
        if name.chars().any(char::is_control) {
            return fail("has a control character");
        }
        Ok(Self(name.into()))
    }

    /// The field of a plain value, [`VALUE_FIELD`].
    #[must_use]
    pub fn value() -> Self {
        Self(SmolStr::new_static(VALUE_FIELD))
    }

    /// The text of the name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A text that is no path, or no field name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path:?} {rule}")]
pub struct PathError {
    path: String,
    rule: &'static str,
}

impl PathError {
    /// The rule that the text breaks: `is empty`.
    #[must_use]
    pub fn rule(&self) -> &'static str {
        self.rule
    }
}

macro_rules! text {
    ($name:ident) => {
        impl FromStr for $name {
            type Err = PathError;
            fn from_str(text: &str) -> Result<Self, PathError> {
                Self::new(text)
            }
        }

        impl TryFrom<&str> for $name {
            type Error = PathError;
            fn try_from(text: &str) -> Result<Self, PathError> {
                Self::new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = PathError;
            fn try_from(text: String) -> Result<Self, PathError> {
                Self::new(&text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.as_str().to_owned()
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }
    };
}

text!(SecretPath);
text!(FieldName);

impl From<&SecretPath> for events::Label {
    fn from(path: &SecretPath) -> Self {
        Self::shared(&path.0)
    }
}

impl From<&FieldName> for events::Label {
    fn from(name: &FieldName) -> Self {
        Self::new(&name.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_leaves_or_hides_is_refused() {
        for bad in ["", "/a", "a/", "a//b", "..", "a/../b", "a/./b", ".git/config", "a\\b", "a\0", "a\nb"] {
            assert!(SecretPath::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn people_s_names_are_paths() {
        for good in [
            "GITLAB_ROOT_PASSWORD",
            "infrastructure/minio",
            "web/me@example.com",
            "ümlaut/a b",
            "a..b",
            "x.y",
        ] {
            assert_eq!(SecretPath::new(good).unwrap().as_str(), good);
        }
    }

    #[test]
    fn a_prefix_is_stripped_on_whole_segments() {
        let path = SecretPath::new("a/bc").unwrap();
        assert_eq!(path.strip_prefix(&SecretPath::new("a").unwrap()).unwrap().as_str(), "bc");
        assert_eq!(path.strip_prefix(&SecretPath::new("a/b").unwrap()), None);
        assert_eq!(path.strip_prefix(&path), None);
        assert!(path.is_within(&path));
    }
}
