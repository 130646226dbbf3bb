//! A request as HTTP, and where it goes.

use std::fmt::Write as _;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderName, USER_AGENT};
use http::{HeaderValue, Method, Uri};
use http_body_util::Full;

use super::body;
use crate::ErrorKind;
use crate::provider::vault::address::Address;
use crate::provider::vault::error::TransportError;
use crate::provider::vault::request::{Request, Verb};

const TOKEN: HeaderName = HeaderName::from_static("x-vault-token");
const NAMESPACE: HeaderName = HeaderName::from_static("x-vault-namespace");
/// Without it, an agent that was told so refuses the request: a page in a browser cannot set it.
const VAULT_REQUEST: HeaderName = HeaderName::from_static("x-vault-request");
const AGENT: &str = concat!("secretbridge/", env!("CARGO_PKG_VERSION"));

impl Verb {
    fn method(self) -> Method {
        match self {
            Self::Get => Method::GET,
            Self::Post => Method::POST,
            Self::Patch => Method::PATCH,
            Self::Delete => Method::DELETE,
        }
    }
}

pub(super) fn uri(address: &Address, request: &Request) -> Result<Uri, TransportError> {
    let mut path = format!("/v1/{}", request.path);
    for (index, (key, value)) in request.query.iter().enumerate() {
        let _ = write!(path, "{}{key}={value}", if index == 0 { '?' } else { '&' });
    }
    address.join(&path).ok_or_else(|| {
        TransportError::refused(ErrorKind::Invalid, format!("/v1/{} below {address} is no URL", request.path))
    })
}

/// What is asked, and where, for people: `GET https://vault.example:8200/v1/secret/data/a`. Without the query.
pub(super) fn written(verb: Verb, to: &Uri) -> String {
    let server = to.authority().map_or("", http::uri::Authority::as_str);
    format!("{} {}://{server}{}", verb.method(), to.scheme_str().unwrap_or_default(), to.path())
}

pub(super) fn request(request: &Request, to: Uri) -> Result<http::Request<Full<Bytes>>, TransportError> {
    let mut outgoing = http::Request::new(body::outgoing(request.body.as_ref()));
    *outgoing.method_mut() = request.verb.method();
    *outgoing.uri_mut() = to;
    let headers = outgoing.headers_mut();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
    headers.insert(VAULT_REQUEST, HeaderValue::from_static("true"));
    if request.body.is_some() {
        let json =
            if request.verb == Verb::Patch { "application/merge-patch+json" } else { "application/json" };
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(json));
    }
    if let Some(token) = &request.token {
        let token = body::lend(token);
        if token.is_empty() || !token.iter().all(u8::is_ascii_graphic) {
            return Err(TransportError::refused(
                ErrorKind::Unauthenticated,
                "the token holds characters that no token has, such as a line end or a space, or is empty (not shown)",
            )
            .help("look at where the token comes from: it must be the token and nothing else"));
        }
        // Moved, so that no copy is left behind. It cannot fail: the characters were looked at.
        let mut value = HeaderValue::from_maybe_shared(token)
            .map_err(|_| TransportError::refused(ErrorKind::Unauthenticated, "the token is no header"))?;
        value.set_sensitive(true);
        headers.insert(TOKEN, value);
    }
    if let Some(namespace) = request.namespace.as_ref().filter(|namespace| !namespace.is_empty()) {
        let value =
            HeaderValue::from_str(namespace).ok().filter(|_| namespace.bytes().all(|b| b.is_ascii_graphic()));
        let value = value.ok_or_else(|| {
            TransportError::refused(ErrorKind::Invalid, "the namespace holds characters that a header cannot")
                .help("write the namespace as its path, such as team-a/prod")
        })?;
        headers.insert(NAMESPACE, value);
    }
    Ok(outgoing)
}

/// Where a redirect leads, if it may be followed: the token goes along, so it must not get less safe on the way.
pub(super) fn elsewhere(
    location: &str,
    url: &str,
    from: &Address,
    plain_http: bool,
) -> Result<(Address, Uri), TransportError> {
    let refused = |why: &str| {
        TransportError::refused(ErrorKind::Unavailable, format!("the answer to {url} leads elsewhere, {why}"))
            .help("write the address of the server that is meant in the configuration")
    };
    let same_server = location.starts_with('/') && !location.starts_with("//");
    let location =
        if same_server { format!("{}{location}", from.without_prefix()) } else { location.to_owned() };
    let to: Uri = location.parse().map_err(|_| refused("and not to the URL of a server"))?;
    let (Some(scheme), Some(authority)) = (to.scheme_str(), to.authority()) else {
        return Err(refused("and not to the URL of a server"));
    };
    let address = Address::parse(&format!("{scheme}://{authority}"))
        .map_err(|_| refused("and not to the URL of a server"))?;
    match (from.is_https(), address.is_https()) {
        (true, false) => return Err(refused(&format!("to {address}, which is plain HTTP"))),
        (false, true) => {
            return Err(refused(&format!("to {address}, and the token was already sent in the clear")));
        }
        (false, false) if !plain_http && !address.is_loopback() => {
            return Err(refused(&format!("to {address}, which is plain HTTP")));
        }
        _ => {}
    }
    Ok((address, to))
}

pub(super) fn sent_on_twice(url: &str) -> TransportError {
    TransportError::refused(
        ErrorKind::Unavailable,
        format!("the answer to {url} leads elsewhere for a second time"),
    )
    .help("write the address of the server that is meant in the configuration")
}
