//! The run's deadline.

use std::sync::Arc;
use std::time::Duration;

use test_kit::{Clock as _, FakeClock};

use super::server::{Act, Server, ok};
use super::{at, get, nowhere, post, shown};
use crate::provider::vault::transport::Transport;

fn open(server: &Server, clock: &FakeClock, deadline: u64) -> Transport {
    let context = nowhere().with_clock(Arc::new(clock.clone())).with_deadline(Duration::from_secs(deadline));
    Transport::open(&at(server.http()), &context).unwrap()
}

#[tokio::test]
async fn what_is_under_way_is_cut_at_the_deadline() {
    let server = Server::start([Act::Hang]).await;
    let clock = FakeClock::new();
    clock.advance(Duration::from_secs(5));
    let transport = open(&server, &clock, 60);
    let sent = tokio::spawn(async move { transport.send(&post("secret/data/a", "{}")).await });
    while server.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    clock.sleepers(1).await;
    clock.advance(Duration::from_secs(55));
    let error = sent.await.unwrap().unwrap_err();
    assert_eq!(clock.sleeps(), [Duration::from_secs(55)]);
    assert!(error.may_be_done);
    insta::assert_snapshot!(shown(&error.into_error("write", None)).replace(&server.authority, "HOST"));
}

#[tokio::test]
async fn nothing_is_asked_after_the_deadline() {
    let server = Server::start([ok("{}")]).await;
    let clock = FakeClock::new();
    clock.advance(Duration::from_mins(1));
    let error = open(&server, &clock, 60).send(&get("secret/a")).await.unwrap_err();
    assert!(!error.may_be_done && !error.is_retryable);
    assert_eq!((server.connections(), clock.monotonic()), (0, Duration::from_mins(1)));
}
