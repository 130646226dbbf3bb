//! The tool's own provider is a store like any other.

use cluster_bootstrap::JsonFileStore;
use secret_store::{ErrorKind, ReadOptions, SecretFields, SecretStore as _, WriteOptions};
use test_kit::conformance::Fixture;
use test_kit::{Canary, path};

test_kit::conformance_suite!(json_file, async || {
    let folder = tempfile::tempdir().unwrap();
    Fixture::new(JsonFileStore::new(folder.path().join("secrets.json"))).with_guard(folder)
});

#[tokio::test]
async fn a_damaged_file_is_corrupt_and_not_quoted() {
    let (canary, file) = (Canary::random(), tempfile::NamedTempFile::new().unwrap());
    for damaged in [
        format!("{{\"A\": \"{}\"", canary.text()),
        format!("[\"{}\"]", canary.text()),
        format!("{{\"..\": \"{}\"}}", canary.text()),
    ] {
        std::fs::write(file.path(), damaged).unwrap();
        let error =
            JsonFileStore::new(file.path()).read(&path("A"), ReadOptions::current()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt);
        assert_eq!(error.path(), Some(&path("A")));
        canary.assert_absent_in_error(&error);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secrets.json");
    let store = JsonFileStore::new(&file);
    store.write(&path("A"), SecretFields::plain("1"), WriteOptions::replace()).await.unwrap();
    assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
}
