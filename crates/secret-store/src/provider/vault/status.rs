//! What of [`Error`] a status is, and what its body says.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::request::{Reply, Request, Verb};
use crate::{Detail, Error, ErrorKind, SecretPath};

/// The longest text of the server that is quoted, in characters.
const QUOTED: usize = 300;

/// What stands for an answer without a reason.
const NO_MORE: &str = "no more is said";

const STRANGER: &str = "check the address, and look at what is between here and the server: a proxy, or a load balancer without a server";

/// The reply if it is a success (200 to 299); otherwise the error of its status and of what its `errors` say, by category.
/// 404 is left to the caller: only it knows what was asked for.
///
/// A page that somebody between here and the server wrote is neither: whatever its status, nothing is known of the secret.
pub(super) fn success_or_404(
    operation: &'static str,
    path: Option<&SecretPath>,
    request: &Request,
    reply: Reply,
) -> Result<Reply, Error> {
    let is_answer = match reply.status {
        200..300 => is_servers(&reply),
        404 if is_patch_of_nothing(request, &reply) => true,
        404 => is_servers(&reply) && !names_namespace(&said(request, &reply)),
        _ => false,
    };
    if is_answer { Ok(reply) } else { Err(failure(operation, path, request, &reply)) }
}

/// The error of a reply that is no success.
pub(super) fn failure(
    operation: &'static str,
    path: Option<&SecretPath>,
    request: &Request,
    reply: &Reply,
) -> Error {
    let said = said(request, reply);
    let (kind, help) = if is_servers(reply) {
        meaning(reply.status, &said.to_ascii_lowercase(), request)
    } else {
        (ErrorKind::Unavailable, Some(STRANGER.to_owned()))
    };
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
    #[serde(default)]
    errors: Option<Vec<String>>,
}

/// Whether the server itself wrote the body: it writes a JSON object, or nothing.
fn is_servers(reply: &Reply) -> bool {
    if reply.status == 404 {
        return is_envelope(reply);
    }
    reply.body.iter().find(|byte| !byte.is_ascii_whitespace()).is_none_or(|first| *first == b'{')
}

/// Whether the body is an object as the server writes them: a gateway that knows no such route says 404 in JSON too, and
/// that is not that there is no secret.
fn is_envelope(reply: &Reply) -> bool {
    #[derive(Deserialize)]
    struct Envelope {
        errors: Option<Vec<String>>,
        request_id: Option<IgnoredAny>,
        data: Option<IgnoredAny>,
    }
    serde_json::from_slice::<Envelope>(&reply.body)
        .is_ok_and(|body| body.errors.is_some() || body.request_id.is_some() || body.data.is_some())
}

/// Whether there was nothing to patch: the one 404 that the server says without a word.
fn is_patch_of_nothing(request: &Request, reply: &Reply) -> bool {
    request.verb == Verb::Patch
        && reply.body.is_empty()
        && reply.content_type.as_deref() == Some("application/json")
}

fn names_namespace(said: &str) -> bool {
    said.contains("namespace not found")
}

