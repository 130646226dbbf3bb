//! How to read, how to write.

use crate::SecretVersion;

/// How to read a secret.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub struct ReadOptions {
    /// The version to read; without one, the current one. A store without
    /// [`history`](crate::Capabilities::history) answers [`Unsupported`](crate::ErrorKind::Unsupported) to any.
    pub version: Option<SecretVersion>,
}

impl ReadOptions {
    /// The current version.
    #[must_use]
    pub fn current() -> Self {
        Self::default()
    }

    /// That version.
    #[must_use]
    pub fn version(version: SecretVersion) -> Self {
        Self { version: Some(version) }
    }
}

/// How to write a secret.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct WriteOptions {
    /// What happens to the fields that are there and not named.
    pub mode: WriteMode,
    /// What must hold for the write to happen.
    pub precondition: Precondition,
}

impl WriteOptions {
    /// The fields given are all the fields afterwards.
    #[must_use]
    pub fn replace() -> Self {
        Self::default()
    }

    /// The fields given are set; the others stay. The secret is made when it is not there.
    #[must_use]
    pub fn merge() -> Self {
        Self { mode: WriteMode::Merge, precondition: Precondition::None }
    }

    /// Under this precondition.
    #[must_use]
    pub fn with_precondition(mut self, precondition: Precondition) -> Self {
        self.precondition = precondition;
        self
    }
}

/// What happens to the fields that are there and not named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum WriteMode {
    /// They go.
    #[default]
    Replace,
    /// They stay.
    Merge,
}

/// What must hold for a write to happen; otherwise it is a [`Conflict`](crate::ErrorKind::Conflict) and nothing changes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Precondition {
    /// Nothing: last one wins.
    #[default]
    None,
    /// There is no secret at the path.
    Absent,
    /// The current version is this one.
    Version(SecretVersion),
}
