//! The exchange with the server that every method has in common.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::task::spawn_blocking;
use vault_api::{Envelope, JsonText};
use zeroize::Zeroizing;

use super::grant::{Grant, Look, Term};
use super::place::Place;
use super::refusal;
use super::wrapping::Unwrapped;
use crate::provider::vault::address::ApiPath;
use crate::provider::vault::error::TransportError;
use crate::provider::vault::request::{Reply, Request, Verb};
use crate::provider::vault::status::failure;
use crate::provider::vault::transport::Transport;
use crate::{CredentialRef, Detail, Error, ErrorKind, OpenContext, Result, SecretValue};

/// The operation that an error names.
pub(super) const LOG_IN: &str = "log in";

/// What a method needs to log in.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Login<'a> {
    pub(in super::super) transport: &'a Transport,
    pub(in super::super) context: &'a OpenContext,
    /// The namespace of the secrets.
    pub(in super::super) namespace: Option<&'a str>,
    pub(in super::super) keepsake: &'a Keepsake,
    /// Set once the server is asked to log somebody in.
    pub(in super::super) has_asked: &'a AtomicBool,
}

/// What must outlast a log-in: an unwrapped secret id, which cannot be had twice.
#[derive(Debug, Default)]
pub(in super::super) struct Keepsake(pub(super) Mutex<Option<Unwrapped>>);

impl Login<'_> {
    /// Reads a credential, off the threads that requests run on.
    pub(super) async fn credential(&self, reference: &CredentialRef) -> Result<SecretValue> {
        let (reference, context) = (reference.clone(), self.context.clone());
        blocking(move || reference.resolve(&context)).await
    }

    /// Logs in at `below` the place's mount. `credentials` are what the body holds: an answer that repeats one is not quoted.
    pub(super) async fn grant(
        &self,
        place: &Place<'_>,
        below: &str,
        body: Zeroizing<Vec<u8>>,
        credentials: &[&SecretValue],
    ) -> Result<Grant> {
        let request = self.request(place, place.path(below), Some(SecretValue::from(body)), None);
        self.has_asked.store(true, Ordering::Relaxed);
        let reply = self.transport.send(&request).await.map_err(transport_error)?;
        let reply = refusal::without(reply, credentials);
        if !(200..300).contains(&reply.status) {
            return Err(refusal::of_login(place, &request, &reply));
        }
        token_of(place, &reply)
    }

    /// Sends a request to where the place is, and hands back whatever is answered.
    pub(super) async fn ask(
        &self,
        place: &Place<'_>,
        path: ApiPath,
        body: Option<SecretValue>,
        token: Option<SecretValue>,
    ) -> Result<(Request, Reply), TransportError> {
        let request = self.request(place, path, body, token);
        let reply = self.transport.send(&request).await?;
        Ok((request, reply))
    }

    fn request(
        &self,
        place: &Place<'_>,
        path: ApiPath,
        body: Option<SecretValue>,
        token: Option<SecretValue>,
    ) -> Request {
        let namespace = place.namespace.or(self.namespace);
        Request {
            verb: Verb::Post,
            path,
            query: Vec::new(),
            body,
            token,
            namespace: namespace.map(|namespace| namespace.trim_matches('/').to_owned()),
        }
    }

    /// Asks what the server knows of a token.
    pub(in super::super) async fn look_up(
        &self,
        token: &SecretValue,
        namespace: Option<&str>,
    ) -> Result<Look> {
        let request = self.of_token(Verb::Get, "auth/token/lookup-self", token, namespace);
        let reply = self.transport.send(&request).await.map_err(transport_error)?;
        match Look::of(&reply) {
            Some(look) => Ok(look),
            None => Err(other_answer("look the token up", &request, &reply)),
        }
    }

    /// Makes a token last longer. None when the server would not.
    pub(in super::super) async fn renew(
        &self,
        token: &SecretValue,
        namespace: Option<&str>,
    ) -> Result<Option<Term>> {
        let request = self.of_token(Verb::Post, "auth/token/renew-self", token, namespace);
        let reply = self.transport.send(&request).await.map_err(transport_error)?;
        match reply.status {
            200..300 => {
                let answer = vault_api::decode::<Envelope<'_>>(&reply.body).ok();
                Ok(answer.and_then(|answer| answer.auth).map(|auth| Term::of(&auth)))
            }
            400..=405 => Ok(None),
            _ => Err(other_answer("renew the token", &request, &reply)),
        }
    }

    fn of_token(&self, verb: Verb, path: &str, token: &SecretValue, namespace: Option<&str>) -> Request {
        let namespace = namespace.or(self.namespace).map(|namespace| namespace.trim_matches('/').to_owned());
        let (path, token) = (ApiPath::fixed(path), Some(token.clone()));
        Request { verb, path, query: Vec::new(), body: None, token, namespace }
    }
}

