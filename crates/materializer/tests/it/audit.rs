//! A bus that does not take what it is told.

use std::sync::Arc;

use materializer::{Error, ErrorKind, Plan};
use test_kit::{FailingEventBus, InMemorySecretStore};

use crate::setup::{Setup, manifest, shown, simple};

fn setup() -> Setup {
    Setup::new(InMemorySecretStore::new().with("A", "correct horse"))
}

#[tokio::test]
async fn a_delivery_that_is_not_recorded_is_an_error_and_the_file_stays() {
    let setup = setup();
    let plan = Plan::new(&[simple("a", "A"), simple("b", "A"), simple("c", "A")]).unwrap();
    let materializer = setup.with_bus(Arc::new(FailingEventBus::after(1)));
    let error = materializer.materialize(&plan).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotRecorded);
    assert!(setup.yaml().unwrap().contains("name: a"));
    insta::assert_snapshot!(shown(&error), @"
    not-recorded: k8s/secrets.yaml is written, but 2 of 3 deliveries were not recorded:
      default/b and 1 more: the event was not taken by failing bus: it was told to fail

    help:
    mend what keeps the event from being taken and build again: the same Secrets are delivered and recorded anew
    ");
    let Error::NotRecorded(not_recorded) = error else { panic!("{error:?}") };
    let unrecorded: Vec<_> = not_recorded.unrecorded.iter().map(|(secret, _)| secret.to_string()).collect();
    assert_eq!(unrecorded, ["default/b", "default/c"]);
}

#[tokio::test]
async fn a_delivery_by_reference_that_is_not_recorded_is_an_error() {
    let reference = manifest("a", "x").source("A").sync_mode(k8s_bundle::SyncMode::ExternalSecrets);
    let plan = Plan::new(&[reference.build().unwrap()]).unwrap();
    let materializer = setup().with_bus(Arc::new(FailingEventBus::new()));
    insta::assert_snapshot!(materializer.delivered_by_reference(&plan).await.unwrap_err(), @"
    the Secrets by reference are delivered, but 1 of 1 deliveries were not recorded:
      x/a: the event was not taken by failing bus: it was told to fail
    ");
}
