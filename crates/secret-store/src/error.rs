//! What can go wrong, by category.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::{SecretPath, VersionInfo};

/// The result of asking a store.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A store did not do what it was asked, by category.
///
/// The text is one line: the operation, the path, what was wrong, and the store. It never holds a value, and neither
/// does anything in [`source`](std::error::Error::source): errors of parsers that have seen a payload are not chained.
/// [`help`](Self::help) is what to do next.
///
/// **Not found** and **unavailable** are never confused: on the first a cluster may delete what it has, on the second
/// it waits.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The store says that there is no such secret.
    #[error(transparent)]
    NotFound(Box<Detail>),
    /// The store knows who asks and does not allow it; or the secret's file may be read by too many.
    #[error(transparent)]
    PermissionDenied(Box<Detail>),
    /// The store does not know who asks: a credential is missing, wrong or expired; no identity decrypts.
    #[error(transparent)]
    Unauthenticated(Box<Detail>),
    /// A [`Precondition`](crate::Precondition) does not hold, or a secret is in the way of another.
    #[error(transparent)]
    Conflict(Box<Detail>),
    /// The store cannot do this at all.
    #[error(transparent)]
    Unsupported(Box<Detail>),
    /// The store cannot be reached, or has no room, or did not answer in time. Nothing is known of the secret.
    #[error(transparent)]
    Unavailable(Box<Detail>),
    /// The store asks to be asked less often. See [`retry_after`](Self::retry_after).
    #[error(transparent)]
    RateLimited(Box<Detail>),
    /// What was asked for, or how the store is set up, makes no sense.
    #[error(transparent)]
    Invalid(Box<Detail>),
    /// The store holds something at the path that is not a secret: damaged, or not of its format.
    #[error(transparent)]
    Corrupt(Box<Detail>),
}

/// The category of an [`Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each is the variant of Error of the same name, documented there")]
pub enum ErrorKind {
    NotFound,
    PermissionDenied,
    Unauthenticated,
    Conflict,
    Unsupported,
    Unavailable,
    RateLimited,
    Invalid,
    Corrupt,
}

impl ErrorKind {
    /// The category in logs, events and machine-readable output: `not-found`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::PermissionDenied => "permission-denied",
            Self::Unauthenticated => "unauthenticated",
            Self::Conflict => "conflict",
            Self::Unsupported => "unsupported",
            Self::Unavailable => "unavailable",
            Self::RateLimited => "rate-limited",
            Self::Invalid => "invalid",
            Self::Corrupt => "corrupt",
        }
    }

    /// Whether the same call may succeed later with nobody having changed anything.
    #[must_use]
    pub fn is_retryable(self) -> bool {
        matches!(self, Self::Unavailable | Self::RateLimited)
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Error {
    /// An error of this category.
    #[must_use]
    pub fn new(kind: ErrorKind, detail: Detail) -> Self {
        let detail = Box::new(detail);
        match kind {
            ErrorKind::NotFound => Self::NotFound(detail),
            ErrorKind::PermissionDenied => Self::PermissionDenied(detail),
            ErrorKind::Unauthenticated => Self::Unauthenticated(detail),
            ErrorKind::Conflict => Self::Conflict(detail),
            ErrorKind::Unsupported => Self::Unsupported(detail),
            ErrorKind::Unavailable => Self::Unavailable(detail),
            ErrorKind::RateLimited => Self::RateLimited(detail),
            ErrorKind::Invalid => Self::Invalid(detail),
            ErrorKind::Corrupt => Self::Corrupt(detail),
        }
    }

    /// There is no secret at `path`.
    #[must_use]
    pub fn not_found(operation: &'static str, path: &SecretPath) -> Self {
        Self::new(ErrorKind::NotFound, Detail::new(operation, "not found").at(path))
    }

    /// The category.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.parts().0
    }

    /// Everything else there is to say.
    #[must_use]
    pub fn detail(&self) -> &Detail {
        self.parts().1
    }

    /// Whether the same call may be made again, and may then succeed with nobody having changed anything: the category
    /// [allows it](ErrorKind::is_retryable), and nothing was done that a second call would do twice.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.kind().is_retryable() && !self.is_final()
    }

    /// Whether asking again was ruled out by who knows best: see [`Detail::not_again`].
    #[must_use]
    pub fn is_final(&self) -> bool {
        self.detail().is_final
    }

    /// What to do next, for people.
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        self.detail().help.as_deref()
    }

    /// The path that was asked for, if it was one.
    #[must_use]
    pub fn path(&self) -> Option<&SecretPath> {
        self.detail().path.as_ref()
    }

    /// How long the store asks to be left alone.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.detail().retry_after
    }

    /// The version that is not found because it was deleted, or destroyed.
    #[must_use]
    pub fn gone(&self) -> Option<&Arc<VersionInfo>> {
        self.detail().gone.as_ref()
    }

    /// The same error as seen by a caller who asked for another path: what a wrapper that renames paths returns.
    #[must_use]
    pub fn with_path(self, path: Option<SecretPath>) -> Self {
        let (kind, detail) = self.into_parts();
        Self::new(kind, Detail { path, ..detail })
    }

    /// The same error, told of its store, unless it was already.
    #[must_use]
    pub fn in_store(self, store: impl Into<String>) -> Self {
        let (kind, detail) = self.into_parts();
        Self::new(kind, Detail { store: Some(detail.store.unwrap_or_else(|| store.into())), ..detail })
    }

    /// The same error, of a call that is not to be made again: see [`Detail::not_again`].
    #[must_use]
    pub fn not_again(self) -> Self {
        let (kind, detail) = self.into_parts();
        Self::new(kind, detail.not_again())
    }

    /// The same error with another reason: what a wrapper that has more to say of it returns.
    #[must_use]
    pub fn with_reason(self, reason: impl Into<Cow<'static, str>>) -> Self {
        let (kind, detail) = self.into_parts();
        Self::new(kind, Detail { reason: reason.into(), ..detail })
    }

    /// The same error, met while something else was asked for.
    #[cfg(feature = "vault")]
    #[must_use]
    pub(crate) fn during(self, operation: &'static str, path: Option<&SecretPath>) -> Self {
        let (kind, detail) = self.into_parts();
        Self::new(kind, Detail { operation, path: path.cloned(), ..detail })
    }

    /// The same error with another time to be left alone for.
    #[must_use]
    pub fn with_retry_after(self, wait: Duration) -> Self {
        let (kind, detail) = self.into_parts();
        Self::new(kind, Detail { retry_after: Some(wait), ..detail })
    }

    fn parts(&self) -> (ErrorKind, &Detail) {
        match self {
            Self::NotFound(detail) => (ErrorKind::NotFound, detail),
            Self::PermissionDenied(detail) => (ErrorKind::PermissionDenied, detail),
            Self::Unauthenticated(detail) => (ErrorKind::Unauthenticated, detail),
            Self::Conflict(detail) => (ErrorKind::Conflict, detail),
            Self::Unsupported(detail) => (ErrorKind::Unsupported, detail),
            Self::Unavailable(detail) => (ErrorKind::Unavailable, detail),
            Self::RateLimited(detail) => (ErrorKind::RateLimited, detail),
            Self::Invalid(detail) => (ErrorKind::Invalid, detail),
            Self::Corrupt(detail) => (ErrorKind::Corrupt, detail),
        }
    }

    fn into_parts(self) -> (ErrorKind, Detail) {
        let kind = self.kind();
        match self {
            Self::NotFound(detail)
            | Self::PermissionDenied(detail)
            | Self::Unauthenticated(detail)
            | Self::Conflict(detail)
            | Self::Unsupported(detail)
            | Self::Unavailable(detail)
            | Self::RateLimited(detail)
            | Self::Invalid(detail)
            | Self::Corrupt(detail) => (kind, *detail),
        }
    }
}

