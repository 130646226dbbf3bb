//! What may have changed something is answered to its end, and so noted, also when nobody waits for it any more.

use std::sync::atomic::Ordering;
use std::time::Duration;

use bridge::server::{Ended, Limits};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::server::{ask, limits, plain, status};

#[tokio::test]
async fn what_has_begun_is_ended_before_the_server_is_though_its_client_has_gone_and_a_read_is_given_up() {
    for (method, goes_on) in
        [("PUT", true), ("POST", true), ("PATCH", true), ("DELETE", true), ("GET", false), ("LIST", false)]
    {
        let running = plain(Limits::default()).await;
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        stream.write_all(format!("{method} /wait HTTP/1.1\r\nHost: b\r\n\r\n").as_bytes()).await.unwrap();
        running.echo.waiting.notified().await;
        drop(stream);
        running.end.send(()).unwrap();
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert!(!goes_on || !running.ended.is_finished(), "{method}");
        running.echo.go.notify_one();
        assert_eq!(running.ended.await.unwrap(), Ended::Drained, "{method}");
        assert_eq!(running.echo.waited.load(Ordering::Relaxed), usize::from(goes_on), "{method}");
    }
}

#[tokio::test]
async fn what_takes_too_long_is_ended_after_its_answer() {
    let running = plain(limits(|limits| limits.request_time = Duration::from_millis(100))).await;
    let answer = ask(running.address, b"PUT /wait HTTP/1.1\r\nConnection: close\r\n\r\n").await;
    assert_eq!(status(&answer), 503, "{answer}");
    assert_eq!(running.echo.waited.load(Ordering::Relaxed), 0);
    running.echo.go.notify_one();
    running.end.send(()).unwrap();
    assert_eq!(running.ended.await.unwrap(), Ended::Drained);
    assert_eq!(running.echo.waited.load(Ordering::Relaxed), 1);
}
