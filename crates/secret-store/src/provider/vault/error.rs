//! What can go wrong on the way to the server.

use std::borrow::Cow;
use std::time::Duration;

pub(super) use super::status::success_or_404;
use crate::{Detail, Error, ErrorKind, SecretPath};

/// The request has no reply.
#[derive(Debug, Clone)]
pub(super) struct TransportError {
    pub(super) kind: ErrorKind,
    /// What happened, without a value: `cannot connect to https://…: connection refused`.
    pub(super) reason: String,
    pub(super) help: Option<Cow<'static, str>>,
    /// Whether the server may have done what was asked: nothing is known of a request that was sent in full and not answered.
    pub(super) may_be_done: bool,
    /// Whether the server may get to it only now: it was given up, and nobody has closed the connection.
    pub(super) may_come_late: bool,
    /// Whether asking again could help: not when the certificate is wrong or the deadline has passed.
    pub(super) is_retryable: bool,
    pub(super) retry_after: Option<Duration>,
}

impl TransportError {
    /// The server was not reached, did nothing, and may be reached later.
    pub(super) fn unreachable(reason: impl Into<String>) -> Self {
        Self {
            kind: ErrorKind::Unavailable,
            reason: reason.into(),
            help: None,
            may_be_done: false,
            may_come_late: false,
            is_retryable: true,
            retry_after: None,
        }
    }

    /// The request was not sent, and never will be.
    pub(super) fn refused(kind: ErrorKind, reason: impl Into<String>) -> Self {
        Self { kind, is_retryable: false, ..Self::unreachable(reason) }
    }

    pub(super) fn help(mut self, help: impl Into<Cow<'static, str>>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// As an error of the operation (`read`, `log in`) on a path.
    pub(super) fn into_error(self, operation: &'static str, path: Option<&SecretPath>) -> Error {
        let mut detail = Detail::new(operation, self.reason);
        if let Some(path) = path {
            detail = detail.at(path);
        }
        if let Some(help) = self.help {
            detail = detail.help(help);
        }
        if let Some(wait) = self.retry_after {
            detail = detail.retry_after(wait);
        }
        if !self.is_retryable {
            detail = detail.not_again();
        }
        Error::new(self.kind, detail)
    }
}
