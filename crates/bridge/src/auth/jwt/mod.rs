//! `auth/jwt/login`.

mod claims;
mod jws;
pub(crate) mod keys;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use serde::Deserialize;
use vault_api::Raw;

use self::claims::Claims;
use self::jws::Jws;
use self::keys::Key;
use super::approle::text;
use super::{Admitted, Attempt, Method, Refusal, said};
use crate::api::{Failure, object};
use crate::config::{ConfigProblem, JwtConfig, JwtRole};

/// Tokens that others have signed.
#[derive(Debug)]
pub(super) struct Jwt {
    mount: String,
    /// The file that keys are read from.
    jwks: Option<PathBuf>,
    /// Those that are in the settings.
    fixed: Vec<Key>,
    keys: RwLock<Arc<[Key]>>,
    issuer: Option<String>,
    default_role: Option<String>,
    roles: BTreeMap<String, JwtRole>,
}

/// What is sent.
#[derive(Default, Deserialize)]
struct Body<'a> {
    #[serde(default)]
    role: Option<String>,
    #[serde(default, borrow)]
    jwt: Option<Raw<'a>>,
}

impl Jwt {
    /// Reads the keys.
    ///
    /// # Errors
    /// What is wrong with the file, or with a key.
    pub(super) fn open(mount: &str, config: &JwtConfig) -> Result<Self, ConfigProblem> {
        let fixed: Result<Vec<_>, _> = config.public_keys.iter().map(|pem| keys::of_pem(pem)).collect();
        let fixed = fixed
            .map_err(|error| ConfigProblem::new(&["auth", mount, "public_keys"], format!("a key {error}")))?;
        let method = Self {
            mount: mount.to_owned(),
            jwks: config.jwks.clone(),
            keys: RwLock::new(fixed.clone().into()),
            fixed,
            issuer: config.bound_issuer.clone(),
            default_role: config.default_role.clone(),
            roles: config.roles.clone(),
        };
        method.refresh()?;
        Ok(method)
    }

    fn verify(&self, token: &[u8]) -> Result<Claims, String> {
        let unverified =
            |why: &str| format!("error validating token: error verifying token signature: {why}");
        let jws = Jws::parse(token).map_err(|error| unverified(error.0))?;
        let keys = Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner));
        if !keys.iter().any(|key| key.has_signed(&jws)) {
            return Err(unverified("no known key successfully validated the token signature"));
        }
        Claims::parse(&jws.payload).map_err(|error| format!("error validating token: {error}"))
    }
}

#[async_trait]
impl Method for Jwt {
    async fn log_in(&self, attempt: &mut Attempt<'_>) -> Result<Admitted, Refusal> {
        let body: Body<'_> = object(attempt.body)?;
        let role = body.role.filter(|role| !role.is_empty()).or_else(|| self.default_role.clone());
        let name = role.ok_or_else(|| Failure::bad_request("missing role"))?.to_lowercase();
        let token = text(body.jwt, "jwt")?;
        if token.is_empty() {
            return Err(Failure::bad_request("missing token").into());
        }
        let role = self.roles.get(&name);
        let role =
            role.ok_or_else(|| Refusal::wrong(format!("role {:?} could not be found", said(&name))))?;
        let claims = self.verify(&token).map_err(Refusal::wrong)?;
        claims.check(role, self.issuer.as_deref(), attempt.now).map_err(Refusal::wrong)?;
        let user = claims.user(&role.user_claim).map_err(Refusal::wrong)?;
        let mapped = role.claim_mappings.iter();
        let mapped = mapped.filter_map(|(claim, called)| Some((called.clone(), claims.text(claim)?)));
        let mut metadata: BTreeMap<_, _> = mapped.collect();
        metadata.insert("role".to_owned(), name);
        Ok(Admitted { terms: role.terms(), display_name: user, metadata })
    }

    fn refresh(&self) -> Result<(), ConfigProblem> {
        let Some(path) = &self.jwks else { return Ok(()) };
        let problem = |message: String, help: &str| {
            let message = format!("{}: {message}", path.display());
            ConfigProblem::new(&["auth", &self.mount, "jwks"], message).help(help)
        };
        let bytes = std::fs::read(path)
            .map_err(|error| problem(error.to_string(), "check the path and the file's mode"))?;
        let read = keys::of_set(&bytes).map_err(|error| {
            problem(error.to_string(), "the file is to hold a JSON Web Key Set: {\"keys\": [...]}")
        })?;
        let keys: Arc<[Key]> = self.fixed.iter().cloned().chain(read).collect();
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        Ok(())
    }
}
