//! Tokens: `auth/token/…`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::lenient::or_default;
use crate::raw::Raw;

/// What `GET auth/token/lookup-self` says: the data of an [`Envelope`](crate::Envelope).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Lookup<'a> {
    /// What names the token without being it: a JSON string; empty for a batch token.
    #[serde(borrow)]
    pub accessor: Raw<'a>,
    /// When it was made, in seconds since 1970.
    #[serde(default, deserialize_with = "or_default")]
    pub creation_time: i64,
    /// How many seconds it was made for; zero for a root token.
    #[serde(default, deserialize_with = "or_default")]
    pub creation_ttl: u64,
    /// For people: `approle`.
    #[serde(default, deserialize_with = "or_default")]
    pub display_name: String,
    /// Who it belongs to, to the identity engine; empty when it is nobody.
    #[serde(default, deserialize_with = "or_default")]
    pub entity_id: String,
    /// When it expires, in RFC 3339; none (as `null`, never left out) when it does not.
    #[serde(default)]
    pub expire_time: Option<String>,
    /// Seconds that it can last at most, whatever is renewed; zero for no such limit.
    #[serde(default, deserialize_with = "or_default")]
    pub explicit_max_ttl: u64,
    /// The token itself: a JSON string.
    #[serde(borrow)]
    pub id: Raw<'a>,
    /// When it was made, in RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issue_time: Option<String>,
    /// What the login said of its owner.
    #[serde(default)]
    pub meta: Option<BTreeMap<String, String>>,
    /// How many requests are left; zero for any number.
    #[serde(default, deserialize_with = "or_default")]
    pub num_uses: i64,
    /// Whether it outlives the token that made it.
    #[serde(default, deserialize_with = "or_default")]
    pub orphan: bool,
    /// Where it was made: `auth/approle/login`.
    #[serde(default, deserialize_with = "or_default")]
    pub path: String,
    /// Its policies, without those of the identity.
    #[serde(default, deserialize_with = "or_default")]
    pub policies: Vec<String>,
    /// The policies of the identity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_policies: Option<Vec<String>>,
    /// Whether it can be renewed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renewable: Option<bool>,
    /// Seconds between renewals, for a token that lasts as long as it is renewed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<u64>,
    /// The token role that it was made with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The namespace that it belongs to; empty or left out for the root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace_path: Option<String>,
    /// Seconds until it expires; zero when it does not, or just did.
    #[serde(default, deserialize_with = "or_default")]
    pub ttl: i64,
    /// `service` or `batch`.
    #[serde(default, rename = "type", deserialize_with = "or_default")]
    pub token_type: String,
}

/// What `auth/token/renew-self` is sent; the reply's [`auth`](crate::Envelope::auth) has how long it lasts now.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Renew {
    /// How long it should last from now; the server's own choice without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub increment: Option<Increment>,
}

/// A time as the API takes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Increment {
    /// Seconds.
    Seconds(u64),
    /// Seconds, or with units: `1h`.
    Text(String),
}
