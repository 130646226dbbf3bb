//! AppRole: a role id and a secret id.

use std::fmt;

use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use vault_api::auth::AppRoleLogin;

use super::grant::Grant;
use super::login::{Login, encoded, not_sendable, quoted};
use super::place::Place;
use super::wrapping;
use crate::{CredentialRef, Detail, Error, ErrorKind, Result, SecretValue};

/// Logs in with a role id and a secret id.
///
/// ```yaml
/// auth:
///   method: approle
///   role_id: 7406a712-81a2-46fd-98ee-919c7ecc8f73     # or { env: ROLE_ID }
///   secret_id: { file: /run/secrets/secret-id }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct AppRoleAuth {
    /// Where the method is enabled: `approle` unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mount: Option<String>,
    /// The namespace that the method is in, when it is not that of the secrets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The role id.
    pub role_id: RoleId,
    /// Where the secret id is. A role with `bind_secret_id=false` needs none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_id: Option<CredentialRef>,
    /// Whether there is a wrapping token in the place of the secret id, as `write -wrap-ttl=60s -f
    /// auth/approle/role/NAME/secret-id` gives. It is unwrapped once, at the first log-in, and the secret id is kept in
    /// memory.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub secret_id_wrapped: bool,
}

impl AppRoleAuth {
    /// With this role id, and no secret id.
    #[must_use]
    pub fn new(role_id: impl Into<RoleId>) -> Self {
        Self {
            mount: None,
            namespace: None,
            role_id: role_id.into(),
            secret_id: None,
            secret_id_wrapped: false,
        }
    }

    /// With this secret id.
    #[must_use]
    pub fn with_secret_id(mut self, secret_id: CredentialRef) -> Self {
        self.secret_id = Some(secret_id);
        self.secret_id_wrapped = false;
        self
    }

    /// With the secret id that this wrapping token unwraps to.
    #[must_use]
    pub fn with_wrapped_secret_id(mut self, wrapping_token: CredentialRef) -> Self {
        self.secret_id = Some(wrapping_token);
        self.secret_id_wrapped = true;
        self
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
            method: "approle",
            mount: self.mount.as_deref(),
            namespace: self.namespace.as_deref(),
            who: None,
            advice: "check that the role id and the secret id are of the same role, that the secret id has neither run out nor \
                     been used up, and that the role lets this machine's address in",
        }
    }

    pub(super) fn check(&self) -> Result<()> {
        if self.secret_id_wrapped && self.secret_id.is_none() {
            let detail = Detail::new("open", "the method approle has secret_id_wrapped, and no secret_id")
                .help("write where the wrapping token is: secret_id: { file: PATH }");
            return Err(Error::new(ErrorKind::Invalid, detail));
        }
        Ok(())
    }

    pub(super) async fn log_in(&self, login: &Login<'_>) -> Result<Grant> {
        let place = self.place();
        let role_id = match &self.role_id {
            RoleId::Literal(text) => SecretValue::from(text.as_str()),
            RoleId::Reference(reference) => login.credential(reference).await?,
        };
        let secret_id = match &self.secret_id {
            None => None,
            Some(reference) if self.secret_id_wrapped => {
                Some(wrapping::secret_id(login, &place, reference).await?)
            }
            Some(reference) => Some(login.credential(reference).await?),
        };
        let body = body(&role_id, secret_id.as_ref())?;
        let credentials: Vec<_> = [Some(&role_id), secret_id.as_ref()].into_iter().flatten().collect();
        login.grant(&place, "login", body, &credentials).await
    }
}

fn body(role_id: &SecretValue, secret_id: Option<&SecretValue>) -> Result<zeroize::Zeroizing<Vec<u8>>> {
    let role_id = quoted(role_id, "the role id")?;
    let secret_id = secret_id.map(|secret_id| quoted(secret_id, "the secret id")).transpose()?;
    let secret_id = secret_id.as_ref().map(vault_api::JsonText::raw).transpose();
    match (role_id.raw(), secret_id) {
        (Ok(role_id), Ok(secret_id)) => encoded(&AppRoleLogin { role_id, secret_id }),
        _ => Err(not_sendable("a credential")),
    }
}

impl From<AppRoleAuth> for super::AuthConfig {
    fn from(method: AppRoleAuth) -> Self {
        Self::AppRole(method)
    }
}

/// A role id: as it is, since it opens nothing by itself, or where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
#[non_exhaustive]
pub enum RoleId {
    /// The role id.
    Literal(String),
    /// Where it is.
    Reference(CredentialRef),
}

impl From<&str> for RoleId {
    fn from(text: &str) -> Self {
        Self::Literal(text.to_owned())
    }
}

impl From<String> for RoleId {
    fn from(text: String) -> Self {
        Self::Literal(text)
    }
}

impl From<CredentialRef> for RoleId {
    fn from(reference: CredentialRef) -> Self {
        Self::Reference(reference)
    }
}

impl<'de> Deserialize<'de> for RoleId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RoleIdVisitor;

        impl<'de> Visitor<'de> for RoleIdVisitor {
            type Value = RoleId;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(
                    "a role id, or where it is: {env: NAME}, {file: PATH} or {command: [PROGRAM, ARGUMENT]}",
                )
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<RoleId, E> {
                if text.trim().is_empty() { Err(E::custom("the role id is empty")) } else { Ok(text.into()) }
            }

            fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<RoleId, M::Error> {
                let map = de::value::MapAccessDeserializer::new(map);
                CredentialRef::deserialize(map).map(RoleId::Reference)
            }
        }

        deserializer.deserialize_any(RoleIdVisitor)
    }
}
