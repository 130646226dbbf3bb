//! How a token is had, one file for each method.

mod approle;
mod cert;
mod grant;
mod jwt;
mod kubernetes;
mod login;
mod place;
mod refusal;
mod token;
mod userpass;
mod wrapping;

use serde::{Deserialize, Serialize};

pub use self::approle::{AppRoleAuth, RoleId};
pub use self::cert::CertAuth;
pub(super) use self::grant::{Grant, Look, Term};
pub use self::jwt::JwtAuth;
pub use self::kubernetes::KubernetesAuth;
pub(super) use self::login::{Keepsake, Login};
use self::place::Place;
pub use self::token::TokenAuth;
pub use self::userpass::UserPassAuth;
use crate::{Result, SecretValue};

/// How to log in. `method` names the method; the other fields are its own.
///
/// ```
/// # use secret_store::provider::vault::AuthConfig;
/// # for text in [
/// #     r#"
/// method: token
/// token: { file: /run/secrets/vault-token }
/// # "#, r#"
/// method: approle
/// role_id: 7406a712-81a2-46fd-98ee-919c7ecc8f73
/// secret_id: { env: SECRET_ID }
/// # "#, r#"
/// method: kubernetes
/// role: web
/// # "#, r#"
/// method: userpass
/// username: ada
/// password: { command: [pass, show, vault] }
/// # "#, r#"
/// method: jwt
/// role: ci
/// token: { env: CI_JOB_JWT }
/// # "#, r#"
/// method: cert
/// name: web
/// # "#] { serde_yaml::from_str::<AuthConfig>(text)?; }
/// # Ok::<(), serde_yaml::Error>(())
/// ```
/// Each of them, but for `token`, may say where it is enabled (`mount: NAME`, otherwise the method's own name) and in which
/// namespace (`namespace: NAME`, otherwise that of the secrets).
///
/// Credentials are references, and are read anew at each log-in. A token is renewed when two thirds of its time are over,
/// and when it is no longer good the store logs in again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "method", rename_all = "lowercase", deny_unknown_fields)]
#[non_exhaustive]
pub enum AuthConfig {
    /// A token that exists already.
    Token(TokenAuth),
    /// A role id and a secret id.
    AppRole(AppRoleAuth),
    /// The token of a Kubernetes service account.
    Kubernetes(KubernetesAuth),
    /// A user name and a password.
    UserPass(UserPassAuth),
    /// A signed JSON web token: of an OpenID provider, or of a CI job.
    Jwt(JwtAuth),
    /// The client certificate of the TLS connection.
    Cert(CertAuth),
}

/// A token from the environment or the home folder: see [`TokenAuth`].
impl Default for AuthConfig {
    fn default() -> Self {
        Self::Token(TokenAuth::default())
    }
}

impl AuthConfig {
    /// Whether this can be, before anybody is asked.
    pub(super) fn check(&self, has_client_certificate: bool) -> Result<()> {
        if let Some(place) = self.place() {
            place.check()?;
        }
        match self {
            Self::AppRole(method) => method.check(),
            Self::UserPass(method) => method.check(),
            Self::Cert(_) => CertAuth::check(has_client_certificate),
            Self::Token(_) | Self::Kubernetes(_) | Self::Jwt(_) => Ok(()),
        }
    }

    /// Gets a token. `dead` is one that the server no longer takes: a source of tokens that has the same one still has none.
    pub(super) async fn acquire(&self, login: &Login<'_>, dead: Option<&SecretValue>) -> Result<Grant> {
        match self {
            Self::Token(method) => method.acquire(login, dead).await,
            Self::AppRole(method) => method.log_in(login).await,
            Self::Kubernetes(method) => method.log_in(login).await,
            Self::UserPass(method) => method.log_in(login).await,
            Self::Jwt(method) => method.log_in(login).await,
            Self::Cert(method) => method.log_in(login).await,
        }
    }

    /// Whether the server can be asked for another token.
    pub(super) fn can_log_in(&self) -> bool {
        !matches!(self, Self::Token(_))
    }

    /// In which namespace tokens are looked up and renewed, when it is not that of the secrets.
    pub(super) fn namespace(&self) -> Option<&str> {
        self.place().and_then(|place| place.namespace)
    }

    fn place(&self) -> Option<Place<'_>> {
        match self {
            Self::Token(_) => None,
            Self::AppRole(method) => Some(method.place()),
            Self::Kubernetes(method) => Some(method.place()),
            Self::UserPass(method) => Some(method.place()),
            Self::Jwt(method) => Some(method.place()),
            Self::Cert(method) => Some(method.place()),
        }
    }
}
