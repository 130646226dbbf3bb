//! `type: jwt`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::role::role;
use crate::config::ConfigProblem;

/// A signed token of somebody else's making: of a forge's pipelines, of a cloud, of an identity provider.
///
/// ```yaml
/// type: jwt
/// jwks: keys.json
/// bound_issuer: https://forge.example.com
/// roles:
///   deploy: { bound_audiences: [bridge], bound_claims: { project_path: group/* }, policies: [deploy] }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct JwtConfig {
    /// The issuer's keys as a JSON Web Key Set (RFC 7517): a file, which is taken up again when it changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks: Option<PathBuf>,
    /// The issuer's public keys as PEM: `-----BEGIN PUBLIC KEY-----`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub public_keys: Vec<String>,
    /// What the claim `iss` must be; anything unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound_issuer: Option<String>,
    /// The role of who names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_role: Option<String>,
    /// By name.
    pub roles: BTreeMap<String, JwtRole>,
}

/// One value, or several of which one is enough.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum OneOrMany {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

impl OneOrMany {
    pub(crate) fn as_slice(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

role! {
    /// Whose token says what is asked for here. At least one of the bounds is needed.
    JwtRole {
        /// One of these must be among the claim `aud`. A token that has an audience is refused where this is not set.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        bound_audiences: Vec<String>,
        /// What the claim `sub` must be; `*` stands for anything.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        bound_subject: Option<String>,
        /// What other claims must be, by name, or by JSON pointer (`/groups/primary`): one value, or several of which one is
        /// enough; `*` stands for anything. Of a claim that is a list, one entry must fit.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        bound_claims: BTreeMap<String, OneOrMany>,
        /// The claim that names who logs in; `sub` unless set.
        #[serde(default = "subject")]
        user_claim: String,
        /// Claims that become metadata of the token: the claim, and what it is called there.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        claim_mappings: BTreeMap<String, String>,
    }
}

fn subject() -> String {
    "sub".to_owned()
}

impl JwtConfig {
    pub(super) fn resolved(self, resolve: impl Fn(&Path) -> PathBuf) -> Self {
        Self { jwks: self.jwks.map(|path| resolve(&path)), ..self }
    }

    pub(super) fn problems(&self, at: &str) -> Vec<ConfigProblem> {
        let mut problems = Vec::new();
        if self.jwks.is_none() && self.public_keys.is_empty() {
            let problem =
                ConfigProblem::new(&["auth", at], "there is no key that a token could be checked with");
            problems.push(problem.help("name the issuer's keys: `jwks`, a file, or `public_keys`, as PEM"));
        }
        for (number, pem) in self.public_keys.iter().enumerate() {
            if let Err(error) = crate::auth::jwt::keys::of_pem(pem) {
                let message = format!("the key with the number {} {error}", number + 1);
                let problem = ConfigProblem::new(&["auth", at, "public_keys"], message);
                problems.push(problem.help("write a public key as PEM: -----BEGIN PUBLIC KEY-----"));
            }
        }
        if let Some(name) = self.default_role.as_ref().filter(|name| !self.roles.contains_key(*name)) {
            let message = format!("there is no role {name:?}");
            problems.push(ConfigProblem::new(&["auth", at, "default_role"], message));
        }
        for (name, role) in &self.roles {
            let is_bound = !role.bound_audiences.is_empty()
                || role.bound_subject.is_some()
                || role.bound_claims.values().any(|values| !values.as_slice().is_empty());
            if !is_bound {
                let problem =
                    ConfigProblem::new(&["auth", at, "roles", name], "any token of the issuer would do");
                problems
                    .push(problem.help("say whose: `bound_audiences`, `bound_subject` or `bound_claims`"));
            }
        }
        problems
    }
}
