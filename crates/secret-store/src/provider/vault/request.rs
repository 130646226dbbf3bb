//! One request of Vault's HTTP API, and its reply. Nothing here knows what is asked for.

use std::fmt;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::SecretValue;

/// How something is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Get,
    Post,
    /// With the content type `application/merge-patch+json`.
    Patch,
    Delete,
}

impl Verb {
    /// What a policy must allow for it, in the words of a policy.
    pub(super) fn capability(self, is_listing: bool) -> &'static str {
        match self {
            Self::Get if is_listing => "list",
            Self::Get => "read",
            Self::Post => "create and update",
            Self::Patch => "patch",
            Self::Delete => "delete",
        }
    }
}

/// One request.
#[derive(Clone)]
pub(super) struct Request {
    pub(super) verb: Verb,
    /// What follows `/v1/`, each segment percent-encoded: see [`ApiPath`](super::address::ApiPath).
    pub(super) path: super::address::ApiPath,
    /// Sent as `?key=value&…`; both are plain ASCII words or numbers.
    pub(super) query: Vec<(&'static str, String)>,
    /// JSON.
    pub(super) body: Option<SecretValue>,
    /// `X-Vault-Token`.
    pub(super) token: Option<SecretValue>,
    /// `X-Vault-Namespace`; already resolved against the configuration's.
    pub(super) namespace: Option<String>,
}

/// Shows no body and no token.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} /v1/{}", self.verb, self.path)
    }
}

/// What the server answered, whatever its status.
pub(super) struct Reply {
    /// What was asked, and where, for people: `GET https://vault.example:8200/v1/secret/data/a`.
    pub(super) url: String,
    pub(super) status: u16,
    pub(super) retry_after: Option<Duration>,
    /// The media type that the body is said to be, without parameters: `application/json`.
    pub(super) content_type: Option<String>,
    /// Wiped when it is dropped.
    pub(super) body: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "status {}", self.status)
    }
}