/// What an [`Error`] says beside its category.
#[derive(Debug, Clone)]
pub struct Detail {
    operation: &'static str,
    path: Option<SecretPath>,
    reason: Cow<'static, str>,
    store: Option<String>,
    help: Option<Cow<'static, str>>,
    retry_after: Option<Duration>,
    is_final: bool,
    gone: Option<Arc<VersionInfo>>,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

impl Detail {
    /// `operation` is a verb (`read`, `write`, `open`); `reason` what was wrong, in lower case, without a value.
    #[must_use]
    pub fn new(operation: &'static str, reason: impl Into<Cow<'static, str>>) -> Self {
        Self {
            operation,
            path: None,
            reason: reason.into(),
            store: None,
            help: None,
            retry_after: None,
            is_final: false,
            gone: None,
            source: None,
        }
    }

    /// The path that was asked for.
    #[must_use]
    pub fn at(mut self, path: &SecretPath) -> Self {
        self.path = Some(path.clone());
        self
    }

    /// The store, as in [`StoreInfo::describe`](crate::StoreInfo::describe).
    #[must_use]
    pub fn store(mut self, store: impl Into<String>) -> Self {
        self.store = Some(store.into());
        self
    }

    /// What to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<Cow<'static, str>>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// How long the store asks to be left alone.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// The call is not to be made again, whatever the category: a write that may have been done, or a deadline that has
    /// passed.
    #[must_use]
    pub fn not_again(mut self) -> Self {
        self.is_final = true;
        self
    }

    /// What was there is not found because this version of it was deleted, or destroyed.
    #[must_use]
    pub fn gone(mut self, info: VersionInfo) -> Self {
        self.gone = Some(Arc::new(info));
        self
    }

    /// The error behind it, which must not have seen a value.
    #[must_use]
    pub fn source(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.source = Some(Arc::new(source));
        self
    }

    /// What was wrong.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl fmt::Display for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.operation)?;
        if let Some(path) = &self.path {
            write!(f, " {path}")?;
        }
        write!(f, ": {}", self.reason)?;
        if let Some(store) = &self.store {
            write!(f, " ({store})")?;
        }
        Ok(())
    }
}

impl std::error::Error for Detail {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_what_where_why_and_whose() {
        let path = SecretPath::new("infrastructure/minio").unwrap();
        let error = Error::not_found("read", &path).in_store("age store at store");
        assert_eq!(error.to_string(), "read infrastructure/minio: not found (age store at store)");
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert!(!error.is_retryable());
    }
}
