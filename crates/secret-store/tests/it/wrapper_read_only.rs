//! A read-only store says why it does not write.

use std::sync::Arc;

use secret_store::{ErrorKind, SecretFields, SecretStore as _, SecretStoreExt as _, WriteOptions};
use test_kit::{CountingStore, InMemorySecretStore, path};

#[tokio::test]
async fn writes_are_refused_with_the_reason_and_never_reach_the_store() {
    let store = Arc::new(CountingStore::new(InMemorySecretStore::new().with("A", "1")));
    let read_only = store.clone().read_only();
    let write =
        read_only.write(&path("A"), SecretFields::plain("2"), WriteOptions::replace()).await.unwrap_err();
    let delete = read_only.delete(&path("A")).await.unwrap_err();
    assert_eq!((write.kind(), delete.kind()), (ErrorKind::Unsupported, ErrorKind::Unsupported));
    insta::assert_snapshot!(write, @"write A: the store was opened read-only (memory store at this process)");
    assert_eq!(store.counts().total(), 0);
    assert!(!read_only.info().capabilities.write && read_only.info().capabilities.list);
}
