//! What must not be seen.

use super::server::{Act, Server, answer, ok};
use super::{TOKEN, at, get, open, post};
use crate::ErrorKind;
use crate::provider::vault::request::Request;
use crate::provider::vault::status::success_or_404;

const VALUE: &str = "canary-value-77d1";

#[tokio::test]
async fn neither_token_nor_body_is_in_any_text() {
    let body = format!(r#"{{"data":{{"password":"{VALUE}"}}}}"#);
    let errors = format!(r#"{{"errors":["the token {TOKEN} is not known"]}}"#);
    let page = format!("<html>{TOKEN} {VALUE}</html>");
    let mut texts = Vec::new();
    for act in [
        ok(&body),
        answer("403 Forbidden", "", &errors),
        answer("502 Bad Gateway", "", &page),
        answer("200 OK", "", &page),
        answer("404 Not Found", "", &page),
        answer("307 Temporary Redirect", &format!("Location: https://{VALUE}@h/{TOKEN}\r\n"), ""),
        Act::SendAndClose(format!("{VALUE} {TOKEN}\r\n\r\n").into_bytes()),
        Act::SendAndClose(format!("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{VALUE}").into_bytes()),
    ] {
        let server = Server::start([act]).await;
        let transport = open(&at(server.http()));
        let request = post("secret/data/a", &body);
        texts.push(format!("{transport:?} {request:?}"));
        match transport.send(&request).await {
            Ok(reply) => {
                texts.push(format!("{reply:?}"));
                let answer = success_or_404("write", None, &request, reply);
                texts.push(format!("{answer:?}"));
                texts.extend(answer.err().map(|error| error.to_string()));
            }
            Err(error) => texts.push(format!("{error:?} {}", error.clone().into_error("write", None))),
        }
    }
    let texts = texts.join("\n");
    assert!(!texts.contains(TOKEN) && !texts.contains(VALUE), "{texts}");
}

#[tokio::test]
async fn a_token_that_cannot_be_one_is_not_sent() {
    let server = Server::start([ok("{}")]).await;
    let transport = open(&at(server.http()));
    for token in ["s.abc\n", "s.a bc", "", "s.\u{e4}bc", "\u{0}"] {
        let error =
            transport.send(&Request { token: Some(token.into()), ..get("secret/a") }).await.unwrap_err();
        assert!(!error.may_be_done && !error.is_retryable);
        let error = error.into_error("read", None);
        assert_eq!(error.kind(), ErrorKind::Unauthenticated);
        insta::allow_duplicates!(insta::assert_snapshot!(super::shown(&error)));
    }
    for namespace in ["a\r\nx-other: b", "a b", "\u{e4}"] {
        let namespace = Some(namespace.to_owned());
        let error = transport.send(&Request { namespace, ..get("secret/a") }).await.unwrap_err();
        assert_eq!(error.into_error("read", None).kind(), ErrorKind::Invalid);
    }
    assert_eq!(server.connections(), 0);
}
