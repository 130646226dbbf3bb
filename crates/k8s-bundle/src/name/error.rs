//! What is wrong with a name, and what would be right.

use core::fmt;

/// A text that breaks the rule of its type. Names are not secret: the text is part of the message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} {text:?} is not valid: {problem}; allowed: {}", kind.allowed())]
pub struct NameError {
    kind: NameKind,
    text: String,
    problem: NameProblem,
}

impl NameError {
    pub(super) fn new(kind: NameKind, text: String, problem: NameProblem) -> Self {
        Self { kind, text, problem }
    }

    /// Which rule the text was checked against.
    #[must_use]
    pub fn kind(&self) -> NameKind {
        self.kind
    }

    /// The offending text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What is wrong with it: the first thing found from the left.
    #[must_use]
    pub fn problem(&self) -> &NameProblem {
        &self.problem
    }
}

/// The first thing that is wrong with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NameProblem {
    /// The text is empty, or a part of it (between dots, or before or after the slash) is.
    Empty,
    /// The text is too long; lengths are in bytes.
    TooLong {
        /// How long it is.
        actual: usize,
        /// How long it may be.
        max: usize,
    },
    /// A character that is not allowed where it stands; positions count characters from 1.
    Character {
        /// The character.
        character: char,
        /// Where it stands.
        position: usize,
    },
    /// The text is reserved: `.`, or starts with `..`, which the kubelet cannot mount as a file.
    Reserved,
    /// More than one slash.
    Slashes,
}

impl fmt::Display for NameProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("it is empty, or a part of it is"),
            Self::TooLong { actual, max } => write!(f, "it has {actual} characters, more than {max}"),
            Self::Character { character, position } => {
                write!(f, "{character:?} at position {position} is not allowed there")
            }
            Self::Reserved => f.write_str("\".\" and names that start with \"..\" are reserved"),
            Self::Slashes => f.write_str("it has more than one slash"),
        }
    }
}

/// The rules, one per type of name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NameKind {
    /// [`crate::ObjectName`].
    ObjectName,
    /// [`crate::Namespace`].
    Namespace,
    /// [`crate::DataKey`].
    DataKey,
    /// [`crate::LabelKey`].
    LabelKey,
    /// [`crate::LabelValue`].
    LabelValue,
    /// [`crate::AnnotationKey`].
    AnnotationKey,
    /// [`crate::ReleaseName`].
    ReleaseName,
    /// [`crate::ClusterName`].
    ClusterName,
}

impl NameKind {
    /// What is allowed, in one phrase.
    #[must_use]
    pub fn allowed(self) -> &'static str {
        match self {
            Self::ObjectName | Self::ClusterName => {
                "lower-case letters, digits, '-' and '.', a letter or digit at both ends of each part, at most 253 characters"
            }
            Self::Namespace => {
                "lower-case letters, digits and '-', a letter or digit at both ends, at most 63 characters"
            }
            Self::DataKey => "letters, digits, '-', '_' and '.', at most 253 characters",
            Self::LabelKey | Self::AnnotationKey => {
                "an optional DNS name and '/', then letters, digits, '-', '_' and '.', a letter or digit at both ends, at most 63 characters"
            }
            Self::LabelValue => {
                "nothing, or letters, digits, '-', '_' and '.', a letter or digit at both ends, at most 63 characters"
            }
            Self::ReleaseName => {
                "lower-case letters, digits, '-' and '.', a letter or digit at both ends of each part, at most 53 characters"
            }
        }
    }

    #[cfg(feature = "schema")]
    pub(super) fn pattern(self) -> &'static str {
        match self {
            Self::ObjectName | Self::ClusterName | Self::ReleaseName => {
                r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"
            }
            Self::Namespace => "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
            Self::DataKey => r"^([-_a-zA-Z0-9]|\.[-_a-zA-Z0-9])[-._a-zA-Z0-9]*$",
            Self::LabelKey => {
                r"^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$"
            }
            Self::LabelValue => "^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$",
            Self::AnnotationKey => {
                r"^([A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?(\.[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$"
            }
        }
    }

    #[cfg(feature = "schema")]
    pub(super) fn max_length(self) -> usize {
        use super::rule;
        match self {
            Self::ObjectName | Self::ClusterName | Self::DataKey => rule::SUBDOMAIN_MAX,
            Self::Namespace | Self::LabelValue => rule::LABEL_MAX,
            Self::LabelKey | Self::AnnotationKey => rule::SUBDOMAIN_MAX + 1 + rule::LABEL_MAX,
            Self::ReleaseName => rule::RELEASE_MAX,
        }
    }
}

impl fmt::Display for NameKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ObjectName => "object name",
            Self::Namespace => "namespace",
            Self::DataKey => "data key",
            Self::LabelKey => "label key",
            Self::LabelValue => "label value",
            Self::AnnotationKey => "annotation key",
            Self::ReleaseName => "Helm release name",
            Self::ClusterName => "cluster name",
        })
    }
}
