//! A fake clock moves when it is told to.

use std::sync::Arc;
use std::time::Duration;

use test_kit::{Clock, FakeClock};

const MINUTE: Duration = Duration::from_mins(1);

#[tokio::test]
async fn a_sleeper_wakes_when_its_time_has_come_and_not_before() {
    let clock = FakeClock::new();
    let sleeper = tokio::spawn({
        let clock = clock.clone();
        async move { clock.sleep(MINUTE).await }
    });
    clock.sleepers(1).await;
    clock.advance(MINUTE.checked_sub(Duration::from_nanos(1)).unwrap());
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    assert!(!sleeper.is_finished());
    clock.advance(Duration::from_nanos(1));
    sleeper.await.unwrap();
    assert_eq!(clock.sleeps(), [MINUTE]);
}

#[tokio::test]
async fn a_clock_that_moves_itself_waits_for_nobody() {
    let clock: Arc<dyn Clock> = Arc::new(FakeClock::self_advancing());
    let before = clock.now();
    clock.sleep(MINUTE * 60 * 24 * 365).await;
    assert_eq!(clock.now().as_second() - before.as_second(), 365 * 24 * 60 * 60);
    assert_eq!(clock.monotonic(), MINUTE * 60 * 24 * 365);
}

#[tokio::test]
async fn a_sleeper_who_gives_up_is_not_counted() {
    let clock = FakeClock::at("2020-02-29T12:00:00Z".parse().unwrap());
    let sleeper = tokio::spawn({
        let clock = clock.clone();
        async move { clock.sleep(MINUTE).await }
    });
    clock.sleepers(1).await;
    sleeper.abort();
    assert!(sleeper.await.unwrap_err().is_cancelled());
    let other = tokio::spawn({
        let clock = clock.clone();
        async move { clock.sleep(MINUTE).await }
    });
    clock.sleepers(1).await;
    clock.advance(MINUTE);
    other.await.unwrap();
    assert_eq!(clock.now().to_string(), "2020-02-29T12:01:00Z");
}
