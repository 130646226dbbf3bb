//! What a token says of itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What a token says of itself. None of it is secret: it can be read from the token's accessor too.
///
/// Times are in seconds since 1970. The names are short because they are in every request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// What names the token, and no other: 32 hexadecimal digits.
    #[serde(rename = "i")]
    pub id: String,
    /// The policies that it was given, without `default`.
    #[serde(rename = "p", default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<String>,
    /// For people: `approle`.
    #[serde(rename = "n")]
    pub display_name: String,
    /// Where it was made: `auth/approle/login`.
    #[serde(rename = "w")]
    pub path: String,
    /// What the login said of its owner.
    #[serde(rename = "m", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
    /// When it was made.
    #[serde(rename = "t")]
    pub issued: i64,
    /// When it ends, unless it is renewed.
    #[serde(rename = "e")]
    pub expires: i64,
    /// When it ends, however often it is renewed; not before `expires`.
    #[serde(rename = "x")]
    pub ends: i64,
    /// Whether it may be renewed.
    #[serde(rename = "r", default, skip_serializing_if = "std::ops::Not::not")]
    pub is_renewable: bool,
    /// The ids of the tokens that made it, the first one first: when one of them is revoked, so is this.
    #[serde(rename = "a", default, skip_serializing_if = "Vec::is_empty")]
    pub parents: Vec<String>,
}

impl Claims {
    /// How many tokens may stand behind each other.
    pub const MOST_PARENTS: usize = 8;
}
