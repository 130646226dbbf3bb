//! The first token, where it is replaced in the store or taken away there.

use std::sync::Arc;
use std::time::Duration;

use bridge::token::Refused;
use events::Operation;
use insta::assert_snapshot;
use secret_store::{ErrorKind, SecretFields, SecretStore as _};
use serde_json::json;
use test_kit::{FakeClock, Fault, FaultyStore, Gate, InMemorySecretStore, path};

use crate::opened::{ROOT, ask, opened, text};
use crate::tokens::{BOOTSTRAP, Replica, replica};

const NEWER: &str = "another bootstrap token, as long";

fn faulty() -> Arc<FaultyStore<InMemorySecretStore>> {
    Arc::new(FaultyStore::new(InMemorySecretStore::new().with("BRIDGE_TOKEN", BOOTSTRAP)))
}

/// Whether the newer one is good, and the one before.
fn good(replica: &Replica) -> [bool; 2] {
    [NEWER, BOOTSTRAP].map(|token| replica.who(token).is_some())
}

#[tokio::test]
async fn a_newer_one_that_cannot_be_noted_is_good_all_the_same_and_the_one_before_ends() {
    let (store, clock) = (faulty(), Arc::new(FakeClock::new()));
    let one = replica(&store, &clock).await;
    let fail = || Fault::failing(ErrorKind::Unavailable).on(Operation::Write).at("system/tokens");
    store.inject(fail());
    store.inner().put("BRIDGE_TOKEN", SecretFields::plain(NEWER));
    for minutes in [0, 20, 40] {
        assert!(one.tokens.refresh().await.is_err(), "{minutes}");
        assert_eq!(good(&one), [true, true], "{minutes}");
        clock.advance(Duration::from_mins(20));
    }
    assert_eq!(good(&one), [true, false]);
    // While it looks again.
    let gate = Gate::shut();
    store.mend();
    store.inject(Fault::held_by(&gate).on(Operation::Read).at("BRIDGE_TOKEN"));
    store.inject(fail());
    let meanwhile = async {
        gate.waiting(1).await;
        assert_eq!(good(&one), [true, false]);
        gate.open();
    };
    let (looked, ()) = futures::join!(one.tokens.refresh(), meanwhile);
    assert!(looked.is_err());
    assert_eq!(good(&one), [true, false]);
    // Noted at last, it has ended for the others too.
    store.mend();
    one.tokens.refresh().await.unwrap();
    assert_eq!(good(&one), [true, false]);
    assert_eq!(good(&replica(&store, &clock).await), [true, false]);
}

#[tokio::test]
async fn a_newer_one_that_could_not_be_noted_is_noted_with_the_next_change() {
    let (store, clock) = (faulty(), Arc::new(FakeClock::new()));
    let one = replica(&store, &clock).await;
    store.inner().put("BRIDGE_TOKEN", SecretFields::plain(NEWER));
    store.inject(Fault::failing(ErrorKind::Unavailable).on(Operation::Write).times(1));
    assert!(one.tokens.refresh().await.is_err());
    clock.advance(Duration::from_mins(30));
    one.tokens.revoke(&one.issue().identity).await.unwrap();
    assert_eq!(good(&one), [true, true]);
    store.inject(Fault::failing(ErrorKind::Unavailable).on(Operation::Write));
    one.tokens.refresh().await.unwrap();
    let restarted = replica(&store, &clock).await;
    for replica in [&one, &restarted] {
        assert_eq!(good(replica), [true, true]);
    }
    clock.advance(Duration::from_mins(30));
    for replica in [&one, &restarted] {
        assert_eq!(good(replica), [true, false]);
    }
}

#[tokio::test]
async fn one_that_is_taken_away_or_can_be_guessed_lets_nobody_in_nor_does_the_one_before() {
    for (is_noted, weak) in [(true, None), (true, Some("fifteen bytes..")), (false, None), (false, Some(""))]
    {
        let (store, clock) = (faulty(), Arc::new(FakeClock::new()));
        let (one, two) = (replica(&store, &clock).await, replica(&store, &clock).await);
        store.inner().put("BRIDGE_TOKEN", SecretFields::plain(NEWER));
        one.tokens.refresh().await.unwrap();
        let issued = one.issue();
        assert_eq!(good(&one), [true, true]);
        match weak {
            Some(weak) => store.inner().put("BRIDGE_TOKEN", SecretFields::plain(weak)),
            None => store.inner().delete(&path("BRIDGE_TOKEN")).await.unwrap(),
        }
        if !is_noted {
            store.inject(Fault::failing(ErrorKind::Unavailable).on(Operation::Write));
        }
        for replica in [&one, &two, &one] {
            let kind = replica.tokens.refresh().await.unwrap_err().kind();
            assert_eq!(kind, if weak.is_some() { ErrorKind::Invalid } else { ErrorKind::NotFound });
            assert_eq!(good(replica), [false, false]);
            assert!(replica.knows(&issued));
        }
        // One that comes back brings none before it back.
        store.inner().put("BRIDGE_TOKEN", SecretFields::plain(NEWER));
        for replica in [&one, &two] {
            assert_eq!(replica.tokens.refresh().await.is_ok(), is_noted);
            assert_eq!(good(replica), [true, false]);
        }
        store.mend();
        for replica in [&one, &two] {
            replica.tokens.refresh().await.unwrap();
            assert_eq!(good(replica), [true, false]);
        }
        assert_eq!(good(&replica(&store, &clock).await), [true, false]);
    }
}

#[tokio::test]
async fn one_that_cannot_be_read_is_believed_for_a_while() {
    let (store, clock) = (faulty(), Arc::new(FakeClock::new()));
    let one = replica(&store, &clock).await;
    let issued = one.issue();
    store.inject(Fault::failing(ErrorKind::PermissionDenied).at("BRIDGE_TOKEN"));
    clock.advance(Duration::from_secs(299));
    assert!(one.tokens.refresh().await.is_err());
    assert_eq!(good(&one), [false, true]);
    clock.advance(Duration::from_secs(2));
    assert!(one.tokens.refresh().await.is_err());
    let refused = one.tokens.authenticate(BOOTSTRAP.as_bytes()).unwrap_err();
    assert!(matches!(refused, Refused::Unknown(_)), "{refused}");
    assert!(one.knows(&issued), "what has changed of tokens is known");
    store.mend();
    one.tokens.refresh().await.unwrap();
    assert_eq!(good(&one), [false, true]);
}

#[tokio::test]
async fn load_balancers_are_told_of_one_that_is_taken_away_or_cannot_be_read() {
    let opened = opened(json!({})).await;
    let upkeep = tokio::spawn(opened.upkeep);
    let (bridge, clock, store) = (&opened.bridge, &opened.clock, opened.store.inner());
    let ready = async || {
        // The sweeper of the cache, and the one who looks for changes.
        clock.sleepers(2).await;
        clock.advance(Duration::from_secs(5));
        clock.sleepers(2).await;
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        let answer = ask(bridge, "127.0.0.1", "", "GET", "/readyz").await;
        format!("{} {}", answer.status.as_u16(), text(&answer))
    };
    assert_snapshot!(ready().await, @"200 ok");
    store.inject(Fault::failing(ErrorKind::PermissionDenied).at("BRIDGE_TOKEN"));
    assert_snapshot!(ready().await);
    store.mend();
    store.inner().delete(&path("BRIDGE_TOKEN")).await.unwrap();
    assert_snapshot!(ready().await);
    assert_eq!(ask(bridge, "127.0.0.1", ROOT, "GET", "/v1/sys/mounts").await.status.as_u16(), 403);
    upkeep.abort();
}
