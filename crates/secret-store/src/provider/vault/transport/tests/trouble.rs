//! Servers that do not answer as they should: what is said of it, and whether the request may have been done.

use std::num::NonZeroUsize;
use std::time::Duration;

use events::SignedDuration;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;

use super::authority::Authority;
use super::server::{Act, Server, answer, ok};
use super::{at, get, nowhere, open, post, shown};
use crate::provider::vault::VaultConfig;
use crate::provider::vault::error::TransportError;
use crate::provider::vault::transport::{Transport, body, settings};

async fn failing(acts: impl IntoIterator<Item = Act>) -> TransportError {
    let server = Server::start(acts).await;
    let mut error = open(&at(server.http())).send(&post("secret/data/a", "{}")).await.unwrap_err();
    error.reason = error.reason.replace(&server.authority, "HOST");
    error
}

fn told(error: TransportError) -> String {
    let done = if error.may_be_done { "may be done" } else { "not done" };
    format!("{done}: {}", shown(&error.into_error("write", None)))
}

#[tokio::test]
async fn an_answer_that_does_not_come_may_be_of_a_request_that_was_done() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n";
    let mut shown = Vec::new();
    for bytes in ["", "HTTP/1.1 200 OK\r\nContent-Le", &format!("{head}half"), "SSH-2.0-OpenSSH_9.9\r\n"] {
        shown.push(told(failing([Act::SendAndClose(bytes.into())]).await));
    }
    insta::assert_snapshot!(shown.join("\n"));
}

#[tokio::test]
async fn a_server_that_is_not_there_did_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let authority = listener.local_addr().unwrap().to_string();
    drop(listener);
    let mut error = open(&at(format!("http://{authority}"))).send(&get("secret/a")).await.unwrap_err();
    error.reason = error.reason.replace(&authority, "HOST");
    insta::assert_snapshot!(told(error));
}

#[tokio::test]
async fn a_slow_answer_is_not_waited_for() {
    for slow in [Act::Hang, Act::Send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf".to_vec())] {
        let server = Server::start([slow]).await;
        let request_timeout = Some(SignedDuration::from_millis(50));
        let transport = open(&VaultConfig { request_timeout, ..at(server.http()) });
        let mut error = transport.send(&get("secret/a")).await.unwrap_err();
        error.reason = error.reason.replace(&server.authority, "HOST");
        insta::allow_duplicates!(insta::assert_snapshot!(told(error)));
    }
}

#[tokio::test]
async fn a_turn_that_does_not_come_is_not_waited_for() {
    let server = Server::start([]).await;
    let (request_timeout, concurrency) = (Some(SignedDuration::from_millis(50)), NonZeroUsize::new(1));
    let transport = open(&VaultConfig { request_timeout, concurrency, ..at(server.http()) });
    let turn = transport.turns.next().await;
    let request = get("secret/a");
    let sent = tokio::time::timeout(Duration::from_secs(10), transport.send(&request));
    let mut error = sent.await.expect("an end").unwrap_err();
    error.reason = error.reason.replace(&server.authority, "HOST");
    insta::assert_snapshot!(told(error));
    assert_eq!(server.connections(), 0);
    drop(turn);
    assert_eq!(transport.turns.free.available_permits(), 1, "its place in the row was given up");
}

#[tokio::test]
async fn a_handshake_that_hangs_is_part_of_connecting() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let authority = listener.local_addr().unwrap().to_string();
    let connect_timeout = Some(SignedDuration::from_millis(50));
    let transport = open(&VaultConfig { connect_timeout, ..at(format!("https://{authority}")) });
    let mut error = transport.send(&get("secret/a")).await.unwrap_err();
    error.reason = error.reason.replace(&authority, "HOST");
    insta::assert_snapshot!(told(error));
    drop(listener);
}

#[tokio::test]
async fn an_answer_that_is_too_long_is_refused() {
    let announced = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body::LIMIT + 1);
    insta::assert_snapshot!(told(failing([Act::Send(announced.into())]).await));
}

#[tokio::test]
async fn a_connection_that_the_server_closed_meanwhile_is_not_used() {
    let empty = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}".to_vec();
    let server = Server::start([Act::SendAndClose(empty), ok("{}")]).await;
    let transport = open(&at(server.http()));
    transport.send(&get("secret/a")).await.unwrap();
    tokio::time::sleep(Duration::from_millis(20)).await;
    transport.send(&post("secret/b", "{}")).await.unwrap();
    assert_eq!((server.connections(), server.requests().len()), (2, 2));
}

