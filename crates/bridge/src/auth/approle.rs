//! `auth/approle/login`.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use serde::Deserialize;
use vault_api::Raw;
use zeroize::Zeroizing;

use super::{Admitted, Attempt, Credentials, Method, Refusal, Wanted};
use crate::api::{Failure, object};
use crate::config::{AppRoleConfig, AppRoleRole, SecretRef, Terms};

/// The shortest secret id, in bytes.
const SHORTEST: usize = 16;

/// Role ids and secret ids.
#[derive(Debug)]
pub(super) struct AppRole {
    credentials: Arc<Credentials>,
    /// By role id.
    roles: BTreeMap<String, Role>,
}

#[derive(Debug)]
struct Role {
    name: String,
    secret_ids: Vec<SecretRef>,
    terms: Terms,
}

/// What is sent.
#[derive(Default, Deserialize)]
struct Body<'a> {
    #[serde(default, borrow)]
    role_id: Option<Raw<'a>>,
    #[serde(default, borrow)]
    secret_id: Option<Raw<'a>>,
}

pub(super) fn wanted(role: &AppRoleRole) -> impl Iterator<Item = Wanted> {
    let overlap = role.overlap;
    role.secret_id.iter().map(move |source| Wanted { source: source.clone(), overlap, shortest: SHORTEST })
}

impl AppRole {
    pub(super) fn new(config: &AppRoleConfig, credentials: Arc<Credentials>) -> Self {
        let roles = config.roles.iter().map(|(name, role)| {
            let id = role.role_id.clone().unwrap_or_else(|| name.clone());
            (id, Role { name: name.clone(), secret_ids: role.secret_id.clone(), terms: role.terms() })
        });
        Self { credentials, roles: roles.collect() }
    }
}

#[async_trait]
impl Method for AppRole {
    async fn log_in(&self, attempt: &mut Attempt<'_>) -> Result<Admitted, Refusal> {
        let body: Body<'_> = object(attempt.body)?;
        let role_id = text(body.role_id, "role_id")?;
        let role_id = str::from_utf8(role_id.trim_ascii()).unwrap_or_default();
        if role_id.is_empty() {
            return Err(Failure::bad_request("missing role_id").into());
        }
        let role = self.roles.get(role_id);
        attempt.says_it_is(role_id, role.is_some())?;
        let secret_id = text(body.secret_id, "secret_id")?;
        let secret_id = secret_id.trim_ascii();
        let invalid = || Refusal::wrong("invalid role or secret ID");
        let role = role.ok_or_else(invalid)?;
        if secret_id.is_empty() {
            return Err(Failure::bad_request("missing secret_id").into());
        }
        let mut unknown = None;
        for source in &role.secret_ids {
            match self.credentials.is_right(source, secret_id) {
                Ok(true) => {
                    return Ok(Admitted {
                        terms: role.terms.clone(),
                        display_name: String::new(),
                        metadata: BTreeMap::from([("role_name".to_owned(), role.name.clone())]),
                    });
                }
                Ok(false) => {}
                Err(error) => unknown = Some(error),
            }
        }
        Err(unknown.map_or_else(invalid, Refusal::unknown))
    }
}

/// The text of a field; empty without one.
///
/// # Errors
/// 400 for what is no text and no number.
pub(super) fn text(field: Option<Raw<'_>>, name: &'static str) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let Some(raw) = field.filter(|raw| raw.json() != "null") else { return Ok(Zeroizing::default()) };
    let is_number = raw.json().starts_with(|first: char| first.is_ascii_digit() || first == '-');
    if is_number {
        return Ok(Zeroizing::new(raw.json().as_bytes().to_vec()));
    }
    raw.text().map_err(|_| {
        let message =
            format!("Field validation failed: error converting input for field {name:?}: it is no text");
        Failure::bad_request(message)
    })
}
