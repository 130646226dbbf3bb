//! Who takes what others need, and gives nothing for it: places, memory, time.

use std::sync::Arc;
use std::time::Duration;

use bridge::server::{Ended, Limits, Tls, Transport};
use bytes::Bytes;
use futures::stream::{self, FuturesUnordered, StreamExt as _};
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::Frame;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;
use tokio::sync::watch;

use crate::server::{Authority, ask, get, limits, plain, running, status};

/// What is to come soon, and not when somebody else has been waited for.
async fn soon<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), work).await.expect("it is soon")
}

#[tokio::test]
async fn a_handshake_that_stands_still_makes_room_for_a_new_connection() {
    let (folder, authority) = (tempfile::tempdir().unwrap(), Authority::new());
    let tls = Transport::Tls(Arc::new(Tls::open(authority.write(folder.path())).unwrap()));
    let running = running(tls, limits(|limits| limits.connections = 2)).await;
    let mut silent = Vec::new();
    for _ in 0..8 {
        silent.push(TcpStream::connect(running.address).await.unwrap());
    }
    let answer = soon(authority.get(running.address, None)).await.unwrap();
    assert_eq!(status(&answer), 200, "{answer}");
}

#[tokio::test]
async fn a_handshake_that_stands_still_does_not_hold_up_the_end() {
    let (folder, authority) = (tempfile::tempdir().unwrap(), Authority::new());
    let tls = Transport::Tls(Arc::new(Tls::open(authority.write(folder.path())).unwrap()));
    let running = running(tls, limits(|limits| limits.drain_time = Duration::from_secs(5))).await;
    let _silent = TcpStream::connect(running.address).await.unwrap();
    running.echo.opened.notified().await;
    running.end.send(()).unwrap();
    assert_eq!(running.ended.await.unwrap(), Ended::Drained);
}

#[tokio::test]
async fn bodies_have_so_much_room_together_and_small_ones_have_their_own() {
    const LONGEST: usize = 4 << 20;
    let running = plain(Limits::default()).await;
    let stream = TokioIo::new(TcpStream::connect(running.address).await.unwrap());
    let (sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), stream).await.unwrap();
    tokio::spawn(connection);
    let (end, told) = watch::channel(false);
    let mut answers: FuturesUnordered<_> = (0..10)
        .map(|_| {
            let (mut sender, mut told) = (sender.clone(), told.clone());
            let most = stream::iter([Bytes::from(vec![b'a'; LONGEST - 1])]);
            let last = stream::once(async move {
                told.wait_for(|end| *end).await.unwrap();
                Bytes::from_static(b"a")
            });
            let body = StreamBody::new(
                most.chain(last).map(|data| Ok::<_, hyper::Error>(Frame::data(data))).boxed(),
            );
            let request =
                http::Request::put("http://b/").header("content-length", LONGEST).body(body).unwrap();
            async move {
                let (head, body) = sender.send_request(request).await.unwrap().into_parts();
                (head.status.as_u16(), body.collect().await.unwrap().to_bytes())
            }
        })
        .collect();
    for _ in 0..4 {
        let (status, body) = soon(answers.next()).await.unwrap();
        assert_eq!(
            (status, &*body),
            (503, br#"{"errors":["too many bodies at once: try again"]}"#.as_slice())
        );
    }
    let small = b"PUT / HTTP/1.1\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello";
    assert!(soon(ask(running.address, small)).await.ends_with("PUT / 5 0"));
    end.send_replace(true);
    for _ in 0..6 {
        let (status, body) = soon(answers.next()).await.unwrap();
        assert_eq!((status, &*body), (200, format!("PUT / {LONGEST} 0").as_bytes()));
    }
}

#[tokio::test]
async fn how_the_bridge_is_can_be_asked_while_requests_have_all_places() {
    let running = plain(limits(|limits| limits.requests = 1)).await;
    let waits = tokio::spawn(get(running.address, "/wait"));
    running.echo.waiting.notified().await;
    for path in ["/healthz", "/readyz"] {
        assert_eq!(status(&soon(get(running.address, path)).await), 200, "{path}");
    }
    running.echo.go.notify_one();
    assert_eq!(status(&waits.await.unwrap()), 200);
}
