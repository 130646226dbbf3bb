//! What can go wrong with YAML.

/// YAML that cannot be read, or a value that cannot be written.
///
/// Messages of the reader quote what they read: do not read texts with secret values through this module.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum YamlError {
    /// The text is not YAML, has a key twice, or is not what was asked for.
    #[error(transparent)]
    Read(#[from] serde_yaml::Error),
    /// A map whose keys are no scalars.
    #[error("a {0} cannot be the key of a map")]
    Key(&'static str),
    /// Raw bytes have no form that all readers share.
    #[error("bytes have no form in YAML that all readers share: encode them first")]
    Bytes,
    /// A type's own serialization failed.
    #[error("{0}")]
    Custom(String),
}

impl YamlError {
    /// Line and column, both from 1, where the reader stopped.
    #[must_use]
    pub fn location(&self) -> Option<(usize, usize)> {
        match self {
            Self::Read(error) => error.location().map(|location| (location.line(), location.column())),
            _ => None,
        }
    }
}

impl serde::ser::Error for YamlError {
    fn custom<T: core::fmt::Display>(message: T) -> Self {
        Self::Custom(message.to_string())
    }
}