/// What the server says, in one line; or that it is not the server who says it.
pub(super) fn said(request: &Request, reply: &Reply) -> String {
    if !is_servers(reply) {
        return match reply.content_type.as_deref() {
            Some(media_type) if media_type != "application/json" => {
                format!("not an answer of Vault or OpenBao, but {}", one_line(media_type))
            }
            _ => "not an answer of Vault or OpenBao".to_owned(),
        };
    }
    let errors = serde_json::from_slice(&reply.body).ok().and_then(|Errors { errors }| errors);
    let text = one_line(&errors.unwrap_or_default().join("; "));
    if text.is_empty() {
        return NO_MORE.to_owned();
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
        404 if names_namespace(said) => (
            ErrorKind::Invalid,
            help("check namespace in the configuration, and BAO_NAMESPACE and VAULT_NAMESPACE"),
        ),
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
        _ => (ErrorKind::Unavailable, help("check that the address is that of a Vault or OpenBao server")),
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
    if said.contains("upgrading from non-versioned") {
        return (
            ErrorKind::Unavailable,
            help("the engine becomes one of version 2 just now: try again in a moment"),
        );
    }
    match status {
        400 if said == NO_MORE => (
            ErrorKind::Invalid,
            help(
                "the server takes no path with a character that cannot be printed: look for one, and for odd spaces",
            ),
        ),
        405 => (ErrorKind::Unsupported, help("check which engine is mounted there, and its version")),
        _ => (ErrorKind::Invalid, None),
    }
}

/// Which capability on which path a policy must give.
fn lacking(request: &Request) -> String {
    let listing = request.query.iter().any(|(key, _)| *key == "list");
    let capability = request.verb.capability(listing);
    let within = request.namespace.as_ref().map(|namespace| format!(" in the namespace {namespace}"));
    format!("a policy of the token must give {capability} on {}{}", request.path, within.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::provider::vault::address::ApiPath;

    fn request(verb: Verb) -> Request {
        Request {
            verb,
            path: ApiPath::fixed("secret/data/a"),
            query: Vec::new(),
            body: None,
            token: Some("s.token".into()),
            namespace: None,
        }
    }

    fn reply(status: u16, content_type: &str, body: &str) -> Reply {
        Reply {
            url: "GET https://vault.example/v1/secret/data/a".to_owned(),
            status,
            retry_after: (status == 429).then_some(Duration::from_secs(7)),
            content_type: Some(content_type.to_owned()),
            body: body.as_bytes().to_vec().into(),
        }
    }

    fn shown(request: &Request, reply: Reply) -> String {
        let path = SecretPath::new("a").unwrap();
        match success_or_404("read", Some(&path), request, reply) {
            Ok(reply) => format!("a reply: {reply:?}"),
            Err(error) => {
                let kind = error.kind();
                let again = if error.is_retryable() { "again" } else { "not again" };
                let wait = error.retry_after();
                format!("{error}\n  {kind}, {again}, {wait:?}, help: {}", error.help().unwrap_or("none"))
            }
        }
    }

    #[test]
    fn nothing_to_patch_is_said_without_a_word() {
        let is_reply = |verb, content_type| {
            success_or_404("write", None, &request(verb), reply(404, content_type, "")).is_ok()
        };
        assert!(is_reply(Verb::Patch, "application/json"));
        assert!(!is_reply(Verb::Patch, "text/html"), "somebody in between");
        assert!(!is_reply(Verb::Get, "application/json"), "a secret is never missing without a word");
    }

    #[test]
    fn each_status_is_an_error_of_its_category() {
        let says = |text: &str| format!(r#"{{"errors":["{text}"]}}"#);
        let mut all = Vec::new();
        for (status, text) in [
            (200, ""),
            (204, ""),
            (304, ""),
            (400, "check-and-set parameter did not match the current version"),
            (400, "missing client token"),
            (400, "Upgrading from non-versioned to versioned data."),
            (400, ""),
            (400, r#"1 error occurred:\n\t* field \"x\" is not known\n\n"#),
            (401, ""),
            (403, "permission denied"),
            (403, "2 errors occurred: * permission denied * invalid token"),
            (404, ""),
            (404, "namespace not found"),
            (405, "unsupported operation"),
            (412, "required index state not present"),
            (413, "http: request body too large"),
            (429, "rate limit quota exceeded"),
            (472, ""),
            (473, ""),
            (500, "internal error"),
            (501, ""),
            (502, ""),
            (503, "Vault is sealed"),
            (503, "OpenBao is sealed"),
            (504, ""),
        ] {
            all.push(shown(&request(Verb::Get), reply(status, "application/json", &says(text))));
        }
        insta::assert_snapshot!(all.join("\n"));
    }

    #[test]
    fn a_page_of_somebody_in_between_is_never_an_answer() {
        let mut all = Vec::new();
        for status in [200, 403, 404, 429, 502] {
            all.push(shown(&request(Verb::Get), reply(status, "text/html", "<html>not here</html>")));
        }
        all.push(shown(&request(Verb::Get), reply(404, "text/plain", "")));
        let gateway = r#"{"message":"no route matched"}"#;
        all.push(shown(&request(Verb::Get), reply(404, "application/json", gateway)));
        all.push(shown(&request(Verb::Get), reply(200, "application/json", "[1]")));
        insta::assert_snapshot!(all.join("\n"));
    }

    #[test]
    fn only_a_patch_of_nothing_is_answered_without_a_word() {
        let json = || reply(404, "application/json", "");
        assert!(success_or_404("write", None, &request(Verb::Patch), json()).is_ok());
        for verb in [Verb::Get, Verb::Post, Verb::Delete] {
            assert!(success_or_404("write", None, &request(verb), json()).is_err());
        }
        let gateway = reply(404, "text/plain", "");
        assert!(success_or_404("write", None, &request(Verb::Patch), gateway).is_err());
    }

    #[test]
    fn what_the_server_says_is_one_line_of_bounded_length() {
        let long = format!(r#"{{"errors":["a\u0000b\u001b[31mc","{}"]}}"#, "\u{fc}".repeat(1000));
        let said = said(&request(Verb::Get), &reply(500, "application/json", &long));
        assert_eq!(said, format!("a b [31mc; {}\u{2026}", "\u{fc}".repeat(QUOTED - 11)));
    }

    #[test]
    fn a_refusal_names_the_capability_and_the_path() {
        let help = |request: &Request| {
            failure("read", None, request, &reply(403, "application/json", "{}")).help().unwrap().to_owned()
        };
        let listing = Request { query: vec![("list", "true".to_owned())], ..request(Verb::Get) };
        let namespaced = Request { namespace: Some("team".to_owned()), ..request(Verb::Patch) };
        insta::assert_snapshot!(
            [help(&listing), help(&request(Verb::Post)), help(&namespaced), help(&request(Verb::Delete))]
                .join("\n")
        );
    }
}
