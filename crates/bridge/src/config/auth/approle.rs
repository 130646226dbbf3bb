//! `type: approle`.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::role::role;
use crate::config::{ConfigProblem, SecretRef, duration};

/// A role id and a secret id, for machines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct AppRoleConfig {
    /// By name.
    pub roles: BTreeMap<String, AppRoleRole>,
}

role! {
    /// Who knows a role id and its secret id.
    AppRoleRole {
        /// What names the role to the client; the role's name unless set. It is not secret.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        role_id: Option<String>,
        /// Where in the store the secret id is; several are good all at once. At least 16 bytes.
        #[serde(with = "one_or_more")]
        #[cfg_attr(feature = "schema", schemars(with = "one_or_more::Written"))]
        secret_id: Vec<SecretRef>,
        /// For how long a secret id is good after it was replaced in the store; `1h` unless set.
        #[serde(default = "overlap", with = "duration")]
        #[cfg_attr(feature = "schema", schemars(with = "String"))]
        overlap: Duration,
    }
}

pub(super) fn overlap() -> Duration {
    Duration::from_hours(1)
}

impl AppRoleConfig {
    pub(super) fn problems(&self, at: &str) -> Vec<ConfigProblem> {
        let mut problems = Vec::new();
        let mut seen = BTreeMap::new();
        for (name, role) in &self.roles {
            let id = role.role_id.as_deref().unwrap_or(name);
            if id.trim().is_empty() || id.trim() != id {
                let message = "the role id is empty, or has spaces around it";
                problems.push(ConfigProblem::new(&["auth", at, "roles", name, "role_id"], message));
            }
            if let Some(other) = seen.insert(id, name) {
                let message = format!("the role {other:?} has the same role id");
                problems.push(
                    ConfigProblem::new(&["auth", at, "roles", name, "role_id"], message)
                        .help("give each its own: a client is known by it"),
                );
            }
            if role.secret_id.is_empty() {
                let message = "there is no secret id: the role id alone is no secret";
                problems.push(ConfigProblem::new(&["auth", at, "roles", name, "secret_id"], message));
            }
        }
        problems
    }
}

/// One place, or a list of places.
mod one_or_more {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

    use crate::config::SecretRef;

    #[derive(Deserialize)]
    #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
    #[serde(untagged)]
    pub(super) enum Written {
        // First: a list of two would be taken for the fields of one place in their order.
        More(Vec<SecretRef>),
        One(SecretRef),
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<SecretRef>, D::Error> {
        match Written::deserialize(deserializer) {
            Ok(Written::One(one)) => Ok(vec![one]),
            Ok(Written::More(more)) => Ok(more),
            Err(_) => Err(de::Error::custom(
                "a secret id is a path of the store, `{ key, property }`, or a list of those",
            )),
        }
    }

    pub(super) fn serialize<S: Serializer>(places: &[SecretRef], serializer: S) -> Result<S::Ok, S::Error> {
        match places {
            [one] => one.serialize(serializer),
            more => more.serialize(serializer),
        }
    }
}
