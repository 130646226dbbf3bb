//! A token that exists already.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::grant::{Grant, Look, Term};
use super::login::{LOG_IN, Login, blocking, exposed};
use crate::provider::vault::environment;
use crate::{CredentialRef, Detail, Error, ErrorKind, OpenContext, Result, SecretValue};

/// Where the `login` of the `vault` and `bao` programs puts a token.
const TOKEN_FILE: &str = "~/.vault-token";

/// A token that exists already.
///
/// ```yaml
/// auth: { method: token, token: { file: /run/secrets/vault-token } }
/// ```
/// Once it is no longer good it is looked for again, so that a file or a program can have a new one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TokenAuth {
    /// Where the token is. Without it, the first that there is of: the environment variables `BAO_TOKEN` and `VAULT_TOKEN`,
    /// and the file `~/.vault-token`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<CredentialRef>,
}

impl TokenAuth {
    /// The token that is there.
    #[must_use]
    pub fn new(token: CredentialRef) -> Self {
        Self { token: Some(token) }
    }

    pub(super) async fn acquire(&self, login: &Login<'_>, dead: Option<&SecretValue>) -> Result<Grant> {
        let (reference, context) = (self.token.clone(), login.context.clone());
        let (token, source) = blocking(move || find(reference.as_ref(), &context)).await?;
        if !exposed(&token).iter().all(u8::is_ascii_graphic) {
            let reason =
                format!("what is in the {source} is no token: it has spaces, line ends or other characters");
            return Err(unauthenticated(
                reason,
                "put the token there alone, with at most one line end behind it",
            ));
        }
        if dead.is_some_and(|dead| *dead == token) {
            return Err(unauthenticated(
                format!("the server does not take the token of the {source}, nor let it look itself up"),
                "it has run out, was revoked, or is of another server: put a new one there. If it is good, give it a policy \
                 that covers the path",
            ));
        }
        let look = login.look_up(&token, None).await?;
        let term = if let Look::Good(term) = look { term } else { Term::default() };
        Ok(Grant { token, term, look: Some(look) })
    }
}

/// The token, and where it was.
fn find(reference: Option<&CredentialRef>, context: &OpenContext) -> Result<(SecretValue, String)> {
    let resolve = |reference: &CredentialRef| Ok((reference.resolve(context)?, reference.to_string()));
    if let Some(reference) = reference {
        return resolve(reference);
    }
    if let Some((name, _)) = environment::TOKEN.read(&context.environment) {
        return resolve(&CredentialRef::Env(name.to_owned()));
    }
    let variables = environment::TOKEN.names.join(" and ");
    let home = context.environment.get("HOME");
    let place = if home.is_some() {
        let file = context.resolve(Path::new(TOKEN_FILE));
        if file.exists() {
            return resolve(&CredentialRef::File(file));
        }
        format!("there is no file {}", file.display())
    } else {
        "HOME is not set, so that ~/.vault-token cannot be looked for".to_owned()
    };
    Err(unauthenticated(
        format!("there is no token: {variables} are not set, and {place}"),
        "set VAULT_TOKEN, log in with `bao login` or `vault login`, or write into the configuration how to log in: auth",
    ))
}

fn unauthenticated(reason: String, help: &'static str) -> Error {
    Error::new(ErrorKind::Unauthenticated, Detail::new(LOG_IN, reason).help(help))
}

impl From<TokenAuth> for super::AuthConfig {
    fn from(method: TokenAuth) -> Self {
        Self::Token(method)
    }
}