#[tokio::test]
async fn a_request_that_was_sent_is_never_sent_again() {
    let server = Server::start([ok("{}"), Act::SendAndClose(Vec::new()), ok("{}")]).await;
    let transport = open(&at(server.http()));
    transport.send(&get("secret/a")).await.unwrap();
    let error = transport.send(&post("secret/b", "{}")).await.unwrap_err();
    assert!(error.may_be_done && error.is_retryable, "{error:?}");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_server_of_tls_that_is_asked_in_plain_http_is_recognised() {
    let act = answer("400 Bad Request", "", "Client sent an HTTP request to an HTTPS server.\n");
    insta::assert_snapshot!(told(failing([act]).await));
}

#[tokio::test]
async fn a_stream_that_http_2_refuses_was_not_done() {
    let authority = Authority::new("one");
    let folder = tempfile::tempdir().unwrap();
    let ca = authority.write(folder.path());
    for (reason, may_be_done) in [(h2::Reason::REFUSED_STREAM, false), (h2::Reason::INTERNAL_ERROR, true)] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut config = authority.sign("127.0.0.1").config(None);
        config.alpn_protocols = vec![b"h2".to_vec()];
        let mut vault = at(format!("https://{}", listener.local_addr().unwrap()));
        vault.tls.ca = Some(ca.clone());
        tokio::spawn(async move {
            let acceptor = tokio_rustls::TlsAcceptor::from(std::sync::Arc::new(config));
            let stream = acceptor.accept(listener.accept().await.unwrap().0).await.unwrap();
            let mut connection = h2::server::handshake(stream).await.unwrap();
            while let Some(Ok((_, mut respond))) = connection.accept().await {
                respond.send_reset(reason);
            }
        });
        let error = open(&vault).send(&post("secret/a", "{}")).await.unwrap_err();
        assert_eq!(error.may_be_done, may_be_done, "{error:?}");
        assert!(error.is_retryable);
    }
}

/// As behind a firewall that has forgotten the connection, or a server that stands still.
#[tokio::test]
async fn a_connection_of_http_2_that_hangs_is_given_up_for_another() {
    let authority = Authority::new("one");
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut config = authority.sign("127.0.0.1").config(None);
    config.alpn_protocols = vec![b"h2".to_vec()];
    let mut vault = at(format!("https://{}", listener.local_addr().unwrap()));
    vault.tls.ca = Some(authority.write(folder.path()));
    tokio::spawn(async move {
        let acceptor = tokio_rustls::TlsAcceptor::from(std::sync::Arc::new(config));
        let mut hanging = Vec::new();
        for is_second in [false, true] {
            let stream = acceptor.accept(listener.accept().await.unwrap().0).await.unwrap();
            let mut connection = h2::server::handshake(stream).await.unwrap();
            while let Some(Ok((request, mut respond))) = connection.accept().await {
                if request.uri().path().ends_with("hangs") && !is_second {
                    break;
                }
                respond.send_response(http::Response::new(()), true).unwrap();
            }
            hanging.push(connection);
        }
    });
    let context = nowhere();
    let mut times = settings::times(&vault, &context).unwrap();
    (times.ping, times.pong) = (Duration::from_millis(50), Duration::from_millis(500));
    let address = settings::address(&vault, &context).unwrap();
    let transport = Transport::to(address, times, &vault, &context).unwrap();
    transport.send(&get("secret/a")).await.unwrap();
    let request = post("secret/hangs", "{}");
    let hung = tokio::time::timeout(Duration::from_secs(10), transport.send(&request));
    let error = hung.await.expect("an end").unwrap_err();
    assert!(error.may_be_done && error.may_come_late && error.is_retryable, "{error:?}");
    assert!(error.reason.ends_with(": the connection hangs"), "{error:?}");
    transport.send(&get("secret/hangs")).await.unwrap();
}

#[tokio::test]
async fn a_request_that_is_dropped_frees_its_turn() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let transport = open(&VaultConfig { concurrency: NonZeroUsize::new(1), ..at(address) });
    let request = get("secret/a");
    for _ in 0..2 {
        let arrived = async {
            let mut stream = listener.accept().await.unwrap().0;
            stream.read_u8().await.unwrap();
        };
        let (sent, arrived) = (std::pin::pin!(transport.send(&request)), std::pin::pin!(arrived));
        assert!(matches!(futures::future::select(sent, arrived).await, futures::future::Either::Right(_)));
    }
}
