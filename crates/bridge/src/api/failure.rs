//! What is said when a request is not done.

use std::borrow::Cow;
use std::time::Duration;

use http::StatusCode;
use secret_store::{Error, ErrorKind};

/// What is said when a request is not done: a status, and Vault's words where it has some. Holds no value and no part of a
/// request's body.
///
/// A status of 404 means to clients that there is no such secret, and the External Secrets Operator may then delete what the
/// cluster has: it is given only where the store has said so.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) status: StatusCode,
    /// What the client is told. None for the plain 404.
    pub(crate) message: Option<Cow<'static, str>>,
    /// In how long it may ask again.
    pub(crate) retry_after: Option<Duration>,
    /// The category, for the audit log: an [`ErrorKind`] as text, or one of the bridge's own words.
    pub(crate) category: &'static str,
    /// What was wrong in truth, for the log.
    pub(crate) cause: Option<Box<Error>>,
}

impl Failure {
    fn new(status: StatusCode, category: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status, message: Some(message.into()), retry_after: None, category, cause: None }
    }

    /// 400: what was asked for makes no sense.
    pub(crate) fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid", message)
    }

    /// 403: nobody has proven who asks.
    pub(crate) fn unauthenticated() -> Self {
        Self::new(StatusCode::FORBIDDEN, "unauthenticated", "permission denied")
    }

    /// 403: it is known who asks, and no policy allows it.
    pub(crate) fn denied() -> Self {
        Self::new(StatusCode::FORBIDDEN, "permission-denied", "1 error occurred:\n\t* permission denied\n\n")
    }

    /// 403 in words of its own.
    pub(crate) fn forbidden(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "permission-denied", message)
    }

    /// 404: there is no such secret. Only for what a store has said.
    pub(crate) fn not_found() -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            message: None,
            retry_after: None,
            category: "not-found",
            cause: None,
        }
    }

    /// 403 for a path that no mount has. OpenBao answers 404 with an error in it, which its Go client, and with it the External
    /// Secrets Operator, takes for a secret that is not there: a wrong word in a configuration would remove Secrets.
    pub(crate) fn no_route(path: &str) -> Self {
        let message = format!("no handler for route {path:?}. route entry not found.");
        Self::new(StatusCode::FORBIDDEN, "no-route", message)
    }

    /// 400 for a path that ends where the name of a secret is to begin. No store was asked, so it is no 404.
    pub(crate) fn no_name() -> Self {
        Self::bad_request("the path names no secret")
    }

    /// 405: the path is there, and not for this method.
    pub(crate) fn unsupported_operation() -> Self {
        let message = "1 error occurred:\n\t* unsupported operation\n\n";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "unsupported", message)
    }

    /// 415: a PATCH of another content type.
    pub(crate) fn wrong_patch_type(given: &str) -> Self {
        let message =
            format!("PATCH requires Content-Type of application/merge-patch+json, provided {given}");
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "invalid", message)
    }

    /// 429: asked too often.
    pub(crate) fn too_many(wait: Duration) -> Self {
        let message = "request path \"rate limit\": rate limit quota exceeded";
        Self { retry_after: Some(wait), ..Self::new(StatusCode::TOO_MANY_REQUESTS, "rate-limited", message) }
    }

    /// 503: what is needed for an answer is not there now.
    pub(crate) fn unavailable(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message)
    }

    /// 500: a mistake of ours.
    pub(crate) fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "internal error")
    }

    /// What a write is told whose condition did not hold.
    pub(crate) fn stale() -> Self {
        let message = "check-and-set parameter did not match the current version";
        Self::new(StatusCode::BAD_REQUEST, "conflict", message)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let mut failure = match error.kind() {
            ErrorKind::NotFound => Self::not_found(),
            ErrorKind::PermissionDenied => {
                Self::forbidden("permission denied: the store behind the bridge does not allow it")
            }
            // Not the client's token: the bridge's own credential.
            ErrorKind::Unauthenticated => {
                Self::new(StatusCode::BAD_GATEWAY, "", "the store behind the bridge does not know the bridge")
            }
            ErrorKind::Conflict => Self::stale(),
            ErrorKind::Unsupported => Self::unsupported_operation(),
            ErrorKind::RateLimited => Self::too_many(error.retry_after().unwrap_or(Duration::from_secs(1))),
            ErrorKind::Invalid => Self::bad_request(error.detail().reason().to_owned()),
            ErrorKind::Corrupt => Self::new(
                StatusCode::BAD_GATEWAY,
                "",
                "what the store behind the bridge holds there is damaged",
            ),
            _ => Self {
                retry_after: error.retry_after(),
                ..Self::unavailable("the store behind the bridge is not available")
            },
        };
        failure.category = error.kind().as_str();
        failure.cause = Some(Box::new(error));
        failure
    }
}
