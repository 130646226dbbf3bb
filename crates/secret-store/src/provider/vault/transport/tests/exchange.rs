//! What is sent, and what is made of an answer.

use std::num::NonZeroUsize;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::server::{Act, Server, answer, ok};
use super::{at, get, open, post};
use crate::provider::vault::VaultConfig;
use crate::provider::vault::request::{Request, Verb};

#[tokio::test]
async fn a_request_is_what_the_api_asks_for() {
    let server = Server::start([ok("{}"), ok("{}"), ok("{}"), ok("{}")]).await;
    let transport = open(&at(format!("{}/behind/", server.http())));
    let query = vec![("list", "true".to_owned()), ("version", "3".to_owned())];
    let namespace = Some("team/a".to_owned());
    for request in [
        Request { query, namespace, ..get("secret/metadata/a%20b") },
        Request { token: None, ..post("auth/approle/login", r#"{"role_id":"r"}"#) },
        Request { verb: Verb::Patch, ..post("secret/data/a", r#"{"data":{"a":"b"}}"#) },
        Request { verb: Verb::Delete, ..get("secret/data/a") },
    ] {
        transport.send(&request).await.unwrap();
    }
    let sent = server.requests().join("\n\n").replace(&server.authority, "HOST").replace('\r', "");
    insta::assert_snapshot!(sent.replace(env!("CARGO_PKG_VERSION"), "VERSION"));
}

#[tokio::test]
async fn an_answer_is_a_reply_whatever_its_status() {
    for (status, code) in [("204 No Content", 204), ("404 Not Found", 404), ("503 Service Unavailable", 503)]
    {
        let body = if code == 204 { "" } else { r#"{"errors":[]}"# };
        let server = Server::start([answer(status, "", body)]).await;
        let reply = open(&at(server.http())).send(&get("secret/a")).await.unwrap();
        assert_eq!((reply.status, &**reply.body), (code, body.as_bytes()));
        assert_eq!(reply.url, format!("GET {}/v1/secret/a", server.http()));
        assert_eq!(reply.content_type.as_deref(), Some("application/json"));
    }
}

#[tokio::test]
async fn a_body_of_unknown_length_is_taken_whole() {
    let mut chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for _ in 0..1000 {
        chunked.extend_from_slice(b"a\r\n0123456789\r\n");
    }
    chunked.extend_from_slice(b"0\r\n\r\n");
    let server = Server::start([Act::Send(chunked)]).await;
    let reply = open(&at(server.http())).send(&get("secret/a")).await.unwrap();
    assert_eq!(&**reply.body, "0123456789".repeat(1000).as_bytes());
}

#[tokio::test]
async fn a_wait_that_the_server_asks_for_is_in_the_reply() {
    let server = Server::start([
        answer("429 Too Many Requests", "Retry-After: 7\r\n", "{}"),
        answer("503 Service Unavailable", "Retry-After: Tue, 31 Dec 2999 23:59:59 GMT\r\n", "{}"),
        answer("503 Service Unavailable", "Retry-After: soon\r\n", "{}"),
    ])
    .await;
    let transport = open(&at(server.http()));
    let first = transport.send(&get("secret/a")).await.unwrap().retry_after;
    assert_eq!(first, Some(Duration::from_secs(7)));
    assert!(transport.send(&get("secret/a")).await.unwrap().retry_after > Some(Duration::from_hours(24)));
    assert_eq!(transport.send(&get("secret/a")).await.unwrap().retry_after, None);
}

#[tokio::test]
async fn connections_are_used_again() {
    let server = Server::start((0..20).map(|_| ok("{}"))).await;
    let transport = open(&at(server.http()));
    for _ in 0..20 {
        transport.send(&get("secret/a")).await.unwrap();
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn no_more_requests_are_under_way_than_configured() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    // Each request is told by its number; none is answered before the test says so.
    let (under_way, mut seen) = watch::channel(0_usize);
    let (answers, released) = watch::channel(0_usize);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (under_way, mut released) = (under_way.clone(), released.clone());
            tokio::spawn(async move {
                let mut request = [0; 4096];
                while stream.read(&mut request).await.is_ok_and(|count| count > 0) {
                    let mut number = 0;
                    under_way.send_modify(|count| {
                        *count += 1;
                        number = *count;
                    });
                    released.wait_for(|answers| *answers >= number).await.unwrap();
                    let empty = b"HTTP/1.1 204 No Content\r\n\r\n";
                    stream.write_all(empty).await.unwrap();
                }
            });
        }
    });
    let transport = open(&VaultConfig { concurrency: NonZeroUsize::new(3), ..at(address) });
    let request = get("secret/a");
    let all = futures::future::try_join_all((0..9).map(|_| transport.send(&request)));
    let watching = async {
        for round in 1..=3 {
            seen.wait_for(|count| *count >= round * 3).await.unwrap();
            // Whoever did not wait for a turn would come now.
            tokio::time::sleep(Duration::from_millis(20)).await;
            assert_eq!(*seen.borrow(), round * 3);
            answers.send_replace(round * 3);
        }
    };
    let (replies, ()) = futures::future::join(all, watching).await;
    assert_eq!(replies.unwrap().len(), 9);
}
