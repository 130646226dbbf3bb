//! `type: userpass`.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::approle::overlap;
use super::role::role;
use crate::config::{SecretRef, duration};

/// A name and a password, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct UserpassConfig {
    /// By name, in lower case.
    pub users: BTreeMap<String, UserpassUser>,
}

role! {
    /// Somebody with a password.
    UserpassUser {
        /// Where in the store the password is. At least 8 bytes.
        password: SecretRef,
        /// For how long a password is good after it was replaced in the store; `1h` unless set.
        #[serde(default = "overlap", with = "duration")]
        #[cfg_attr(feature = "schema", schemars(with = "String"))]
        overlap: Duration,
    }
}
