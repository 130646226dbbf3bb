//! Logging in: what is sent to `auth/<mount>/login`, and the token that comes back.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::lenient::or_default;
use crate::raw::Raw;

/// A token that a login, a renewal or `auth/token/create` gives: the `auth` of an [`Envelope`](crate::Envelope).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Auth<'a> {
    /// The token: a JSON string.
    #[serde(borrow)]
    pub client_token: Raw<'a>,
    /// What names the token without being it: a JSON string; empty for a batch token.
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    pub accessor: Option<Raw<'a>>,
    /// All policies of the token.
    #[serde(default, deserialize_with = "or_default")]
    pub policies: Vec<String>,
    /// Those that the login gave, without those of the identity.
    #[serde(default, deserialize_with = "or_default")]
    pub token_policies: Vec<String>,
    /// Those of the identity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_policies: Option<Vec<String>>,
    /// What the method says of who logged in: `role_name`.
    #[serde(default)]
    pub metadata: Option<BTreeMap<String, String>>,
    /// Seconds until the token expires; zero when it does not.
    #[serde(default, deserialize_with = "or_default")]
    pub lease_duration: u64,
    /// Whether `auth/token/renew-self` can make it last longer.
    #[serde(default, deserialize_with = "or_default")]
    pub renewable: bool,
    /// Who logged in, to the identity engine; empty when it is nobody.
    #[serde(default, deserialize_with = "or_default")]
    pub entity_id: String,
    /// `service`, or `batch`: those are not stored, not renewed and not revoked.
    #[serde(default, deserialize_with = "or_default")]
    pub token_type: String,
    /// Whether the token outlives the one that made it.
    #[serde(default, deserialize_with = "or_default")]
    pub orphan: bool,
    /// What a second factor is asked for; then there is no token yet.
    #[serde(default, borrow)]
    pub mfa_requirement: Option<Raw<'a>>,
    /// How many requests the token is good for; zero for any number.
    #[serde(default, deserialize_with = "or_default")]
    pub num_uses: u64,
}

/// `auth/approle/login`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AppRoleLogin<'a> {
    /// The role id: a JSON string.
    #[serde(borrow)]
    pub role_id: Raw<'a>,
    /// The secret id: a JSON string. A role may need none.
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    pub secret_id: Option<Raw<'a>>,
}

/// `auth/kubernetes/login` and `auth/jwt/login`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct JwtLogin<'a> {
    /// The role; a `jwt` method may have a default one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The signed token: a JSON string.
    #[serde(borrow)]
    pub jwt: Raw<'a>,
}

/// `auth/userpass/login/<username>` and `auth/ldap/login/<username>`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PasswordLogin<'a> {
    /// The password: a JSON string.
    #[serde(borrow)]
    pub password: Raw<'a>,
}

/// `auth/cert/login`: who logs in is shown by the certificate of the connection.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertLogin {
    /// The role to log in with; any that fits without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// What `auth/approle/role/<role>/secret-id` gives, also when it is unwrapped.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SecretId<'a> {
    /// The secret id: a JSON string.
    #[serde(borrow)]
    pub secret_id: Raw<'a>,
    /// What names it without being it: a JSON string.
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    pub secret_id_accessor: Option<Raw<'a>>,
    /// How many logins it is good for; zero for any number.
    #[serde(default, deserialize_with = "or_default")]
    pub secret_id_num_uses: u64,
    /// Seconds until it expires; zero when it does not.
    #[serde(default, deserialize_with = "or_default")]
    pub secret_id_ttl: u64,
}
