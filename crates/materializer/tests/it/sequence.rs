//! What happens in which order, call by call.

use std::sync::Arc;

use k8s_bundle::{Error as BundleError, Written, is_generated};
use materializer::{ErrorKind, Materializer, Plan};
use mockall::Sequence;
use secret_store::{Capabilities, Error, Secret, SecretFields, StoreInfo};
use test_kit::FakeClock;
use test_kit::mock::{MockBundleWriter, MockEventBus, MockSecretStore};

use crate::setup::simple;

#[tokio::test]
async fn the_file_is_asked_about_then_values_are_read_then_it_is_written_then_it_is_told() {
    let (mut store, mut writer, mut bus) =
        (MockSecretStore::new(), MockBundleWriter::new(), MockEventBus::new());
    let mut order = Sequence::new();
    writer.expect_check_secret().once().in_sequence(&mut order).returning(|_| Ok(()));
    store.expect_read_many().once().in_sequence(&mut order).returning(|paths| {
        paths.iter().map(|_| Ok(Secret::new(SecretFields::plain("correct horse")))).collect()
    });
    writer.expect_write_secret().once().in_sequence(&mut order).returning(|file, contents| {
        assert_eq!(file.as_str(), "k8s/secrets.yaml");
        assert!(is_generated(contents), "a later build may remove the file");
        Ok(Written::Created)
    });
    bus.expect_publish().times(2).in_sequence(&mut order).returning(|_| Ok(()));
    let plan = Plan::new(&[simple("a", "A"), simple("b", "B")]).unwrap();
    materializer(store, writer, bus).materialize(&plan).await.unwrap();
}

#[tokio::test]
async fn nothing_is_read_when_the_file_may_not_be_written() {
    let mut writer = MockBundleWriter::new();
    writer.expect_check_secret().returning(|_| Err(BundleError::Tracked { path: "k8s/secrets.yaml".into() }));
    let plan = Plan::new(&[simple("a", "A")]).unwrap();
    let error = materializer(MockSecretStore::new(), writer, MockEventBus::new()).materialize(&plan).await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Write);
}

#[tokio::test]
async fn a_store_that_answers_too_little_is_unavailable_and_not_empty() {
    let (mut store, mut writer) = (MockSecretStore::new(), MockBundleWriter::new());
    writer.expect_check_secret().returning(|_| Ok(()));
    store.expect_info().returning(|| StoreInfo::new("short", "here", Capabilities::read_only()));
    store.expect_read_many().returning(|_| vec![Err(Error::not_found("read", &test_kit::path("A")))]);
    store.expect_list().returning(|_| Box::pin(async { Ok(Vec::new()) }));
    let plan = Plan::new(&[simple("a", "A"), simple("b", "B")]).unwrap();
    let error = materializer(store, writer, MockEventBus::new()).materialize(&plan).await.unwrap_err();
    insta::assert_snapshot!(error, @"
    nothing was written: 1 secret could not be read, 1 source is missing (short store at here)
      unavailable: read B: the store gave fewer answers than it was asked for
      A: no such secret
        for default/a, key password from A
    ");
}

fn materializer(store: MockSecretStore, writer: MockBundleWriter, bus: MockEventBus) -> Materializer {
    Materializer::new(Arc::new(store), Arc::new(writer), Arc::new(bus), Arc::new(FakeClock::new()))
}
