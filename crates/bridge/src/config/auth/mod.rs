//! Who may log in, and how.

mod approle;
mod cert;
mod jwt;
mod kubernetes;
pub(crate) mod lasting;
mod role;
mod throttle;
mod userpass;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use secret_store::SecretPath;
use serde::{Deserialize, Serialize};

pub use self::approle::{AppRoleConfig, AppRoleRole};
pub(crate) use self::cert::fingerprint;
pub use self::cert::{CertConfig, CertRole};
pub use self::jwt::{JwtConfig, JwtRole, OneOrMany};
pub use self::kubernetes::{KubernetesConfig, KubernetesRole};
pub(crate) use self::role::Terms;
pub use self::throttle::ThrottleConfig;
pub use self::userpass::{UserpassConfig, UserpassUser};
use super::problem::ConfigProblem;
use super::{BridgeConfig, SecretRef};

/// A way to log in, below `auth/` at a path of its own.
///
/// ```yaml
/// auth:
///   approle:
///     type: approle
///     roles:
///       eso: { secret_id: bridge/eso-secret-id, policies: [eso], ttl: 20m }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "lowercase")]
#[non_exhaustive]
pub enum AuthConfig {
    /// A role id and a secret id, for machines.
    Approle(AppRoleConfig),
    /// A name and a password, for people.
    Userpass(UserpassConfig),
    /// A signed token of somebody else's making.
    Jwt(JwtConfig),
    /// The token of a Kubernetes service account, which the cluster is asked about.
    Kubernetes(KubernetesConfig),
    /// The certificate that the client has shown.
    Cert(CertConfig),
}

impl AuthConfig {
    /// With its files where `resolve` says that they are.
    #[must_use]
    pub fn resolved(self, resolve: impl Fn(&Path) -> PathBuf) -> Self {
        match self {
            Self::Jwt(config) => Self::Jwt(config.resolved(resolve)),
            Self::Kubernetes(config) => Self::Kubernetes(config.resolved(resolve)),
            other => other,
        }
    }

    /// What Vault calls it.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Approle(_) => "approle",
            Self::Userpass(_) => "userpass",
            Self::Jwt(_) => "jwt",
            Self::Kubernetes(_) => "kubernetes",
            Self::Cert(_) => "cert",
        }
    }

    /// The credentials in the store: they are not served.
    pub(crate) fn credentials(&self) -> Vec<&SecretRef> {
        match self {
            Self::Approle(config) => config.roles.values().flat_map(|role| role.secret_id.iter()).collect(),
            Self::Userpass(config) => config.users.values().map(|user| &user.password).collect(),
            Self::Jwt(_) | Self::Kubernetes(_) | Self::Cert(_) => Vec::new(),
        }
    }

    /// Its roles or users: the field that they are in, and what they are given.
    fn roles(&self) -> (&'static str, Vec<(&str, Terms)>) {
        fn all<R>(roles: &BTreeMap<String, R>, terms: impl Fn(&R) -> Terms) -> Vec<(&str, Terms)> {
            roles.iter().map(|(name, role)| (name.as_str(), terms(role))).collect()
        }
        match self {
            Self::Approle(config) => ("roles", all(&config.roles, AppRoleRole::terms)),
            Self::Userpass(config) => ("users", all(&config.users, UserpassUser::terms)),
            Self::Jwt(config) => ("roles", all(&config.roles, JwtRole::terms)),
            Self::Kubernetes(config) => ("roles", all(&config.roles, KubernetesRole::terms)),
            Self::Cert(config) => ("roles", all(&config.roles, CertRole::terms)),
        }
    }

    fn own_problems(&self, at: &str, bridge: &BridgeConfig) -> Vec<ConfigProblem> {
        match self {
            Self::Approle(config) => config.problems(at),
            Self::Userpass(_) => Vec::new(),
            Self::Jwt(config) => config.problems(at),
            Self::Kubernetes(config) => config.problems(at),
            Self::Cert(config) => config.problems(at, bridge),
        }
    }
}

/// Everything that is wrong with the ways to log in.
pub(super) fn problems(bridge: &BridgeConfig) -> Vec<ConfigProblem> {
    let mut problems = bridge.throttle.problems();
    for (path, method) in &bridge.auth {
        problems.extend(problem_of_path(path));
        let (field, roles) = method.roles();
        if roles.is_empty() {
            let problem = ConfigProblem::new(&["auth", path, field], "nobody can log in: there is none");
            problems.push(problem.help("name one, or leave the method out"));
        }
        for (name, terms) in roles {
            problems.extend(terms.problems(&["auth", path, field, name], bridge));
        }
        problems.extend(method.own_problems(path, bridge));
    }
    problems
}

fn problem_of_path(path: &str) -> Option<ConfigProblem> {
    let message = match SecretPath::new(path) {
        Err(error) => format!("the path of a method {}", error.rule()),
        Ok(own) if own.segments().next() == Some("token") => {
            "`auth/token` is where tokens are looked up and revoked".to_owned()
        }
        Ok(_) => return None,
    };
    let problem = ConfigProblem::new(&["auth", path], message);
    Some(
        problem.help(
            "name it as it follows `auth/` in clients' settings, without a slash at its ends: `approle`",
        ),
    )
}
