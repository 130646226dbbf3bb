//! <https://developer.hashicorp.com/vault/docs/auth/userpass> and <https://developer.hashicorp.com/vault/docs/auth/ldap>

use serde::{Deserialize, Serialize};

use super::check_text;
use crate::api::store_spec::StoreScope;
use crate::api::{Checker, SecretKeySelector};
use crate::{EsoVersion, Feature, MountPath};

/// A login with a user and a password of the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct UserPassLogin {
    /// Where the auth method is mounted. Unless given, it is what the operator's definition has: `userpass` from chart
    /// 0.14.3 on, and `user` before, where no server has it by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<MountPath>,
    /// The user.
    pub username: String,
    /// The Secret that the password is in.
    pub secret_ref: SecretKeySelector,
}

impl UserPassLogin {
    /// That user, with the password of a Secret.
    #[must_use]
    pub fn new(username: impl Into<String>, password: SecretKeySelector) -> Self {
        Self { path: None, username: username.into(), secret_ref: password }
    }

    pub(super) fn check(&self, checker: &mut Checker<'_>, scope: StoreScope<'_>) {
        check_text("username", &self.username, checker);
        checker.at("secretRef", |c| self.secret_ref.check(c, scope));
    }

    pub(super) fn spell_out(&mut self, version: &EsoVersion) {
        let renamed = Feature::UserPassAtUserpass.is_in(version);
        self.path.get_or_insert_with(|| MountPath::literal(if renamed { "userpass" } else { "user" }));
    }
}

/// A login with a user and a password of a directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct LdapLogin {
    /// Where the auth method is mounted; `ldap` unless given.
    #[serde(default = "path")]
    pub path: MountPath,
    /// The user.
    pub username: String,
    /// The Secret that the password is in.
    pub secret_ref: SecretKeySelector,
}

fn path() -> MountPath {
    MountPath::literal("ldap")
}

impl LdapLogin {
    /// That user, with the password of a Secret.
    #[must_use]
    pub fn new(username: impl Into<String>, password: SecretKeySelector) -> Self {
        Self { path: path(), username: username.into(), secret_ref: password }
    }

    pub(super) fn check(&self, checker: &mut Checker<'_>, scope: StoreScope<'_>) {
        check_text("username", &self.username, checker);
        checker.at("secretRef", |c| self.secret_ref.check(c, scope));
    }
}
