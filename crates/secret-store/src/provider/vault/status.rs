//! What of [`Error`] a status is, and what its body says.

use serde::Deserialize;

use super::request::{Reply, Request};
use crate::{Detail, Error, ErrorKind, SecretPath};

/// The longest text of the server that is quoted, in characters.
const QUOTED: usize = 300;

/// The reply if it is a success (200 to 299); otherwise the error of its status and of what its `errors` say, by category.
/// 404 is left to the caller: only it knows what was asked for.
pub(super) fn success_or_404(
    operation: &'static str,
    path: Option<&SecretPath>,
    request: &Request,
    reply: Reply,
) -> Result<Reply, Error> {
    if (200..300).contains(&reply.status) || reply.status == 404 {
        return Ok(reply);
    }
    Err(failure(operation, path, request, &reply))
}

/// The error of a reply that is no success.
pub(super) fn failure(
    operation: &'static str,
    path: Option<&SecretPath>,
    request: &Request,
    reply: &Reply,
) -> Error {
    let said = said(request, reply);
    let (kind, help) = meaning(reply.status, &said.to_ascii_lowercase(), request);
    let mut detail = Detail::new(operation, format!("{} from {}: {said}", reply.status, reply.url));
    if let Some(path) = path {
        detail = detail.at(path);
    }
    if let Some(help) = help {
        detail = detail.help(help);
    }
    if let Some(wait) = reply.retry_after {
        detail = detail.retry_after(wait);
    }
    if reply.status == 501 {
        detail = detail.not_again();
    }
    Error::new(kind, detail)
}

#[derive(Deserialize)]
struct Errors {
    errors: Vec<String>,
}

/// What the server says, in one line; or that it is not the server who says it.
pub(super) fn said(request: &Request, reply: &Reply) -> String {
    let Ok(Errors { errors }) = serde_json::from_slice(&reply.body) else {
        return match reply.content_type.as_deref() {
            _ if reply.body.is_empty() => "no more is said".to_owned(),
            Some(media_type) if media_type != "application/json" => {
                format!("not an answer of Vault or OpenBao, but {}", one_line(media_type))
            }
            _ => "not an answer of Vault or OpenBao".to_owned(),
        };
    };
    let text = one_line(&errors.join("; "));
    if text.is_empty() {
        return "no more is said".to_owned();
    }
    if request.token.as_ref().is_some_and(|token| contains(&text, token)) {
        return "what it says holds the token, and is not shown".to_owned();
    }
    text
}

#[expect(clippy::disallowed_methods, reason = "looks whether the token is in a text that is to be shown")]
fn contains(text: &str, token: &crate::SecretValue) -> bool {
    use secrecy::ExposeSecret as _;
    core::str::from_utf8(token.expose_secret()).is_ok_and(|token| text.contains(token))
}

/// One line without control characters, cut where it gets long.
fn one_line(text: &str) -> String {
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect();
    let line = words.join(" ");
    match line.char_indices().nth(QUOTED) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

/// The category, and what to do next.
fn meaning(status: u16, said: &str, request: &Request) -> (ErrorKind, Option<String>) {
    let help = |text: &str| Some(text.to_owned());
    match status {
        400 | 405 | 415 | 422 => refused(status, said),
        401 => (ErrorKind::Unauthenticated, help("look at how the store logs in: auth in the configuration")),
        403 if said.contains("invalid token") || said.contains("bad token") => (
            ErrorKind::Unauthenticated,
            help("the token is not known, or no longer: log in again, or give another token"),
        ),
        403 => (ErrorKind::PermissionDenied, Some(lacking(request))),
        412 => (
            ErrorKind::Unavailable,
            help("the server that answered has not caught up with the active one yet: try again in a moment"),
        ),
        413 => (ErrorKind::Invalid, help("the server takes no request that long: split the secret")),
        429 => (
            ErrorKind::RateLimited,
            help("lower concurrency in the configuration, or ask for a higher quota on the server"),
        ),
        472 | 473 => (
            ErrorKind::Unavailable,
            help("the server that answered is a standby and does not serve: write the active one's address"),
        ),
        501 => {
            (ErrorKind::Unavailable, help("initialise the server: bao operator init, or vault operator init"))
        }
        503 if said.contains("sealed") => {
            (ErrorKind::Unavailable, help("unseal the server: bao operator unseal, or vault operator unseal"))
        }
        500..=599 => (ErrorKind::Unavailable, help("look at the server's log")),
        _ => (ErrorKind::Invalid, help("check that the address is that of a Vault or OpenBao server")),
    }
}

/// What a server that understands, and does not do it, means.
fn refused(status: u16, said: &str) -> (ErrorKind, Option<String>) {
    let help = |text: &str| Some(text.to_owned());
    if said.contains("check-and-set parameter did not match") {
        return (ErrorKind::Conflict, help("somebody else has written it in the meantime: read it again"));
    }
    if said.contains("missing client token") {
        return (
            ErrorKind::Unauthenticated,
            help("give a token, or another way to log in: auth in the configuration"),
        );
    }
    match status {
        405 => (ErrorKind::Unsupported, None),
        _ => (ErrorKind::Invalid, None),
    }
}

/// Which capability on which path a policy must give.
fn lacking(request: &Request) -> String {
    let listing = request.query.iter().any(|(key, _)| *key == "list");
    let capability = request.verb.capability(listing);
    format!("a policy of the token must give {capability} on {}", request.path)
}
