//! The first token, where it is replaced in the store or taken away there.

use std::sync::Arc;
use std::time::Duration;

use events::Operation;
use secret_store::{ErrorKind, SecretFields};
use test_kit::{FakeClock, Fault, FaultyStore, Gate, InMemorySecretStore};

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
