//! A secret id that comes wrapped: a token that gives it away once.

use std::sync::PoisonError;

use vault_api::Envelope;
use vault_api::auth::SecretId;
use vault_api::sys::{WrappingLookup, WrappingToken};

use super::login::{LOG_IN, Login, NOT_VAULT, encoded, not_sendable, quoted, transport_error};
use super::place::Place;
use super::refusal;
use crate::provider::vault::address::ApiPath;
use crate::provider::vault::request::{Reply, Request};
use crate::provider::vault::status::{failure, said};
use crate::{CredentialRef, Detail, Error, ErrorKind, Result, SecretValue};

/// What became of a wrapping token that was unwrapped here.
#[derive(Debug)]
pub(super) struct Unwrapped {
    wrapping_token: SecretValue,
    /// None when the answer was lost on its way: the token is used up, and the secret id gone.
    secret_id: Option<SecretValue>,
}

/// The secret id that the token at `reference` stands for; from memory, when this token was unwrapped already.
pub(super) async fn secret_id(
    login: &Login<'_>,
    place: &Place<'_>,
    reference: &CredentialRef,
) -> Result<SecretValue> {
    let found = login.credential(reference).await;
    {
        let kept = login.keepsake.0.lock().unwrap_or_else(PoisonError::into_inner);
        match (&found, &*kept) {
            (Ok(token), Some(Unwrapped { wrapping_token, secret_id: Some(secret_id) }))
                if token == wrapping_token =>
            {
                return Ok(secret_id.clone());
            }
            (Ok(token), Some(Unwrapped { wrapping_token, secret_id: None })) if token == wrapping_token => {
                return Err(error(
                    ErrorKind::Unauthenticated,
                    format!(
                        "the secret id was lost: the answer that unwrapped the token of the {reference} did not arrive"
                    ),
                    "make another wrapping token; destroy the secret id that was lost, or let it run out",
                ));
            }
            // Who wraps may take the token away once it was used.
            (Err(_), Some(Unwrapped { secret_id: Some(secret_id), .. })) => return Ok(secret_id.clone()),
            _ => {}
        }
    }
    let wrapping_token = found?;
    check(login, place, reference, &wrapping_token).await?;
    let secret_id = unwrap(login, place, reference, &wrapping_token).await?;
    keep(login, wrapping_token, Some(secret_id.clone()));
    Ok(secret_id)
}

fn keep(login: &Login<'_>, wrapping_token: SecretValue, secret_id: Option<SecretValue>) {
    let mut kept = login.keepsake.0.lock().unwrap_or_else(PoisonError::into_inner);
    *kept = Some(Unwrapped { wrapping_token, secret_id });
}

/// Whether the token wraps a secret id of the place: who swaps it for one of his own has this program log in as he wants.
async fn check(
    login: &Login<'_>,
    place: &Place<'_>,
    reference: &CredentialRef,
    wrapping_token: &SecretValue,
) -> Result<()> {
    let what = "the wrapping token";
    let token = quoted(wrapping_token, what)?;
    let token = Some(token.raw().map_err(|_| not_sendable(what))?);
    let body = SecretValue::from(encoded(&WrappingToken { token })?);
    let path = ApiPath::fixed("sys/wrapping/lookup");
    let (request, reply) = login.ask(place, path, Some(body), None).await.map_err(transport_error)?;
    let reply = answered(reference, wrapping_token, &request, reply)?;
    let data =
        vault_api::decode::<Envelope<'_, WrappingLookup>>(&reply.body).ok().and_then(|answer| answer.data);
    let Some(data) = data else { return Err(unreadable(reference)) };
    if is_secret_id_of(place, login.namespace, &data.creation_path) {
        return Ok(());
    }
    Err(error(
        ErrorKind::Unauthenticated,
        format!(
            "the token of the {reference} wraps the answer of {:?}, not a secret id of auth/{}",
            data.creation_path,
            place.mount()
        ),
        "somebody may have put another token in its place: find out who before you go on. Nothing was unwrapped",
    ))
}