/// Runs what blocks, on a thread for that.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    match spawn_blocking(work).await {
        Ok(answer) => answer,
        Err(_) => Err(Error::new(
            ErrorKind::Unavailable,
            Detail::new(LOG_IN, "the credential could not be read: the program is ending"),
        )),
    }
}

/// A credential as a JSON string.
pub(super) fn quoted(credential: &SecretValue, what: &str) -> Result<JsonText> {
    JsonText::new(exposed(credential)).map_err(|_| not_sendable(what))
}

/// The body of a request that is made of JSON strings only, which always can be.
pub(super) fn encoded<T: serde::Serialize>(body: &T) -> Result<Zeroizing<Vec<u8>>> {
    vault_api::encode(body).map_err(|_| not_sendable("a credential"))
}

pub(super) fn not_sendable(what: &str) -> Error {
    let reason = format!("{what} is not UTF-8 text");
    let detail =
        Detail::new(LOG_IN, reason).help("put the text there as the server gave it, without encoding it");
    Error::new(ErrorKind::Unauthenticated, detail)
}

#[expect(
    clippy::disallowed_methods,
    reason = "credentials are encoded into requests, whose bodies are wiped"
)]
pub(super) fn exposed(credential: &SecretValue) -> &[u8] {
    use secrecy::ExposeSecret as _;
    credential.expose_secret()
}

pub(super) fn transport_error(error: TransportError) -> Error {
    error.into_error(LOG_IN, None)
}

/// What an answer means that says nothing of the token: the server is down, busy, or no Vault.
fn other_answer(operation: &'static str, request: &Request, reply: &Reply) -> Error {
    match reply.status {
        100..400 | 404 => {
            let reason = format!("{} from {}: not an answer of Vault or OpenBao", reply.status, reply.url);
            Error::new(ErrorKind::Unavailable, Detail::new(operation, reason).help(NOT_VAULT))
        }
        _ => failure(operation, None, request, reply),
    }
}

pub(super) const NOT_VAULT: &str =
    "check that the address is that of Vault or OpenBao, and not of something before it";

fn token_of(place: &Place<'_>, reply: &Reply) -> Result<Grant> {
    let failed = |kind, reason: String, help: &'static str| {
        Err(Error::new(kind, Detail::new(LOG_IN, reason).help(help)))
    };
    let Ok(answer) = vault_api::decode::<Envelope<'_>>(&reply.body) else {
        // Cut short, or of something that is not the server: the next answer may be.
        let reason = format!("the answer to the log-in with {place} is not of Vault's API");
        return failed(ErrorKind::Unavailable, reason, NOT_VAULT);
    };
    let Some(auth) = answer.auth else {
        let reason = format!("the answer to the log-in with {place} has no token");
        return failed(
            ErrorKind::Unauthenticated,
            reason,
            "check the mount: what is there does not log anybody in",
        );
    };
    let token = auth.client_token.text().unwrap_or_default();
    if auth.mfa_requirement.is_some_and(|requirement| requirement.json() != "null") {
        let reason = format!("the server asks for a second factor at the log-in with {place}");
        let help = "exempt this role from the second factor, or log in by hand and use the method token";
        return failed(ErrorKind::Unsupported, reason, help);
    }
    if token.is_empty() {
        let reason = format!("the log-in with {place} gave an empty token");
        return failed(
            ErrorKind::Unauthenticated,
            reason,
            "look into the server's log, and into what is before it",
        );
    }
    Ok(Grant { term: Term::of(&auth), token: SecretValue::from(token), look: None })
}
