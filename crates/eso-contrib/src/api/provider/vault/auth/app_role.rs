//! <https://developer.hashicorp.com/vault/docs/auth/approle>

use serde::{Deserialize, Serialize};

use crate::MountPath;
use crate::api::store_spec::StoreScope;
use crate::api::{Checker, SecretKeySelector};

/// A login with the id of a role and a secret id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct AppRoleLogin {
    /// Where the auth method is mounted; `approle` unless given.
    #[serde(default = "path")]
    pub path: MountPath,
    /// The id of the role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_id: Option<String>,
    /// The Secret that the id of the role is in, instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_ref: Option<SecretKeySelector>,
    /// The Secret that the secret id is in.
    pub secret_ref: SecretKeySelector,
}

fn path() -> MountPath {
    MountPath::literal("approle")
}

impl AppRoleLogin {
    /// The role of that id, with the secret id of a Secret.
    #[must_use]
    pub fn new(role_id: impl Into<String>, secret_id: SecretKeySelector) -> Self {
        Self { path: path(), role_id: Some(role_id.into()), role_ref: None, secret_ref: secret_id }
    }

    pub(super) fn check(&self, checker: &mut Checker<'_>, scope: StoreScope<'_>) {
        checker.at("secretRef", |c| self.secret_ref.check(c, scope));
        let role_id = self.role_id.as_deref().filter(|id| !id.is_empty());
        match (role_id, &self.role_ref) {
            (None, None) => checker.refuse("it needs roleId or roleRef"),
            (Some(_), Some(_)) => {
                checker.at("roleRef", |c| {
                    c.refuse("the operator takes roleId and never looks at it: give one of the two");
                });
            }
            (None, Some(role)) => checker.at("roleRef", |c| role.check(c, scope)),
            (Some(_), None) => {}
        }
    }
}
