//! Who takes what others need, and gives nothing for it: places, memory, time.

use std::sync::Arc;
use std::time::Duration;

use bridge::server::{Ended, Tls, Transport};
use tokio::net::TcpStream;

use crate::server::{Authority, limits, running, status};

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
