//! How long a server asks to be left alone.

use std::time::Duration;

use secret_store::{ErrorKind, ReadOptions, SecretStore as _};
use test_kit::proxy::{Answer, Fault};
use test_kit::{block_on, path};

use super::Troubled;

fn seconds(seconds: &[u64]) -> Vec<Duration> {
    seconds.iter().copied().map(Duration::from_secs).collect()
}

#[test]
fn nobody_asks_again_before_the_time_that_the_server_names() {
    block_on(async {
        for status in [429, 503] {
            let troubled = Troubled::new(2).await;
            for wait in ["7", "11"] {
                troubled.inject(&Fault::Reply(Answer::new(status).header("Retry-After", wait)), 1);
            }
            troubled.store.read(&path("app/db"), ReadOptions::current()).await.unwrap();
            assert_eq!(troubled.clock.sleeps(), seconds(&[7, 11]), "status {status}");
            troubled.inject(&Fault::Reply(Answer::new(status).header("Retry-After", "13")), 1);
            troubled.store.list(None).await.unwrap();
            troubled.inject(&Fault::Reply(Answer::new(status).header("Retry-After", "17")), 1);
            troubled.store.delete(&path("app/db")).await.unwrap();
            assert_eq!(troubled.clock.sleeps(), seconds(&[7, 11, 13, 17]), "status {status}");
        }
    });
}

#[test]
fn who_is_asked_to_wait_for_too_long_says_so_at_once() {
    block_on(async {
        let troubled = Troubled::new(2).await;
        troubled.inject(&Fault::Reply(Answer::new(429).header("Retry-After", "3600")), 1);
        let error = troubled.store.read(&path("app/db"), ReadOptions::current()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::RateLimited);
        assert_eq!(error.retry_after(), Some(Duration::from_hours(1)));
        assert!(troubled.clock.sleeps().is_empty());
    });
}

#[test]
fn without_a_time_the_wait_is_a_short_one() {
    block_on(async {
        let troubled = Troubled::new(2).await;
        troubled.inject(&Fault::Reply(Answer::new(429)), 2);
        troubled.store.read(&path("app/db"), ReadOptions::current()).await.unwrap();
        let waits = troubled.clock.sleeps();
        assert_eq!(waits.len(), 2);
        assert!(waits.iter().all(|wait| *wait <= Duration::from_millis(200)), "{waits:?}");
    });
}