/// Whether a path is `auth/<mount>/role/<name>/secret-id`, perhaps with the namespace before it. Not only its end: a secret
/// can be stored at a path that ends so.
fn is_secret_id_of(place: &Place<'_>, namespace: Option<&str>, path: &str) -> bool {
    let namespace = place.namespace.or(namespace).map(|namespace| namespace.trim_matches('/'));
    let path = path.trim_start_matches('/');
    let within = |path: &str| {
        let role = path.strip_prefix("auth/")?.strip_prefix(place.mount())?.strip_prefix("/role/")?;
        let name = role.strip_suffix("/secret-id").or_else(|| role.strip_suffix("/custom-secret-id"))?;
        (!name.is_empty() && !name.contains('/')).then_some(())
    };
    let below = namespace.and_then(|namespace| path.strip_prefix(namespace)?.strip_prefix('/'));
    within(path).or_else(|| within(below?)).is_some()
}

async fn unwrap(
    login: &Login<'_>,
    place: &Place<'_>,
    reference: &CredentialRef,
    wrapping_token: &SecretValue,
) -> Result<SecretValue> {
    let path = ApiPath::fixed("sys/wrapping/unwrap");
    let sent = login.ask(place, path, None, Some(wrapping_token.clone())).await;
    let (request, reply) = sent.map_err(|failure| {
        if failure.may_be_done {
            keep(login, wrapping_token.clone(), None);
        }
        transport_error(failure)
    })?;
    let reply = answered(reference, wrapping_token, &request, reply)?;
    let answer = vault_api::decode::<Envelope<'_, SecretId<'_>>>(&reply.body).ok();
    let secret_id = answer.and_then(|answer| answer.data?.secret_id.text().ok());
    secret_id.filter(|secret_id| !secret_id.is_empty()).map(SecretValue::from).ok_or_else(|| {
        keep(login, wrapping_token.clone(), None);
        unreadable(reference)
    })
}

/// The reply, when it is a success.
fn answered(
    reference: &CredentialRef,
    wrapping_token: &SecretValue,
    request: &Request,
    reply: Reply,
) -> Result<Reply> {
    let reply = refusal::without(reply, &[wrapping_token]);
    let status = reply.status;
    match status {
        200..300 => Ok(reply),
        400 | 401 | 403 | 404 => Err(error(
            ErrorKind::Unauthenticated,
            format!(
                "the wrapping token of the {reference} is not good: {} (status {status})",
                said(request, &reply)
            ),
            "it has run out, or it was used. If nobody here used it, somebody else has the secret id: look into the audit log, \
             destroy the role's secret ids, and then make another wrapping token",
        )),
        _ => Err(failure(LOG_IN, None, request, &reply)),
    }
}

fn unreadable(reference: &CredentialRef) -> Error {
    let reason =
        format!("the server's answer about the wrapping token of the {reference} is not of Vault's API");
    error(ErrorKind::Unavailable, reason, NOT_VAULT)
}

fn error(kind: ErrorKind, reason: String, help: &'static str) -> Error {
    Error::new(kind, Detail::new(LOG_IN, reason).help(help))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_secret_id_of_the_mount_is_one() {
        let place = Place {
            method: "approle",
            mount: Some("ci/apps"),
            namespace: Some("team/"),
            who: None,
            advice: "",
        };
        for path in [
            "auth/ci/apps/role/web/secret-id",
            "/auth/ci/apps/role/web/secret-id",
            "team/auth/ci/apps/role/web/secret-id",
            "auth/ci/apps/role/web/custom-secret-id",
        ] {
            assert!(is_secret_id_of(&place, None, path), "{path}");
        }
        for path in [
            "",
            "sys/wrapping/wrap",
            "auth/approle/role/web/secret-id",
            "auth/ci/apps/role//secret-id",
            "auth/ci/apps/role/secret-id",
            "auth/ci/apps/role/a/b/secret-id",
            "secret/data/auth/ci/apps/role/web/secret-id",
            "other/auth/ci/apps/role/web/secret-id",
            "auth/ci/apps/role/web/secret-id-accessor",
        ] {
            assert!(!is_secret_id_of(&place, None, path), "{path}");
        }
    }
}
