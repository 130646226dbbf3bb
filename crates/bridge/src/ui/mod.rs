//! `/ui`: a page that shows [the status](crate::route::sys::status) to people.
//!
//! What is served here is the same for everybody, and holds no data: the page asks the API for them, with a token that is typed
//! in, kept in the page's memory and sent in a header. It writes every name as text, never as HTML; the policy below is for when
//! that goes wrong.

use http::{HeaderName, HeaderValue, Method, StatusCode, header};

use crate::http::{Request, Response};

/// The page may load what is served beside it and ask the API beside it, and nothing else: no script within the page, no other
/// host, no frame around it, no form that is sent, no HTML made of text.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
                      trusted-types 'none'";

const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// A part of the page; none for other paths and methods.
pub(crate) fn answer(request: &Request) -> Option<Response> {
    let (content_type, body) = match &*request.path {
        "/ui" | "/ui/" => ("text/html; charset=utf-8", include_str!("index.html")),
        "/ui/app.css" => ("text/css; charset=utf-8", include_str!("app.css")),
        "/ui/app.js" => ("text/javascript; charset=utf-8", include_str!("app.js")),
        "/ui/ask.js" => ("text/javascript; charset=utf-8", include_str!("ask.js")),
        "/ui/view.js" => ("text/javascript; charset=utf-8", include_str!("view.js")),
        "/ui/icon.svg" => ("image/svg+xml", include_str!("icon.svg")),
        _ => return None,
    };
    if !matches!(request.method, Method::GET | Method::HEAD) {
        return None;
    }
    let mut response = Response::new(StatusCode::OK, content_type, body.as_bytes().to_vec().into());
    for (name, value) in HEADERS {
        response.headers.insert(name, HeaderValue::from_static(value));
    }
    Some(response)
}
