//! What can go wrong on the way to the server and in its answers, and what of [`Error`](crate::Error) it is.

use std::time::Duration;

use super::request::{Reply, Request};
use crate::{Error, SecretPath};

/// The request has no reply.
#[derive(Debug, Clone)]
pub(super) struct TransportError {
    /// What happened, without a value: `cannot connect to https://…: connection refused`.
    pub(super) reason: String,
    pub(super) help: Option<&'static str>,
    /// Whether the server may have done what was asked: nothing is known of a request that was sent in full and not answered.
    pub(super) may_be_done: bool,
    /// Whether asking again could help: not when the certificate is wrong or the deadline has passed.
    pub(super) is_retryable: bool,
    pub(super) retry_after: Option<Duration>,
}

impl TransportError {
    /// As an error of the operation (`read`, `log in`) on a path.
    pub(super) fn into_error(self, operation: &'static str, path: Option<&SecretPath>) -> Error {
        let _ = (operation, path);
        unimplemented!()
    }
}

/// The reply if it is a success (200 to 299); otherwise the error of its status and of what its `errors` say, by category.
/// 404 is left to the caller: only it knows what was asked for.
pub(super) fn success_or_404(
    operation: &'static str,
    path: Option<&SecretPath>,
    request: &Request,
    reply: Reply,
) -> Result<Reply, Error> {
    let _ = (operation, path, request);
    Ok(reply)
}
