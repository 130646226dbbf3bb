//! What is around every answer.

use serde::{Deserialize, Serialize};

use crate::auth::Auth;
use crate::lenient::or_default;
use crate::raw::Raw;

/// A reply that is not an error: the same fields around every kind of data.
///
/// A missing secret version also has one, with status 404: see [`kv2::Read`](crate::kv2::Read). Replies of a few `sys` paths
/// have none around them; their types say so.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'a, T: Deserialize<'de>"))]
pub struct Envelope<'a, T = Raw<'a>> {
    /// What the server's audit log calls the request. Empty in a wrapped reply.
    #[serde(default, deserialize_with = "or_default")]
    pub request_id: String,
    /// The lease of the data; empty for key/value secrets.
    #[serde(default, deserialize_with = "or_default")]
    pub lease_id: String,
    /// Whether the lease can be renewed.
    #[serde(default, deserialize_with = "or_default")]
    pub renewable: bool,
    /// Seconds. In version 1 of the key/value engine a hint when to read again, in version 2 zero.
    #[serde(default, deserialize_with = "or_default")]
    pub lease_duration: u64,
    /// What was asked for.
    #[serde(default = "none")]
    pub data: Option<T>,
    /// In place of the data, when it was asked to be wrapped.
    #[serde(default, borrow)]
    pub wrap_info: Option<WrapInfo<'a>>,
    /// For people.
    #[serde(default)]
    pub warnings: Option<Vec<String>>,
    /// The token that a login, or a renewal, gives.
    #[serde(default, borrow)]
    pub auth: Option<Auth<'a>>,
    /// The kind of engine that has answered (`kv`): newer servers of Vault send it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mount_type: Option<String>,
}

fn none<T>() -> Option<T> {
    None
}

impl<T> Envelope<'_, T> {
    /// A reply with this data and nothing else.
    #[must_use]
    pub fn new(request_id: impl Into<String>, data: Option<T>) -> Self {
        Self {
            request_id: request_id.into(),
            lease_id: String::new(),
            renewable: false,
            lease_duration: 0,
            data,
            wrap_info: None,
            warnings: None,
            auth: None,
            mount_type: None,
        }
    }
}

/// A wrapping token in place of a reply: one use of `sys/wrapping/unwrap` gives the reply.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WrapInfo<'a> {
    /// The wrapping token: a JSON string.
    #[serde(borrow)]
    pub token: Raw<'a>,
    /// The accessor of the wrapping token: a JSON string.
    #[serde(borrow)]
    pub accessor: Raw<'a>,
    /// Seconds until it expires.
    pub ttl: u64,
    /// When it was made, in RFC 3339.
    pub creation_time: String,
    /// The path that was asked, as `auth/approle/role/app/secret-id`: who expects another has been handed a token of
    /// somebody else.
    pub creation_path: String,
    /// The accessor of the token, or the secret id, that is wrapped: a JSON string.
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    pub wrapped_accessor: Option<Raw<'a>>,
}

/// The body of an error, and of the plain 404 that says that there is nothing (then the list is empty).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Errors {
    /// What was wrong, in the server's words. Some are of several lines.
    #[serde(deserialize_with = "or_default")]
    pub errors: Vec<String>,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warnings: Option<Vec<String>>,
}
