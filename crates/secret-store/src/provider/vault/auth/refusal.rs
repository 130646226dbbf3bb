//! What it means when the server does not let somebody in.

use zeroize::Zeroizing;

use super::login::{LOG_IN, exposed};
use super::place::Place;
use crate::provider::vault::request::{Reply, Request};
use crate::provider::vault::status::{failure, said};
use crate::{Detail, Error, ErrorKind, SecretValue};

/// The error of a log-in that was answered with another status than success.
pub(super) fn of_login(place: &Place<'_>, request: &Request, reply: &Reply) -> Error {
    let (status, words) = (reply.status, said(request, reply));
    let error = |kind, reason: String, help: String| Error::new(kind, Detail::new(LOG_IN, reason).help(help));
    let is_there = format!("that the method {} is enabled at auth/{}", place.method, place.mount());
    match status {
        400 | 401 | 403 => error(
            ErrorKind::Unauthenticated,
            format!("the server refused {place}: {words} (status {status})"),
            // An unknown mount is answered as a stranger is: with 403.
            if status == 400 {
                place.advice.to_owned()
            } else {
                format!("check {is_there}; {}", place.advice)
            },
        ),
        404 if words.contains("namespace") => {
            let namespace = request.namespace.as_deref().unwrap_or_default();
            error(
                ErrorKind::Invalid,
                format!(
                    "there is no namespace {namespace:?}, where {place} is to log in: {words} (status 404)"
                ),
                "set `namespace`, or the `namespace` of `auth`, to one that `namespace list` shows"
                    .to_owned(),
            )
        }
        404 | 405 => error(
            ErrorKind::Invalid,
            format!("nobody can log in with {place}: {words} (status {status})"),
            format!("check {is_there}: `auth list` shows what is where"),
        ),
        _ => failure(LOG_IN, None, request, reply),
    }
}

/// The reply, without its body when that repeats one of the credentials.
pub(super) fn without(reply: Reply, credentials: &[&SecretValue]) -> Reply {
    let is_error = !(200..300).contains(&reply.status);
    if is_error && credentials.iter().any(|credential| repeats(&reply.body, exposed(credential))) {
        return Reply { body: Zeroizing::new(Vec::new()), ..reply };
    }
    reply
}

/// As much of a credential in a row counts as all of it: an answer may have broken it up, or escaped parts of it.
const FRAGMENT: usize = 8;

fn repeats(body: &[u8], credential: &[u8]) -> bool {
    let length = credential.len().clamp(1, FRAGMENT);
    credential.windows(length).any(|fragment| body.windows(length).any(|part| part == fragment))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(body: &str) -> Reply {
        Reply {
            url: "POST http://127.0.0.1/v1/auth/approle/login".to_owned(),
            status: 400,
            retry_after: None,
            content_type: None,
            body: Zeroizing::new(body.as_bytes().to_vec()),
        }
    }

    #[test]
    fn an_answer_that_repeats_a_part_of_a_credential_is_not_kept() {
        let credential = SecretValue::from("correct-horse-battery");
        for body in ["xcorrect-horse-battery", "…-horse-ba…"] {
            assert!(without(reply(body), &[&credential]).body.is_empty(), "{body}");
        }
        assert!(!without(reply("a horse"), &[&credential]).body.is_empty());
        assert!(without(reply("your pin 123 is wrong"), &[&SecretValue::from("123")]).body.is_empty());
    }
}
