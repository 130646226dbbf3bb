//! Userpass: a user name and a password.

use serde::{Deserialize, Serialize};
use vault_api::auth::PasswordLogin;

use super::grant::Grant;
use super::login::{Login, encoded, not_sendable, quoted};
use super::place::Place;
use crate::{CredentialRef, Detail, Error, ErrorKind, Result};

/// Logs in with a user name and a password.
///
/// ```yaml
/// auth: { method: userpass, username: ada, password: { env: VAULT_PASSWORD } }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct UserPassAuth {
    /// Where the method is enabled: `userpass` unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mount: Option<String>,
    /// The namespace that the method is in, when it is not that of the secrets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The user's name.
    pub username: String,
    /// Where the password is.
    pub password: CredentialRef,
}

impl UserPassAuth {
    /// As this user, with this password.
    #[must_use]
    pub fn new(username: impl Into<String>, password: CredentialRef) -> Self {
        Self { mount: None, namespace: None, username: username.into(), password }
    }

    /// Where the method is enabled.
    #[must_use]
    pub fn with_mount(mut self, mount: impl Into<String>) -> Self {
        self.mount = Some(mount.into());
        self
    }

    /// The namespace that the method is in.
    #[must_use]
    pub fn with_namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = Some(namespace.into());
        self
    }

    pub(super) fn place(&self) -> Place<'_> {
        Place {
            method: "userpass",
            mount: self.mount.as_deref(),
            namespace: self.namespace.as_deref(),
            who: Some(format!("user {}", self.username)),
            advice: "check the user name and the password; after several wrong ones the server locks the user out for a while",
        }
    }

    pub(super) fn check(&self) -> Result<()> {
        if matches!(self.username.as_str(), "" | "." | "..") || self.username.contains('/') {
            let reason = format!("the username {:?} is not one that a server can have", self.username);
            let detail =
                Detail::new("open", reason).help("write the user's name as in auth/userpass/users/NAME");
            return Err(Error::new(ErrorKind::Invalid, detail));
        }
        Ok(())
    }

    pub(super) async fn log_in(&self, login: &Login<'_>) -> Result<Grant> {
        let what = "the password";
        let password = login.credential(&self.password).await?;
        let text = quoted(&password, what)?;
        let body = encoded(&PasswordLogin { password: text.raw().map_err(|_| not_sendable(what))? })?;
        login.grant(&self.place(), &format!("login/{}", self.username), body, &[&password]).await
    }
}

impl From<UserPassAuth> for super::AuthConfig {
    fn from(method: UserPassAuth) -> Self {
        Self::UserPass(method)
    }
}
