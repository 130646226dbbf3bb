//! The file provider keeps the contract, for plain values and for maps.

use std::sync::Arc;

use events::SystemClock;
use secret_store::SecretStoreExt as _;
use secret_store::provider::file::FileStore;
use test_kit::conformance::Fixture;
use test_kit::path;

test_kit::conformance_suite!(file, async || {
    let folder = tempfile::tempdir().unwrap();
    Fixture::new(FileStore::open(folder.path()).await.unwrap()).with_guard(folder)
});

test_kit::conformance_suite!(numbered_files, async || numbered().await);
test_kit::versioned_conformance_suite!(versions_of_numbered_files, async || numbered().await);

/// Paths to which the place of the records is too much are refused.
async fn numbered() -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let store = FileStore::open(folder.path()).await.unwrap();
    let clock = Arc::new(SystemClock::new());
    Fixture::new(store.numbered(path("system/records"), clock)).may_refuse().with_guard(folder)
}
