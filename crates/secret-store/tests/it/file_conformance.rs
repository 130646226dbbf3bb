//! The file provider keeps the contract, for plain values and for maps.

use secret_store::provider::file::FileStore;
use test_kit::conformance::Fixture;

test_kit::conformance_suite!(file, async || {
    let folder = tempfile::tempdir().unwrap();
    Fixture::new(FileStore::open(folder.path()).await.unwrap()).with_guard(folder)
});
