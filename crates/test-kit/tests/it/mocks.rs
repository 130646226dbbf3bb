//! The mocks expect what they are told to.

use std::sync::Arc;
use std::time::Duration;

use events::{Clock as _, EventBus, Silent};
use k8s_bundle::{BundleWriter as _, Written};
use secret_store::{ErrorKind, ReadOptions, Secret, SecretFields, SecretStore, SecretStoreExt as _};
use test_kit::mock::{MockBundleWriter, MockClock, MockEventBus, MockSecretStore};
use test_kit::path;

#[tokio::test]
async fn a_mock_is_a_store_behind_a_pointer_too() {
    let mut mock = MockSecretStore::new();
    mock.expect_read().times(1).returning(|_, _| Ok(Secret::new(SecretFields::plain("1"))));
    mock.expect_list().times(1).returning(|prefix| {
        let answer = prefix.cloned().into_iter().collect();
        Box::pin(async { Ok(answer) })
    });
    let store: Arc<dyn SecretStore> = Arc::new(mock);
    assert!(store.exists(&path("A")).await.unwrap());
    assert_eq!(store.list(Some(&path("B"))).await.unwrap(), [path("B")]);
}

#[tokio::test]
#[should_panic(expected = "read")]
async fn a_call_that_is_not_expected_ends_the_test() {
    let _answer = MockSecretStore::new().read(&path("A"), ReadOptions::current()).await;
}

#[tokio::test]
async fn time_and_events_can_be_mocked() {
    let (mut clock, mut bus) = (MockClock::new(), MockEventBus::new());
    clock.expect_now().times(1).return_const("2026-01-01T00:00:00Z".parse::<events::Timestamp>().unwrap());
    clock.expect_monotonic().times(2).return_const(Duration::ZERO);
    bus.expect_publish().times(1).returning(|_| Ok(()));
    let store = test_kit::InMemorySecretStore::new().audited(Arc::new(bus), Arc::new(clock));
    assert_eq!(store.read(&path("A"), ReadOptions::current()).await.unwrap_err().kind(), ErrorKind::NotFound);
    let mut clock = MockClock::new();
    clock.expect_sleep().times(1).return_const(());
    clock.sleep(Duration::from_hours(1)).await;
    let _silent: Arc<dyn EventBus> = Arc::new(Silent);
}

#[test]
fn a_writer_can_be_mocked() {
    let mut writer = MockBundleWriter::new();
    writer.expect_write().times(1).returning(|_, _| Ok(Written::Created));
    assert_eq!(writer.write(&"a.yaml".parse().unwrap(), b"").unwrap(), Written::Created);
}
