//! `auth/userpass/login/<user>`.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use serde::Deserialize;
use vault_api::Raw;

use super::approle::text;
use super::{Admitted, Attempt, Credentials, Method, Refusal, Wanted};
use crate::api::{Failure, object};
use crate::config::{UserpassConfig, UserpassUser};

/// The shortest password, in bytes.
const SHORTEST: usize = 8;

/// Names and passwords.
#[derive(Debug)]
pub(super) struct Userpass {
    credentials: Arc<Credentials>,
    users: BTreeMap<String, UserpassUser>,
}

/// What is sent.
#[derive(Default, Deserialize)]
struct Body<'a> {
    #[serde(default, borrow)]
    password: Option<Raw<'a>>,
}

pub(super) fn wanted(user: &UserpassUser) -> Wanted {
    Wanted { source: user.password.clone(), overlap: user.overlap, shortest: SHORTEST }
}

impl Userpass {
    pub(super) fn new(config: &UserpassConfig, credentials: Arc<Credentials>) -> Self {
        Self { credentials, users: config.users.clone() }
    }
}

#[async_trait]
impl Method for Userpass {
    fn has_name_in_path(&self) -> bool {
        true
    }

    async fn log_in(&self, attempt: &mut Attempt<'_>) -> Result<Admitted, Refusal> {
        let name = attempt.rest.to_lowercase();
        if name.is_empty() {
            return Err(Failure::bad_request("missing username").into());
        }
        let user = self.users.get(&name);
        attempt.says_it_is(&name, user.is_some())?;
        let body: Body<'_> = object(attempt.body)?;
        let password = text(body.password, "password")?;
        if password.is_empty() {
            return Err(Failure::bad_request("missing password").into());
        }
        let invalid = || Refusal::wrong("invalid username or password");
        let user = user.ok_or_else(invalid)?;
        if !self.credentials.is_right(&user.password, &password).map_err(Refusal::unknown)? {
            return Err(invalid());
        }
        Ok(Admitted {
            terms: user.terms(),
            metadata: BTreeMap::from([("username".to_owned(), name.clone())]),
            display_name: name,
        })
    }
}
