//! [`mockall`] mocks of the traits, for tests that say call by call what is expected. Where a store only has to be there,
//! [`InMemorySecretStore`](crate::InMemorySecretStore) is shorter.
//!
//! ```
//! use secret_store::{Error, ReadOptions, SecretStore as _};
//! use test_kit::{mock::MockSecretStore, path};
//!
//! # test_kit::block_on(async {
//! let mut store = MockSecretStore::new();
//! store.expect_read().times(1).returning(|path, _| Err(Error::not_found("read", path)));
//! assert!(store.read(&path("A"), ReadOptions::current()).await.is_err());
//! # });
//! ```
#![expect(clippy::ref_option_ref, reason = "mockall writes it for the optional reference of `list`")]

use std::pin::Pin;
use std::time::Duration;

use async_trait::async_trait;
use events::{Clock, Event, EventBus, PublishError, Timestamp};
use k8s_bundle::{BundlePath, BundleWriter, Written};
use secret_store::{
    ReadOptions, Result, Secret, SecretFields, SecretPath, SecretStore, SecretVersion, StoreInfo,
    WriteOptions,
};

mockall::mock! {
    /// A store of which each call is expected.
    #[derive(Debug)]
    pub SecretStore {}

    #[async_trait]
    impl SecretStore for SecretStore {
        fn info(&self) -> StoreInfo;
        async fn read(&self, path: &SecretPath, options: ReadOptions) -> Result<Secret>;
        async fn read_many(&self, paths: &[SecretPath]) -> Vec<Result<Secret>>;
        async fn write(
            &self,
            path: &SecretPath,
            fields: SecretFields,
            options: WriteOptions,
        ) -> Result<SecretVersion>;
        async fn delete(&self, path: &SecretPath) -> Result<()>;
        fn list<'a, 'b, 'r>(
            &'a self,
            prefix: Option<&'b SecretPath>,
        ) -> Pin<Box<dyn Future<Output = Result<Vec<SecretPath>>> + Send + 'r>>
        where
            'a: 'r,
            'b: 'r,
            Self: 'r;
    }
}

mockall::mock! {
    /// A bus of which each event is expected.
    #[derive(Debug)]
    pub EventBus {}

    #[async_trait]
    impl EventBus for EventBus {
        async fn publish(&self, event: &Event) -> std::result::Result<(), PublishError>;
    }
}

mockall::mock! {
    /// A clock of which each look is expected.
    #[derive(Debug)]
    pub Clock {}

    #[async_trait]
    impl Clock for Clock {
        fn now(&self) -> Timestamp;
        fn monotonic(&self) -> Duration;
        async fn sleep(&self, duration: Duration);
    }
}

mockall::mock! {
    /// A writer of which each file is expected.
    #[derive(Debug)]
    pub BundleWriter {}

    impl BundleWriter for BundleWriter {
        fn check_secret(&self, file: &BundlePath) -> k8s_bundle::Result<()>;
        fn write(&self, file: &BundlePath, contents: &[u8]) -> k8s_bundle::Result<Written>;
        fn write_secret(&self, file: &BundlePath, contents: &[u8]) -> k8s_bundle::Result<Written>;
        fn remove(&self, file: &BundlePath) -> k8s_bundle::Result<bool>;
        fn list_generated(&self, folder: &BundlePath) -> k8s_bundle::Result<Vec<BundlePath>>;
    }
}
