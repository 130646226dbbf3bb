//! Stores and folders that fail.

use std::os::unix::fs::symlink;

use events::Operation;
use materializer::{Error, ErrorKind};
use secret_store::{Detail, Error as StoreError, ErrorKind as StoreErrorKind};
use test_kit::{Fault, FaultyStore, InMemorySecretStore};

use crate::setup::{Setup, shown, simple};

fn many(count: usize) -> (InMemorySecretStore, Vec<k8s_bundle::SecretManifest>) {
    let store = InMemorySecretStore::new();
    let manifests = (0..count).map(|index| {
        store.put(&format!("path/{index:03}"), secret_store::SecretFields::plain("x"));
        simple(&format!("secret-{index:03}"), &format!("path/{index:03}"))
    });
    let manifests = manifests.collect();
    (store, manifests)
}

fn unreachable() -> StoreError {
    let detail = Detail::new("read", "connection refused")
        .store("vault store at https://vault.acme.lab")
        .help("check that the address is right and the server is up");
    StoreError::new(StoreErrorKind::Unavailable, detail)
}

#[tokio::test]
async fn five_hundred_secrets_and_one_dead_store_are_one_problem() {
    let (store, manifests) = many(500);
    let setup = Setup::faulty(FaultyStore::new(store).with(Fault::error(unreachable()).on(Operation::Read)));
    let error = setup.refused(&manifests).await;
    assert_eq!(error.kind(), ErrorKind::Store);
    assert!(error.is_retryable());
    insta::assert_snapshot!(shown(&error), @"
    store: nothing was written: 500 secrets could not be read (memory store at this process)
      unavailable: read: connection refused (vault store at https://vault.acme.lab)
        for path/000, path/001, path/002 and 497 more

    help:
    check that the address is right and the server is up
    ");
}

#[tokio::test]
async fn what_failed_what_is_missing_and_what_is_wrong_are_reported_at_once_and_told_apart() {
    let (store, mut manifests) = many(4);
    store.put("key", secret_store::SecretFields::plain("ssh-ed25519 AAAA"));
    manifests.push(simple("gone", "gone"));
    let ssh = crate::setup::manifest("deploy", "ci")
        .secret_type("ssh-auth")
        .source("key")
        .data_key("ssh-privatekey");
    manifests.push(ssh.build().unwrap());
    let denied = StoreErrorKind::PermissionDenied;
    let setup = Setup::faulty(
        FaultyStore::new(store)
            .with(Fault::error(unreachable()).on(Operation::Read).at("path/000"))
            .with(Fault::failing(denied).on(Operation::Read).at("path/001"))
            .with(Fault::failing(denied).on(Operation::Read).at("path/002"))
            .with(Fault::failing(StoreErrorKind::Corrupt).on(Operation::Read).at("path/003")),
    );
    let error = setup.refused(&manifests).await;
    assert_eq!(error.kind(), ErrorKind::Store);
    assert!(!error.is_retryable());
    insta::assert_snapshot!(shown(&error), @"
    store: nothing was written: 4 secrets could not be read, 1 source is missing, 1 value cannot be used (memory store at this process)
      unavailable: read path/000: connection refused (vault store at https://vault.acme.lab)
      permission-denied: read: it was told to fail (faulty store)
        for path/001, path/002
      corrupt: read path/003: it was told to fail (faulty store)
      gone: no such secret
        for default/gone, key password from gone
      ci/deploy, key ssh-privatekey: is a public key

    help:
    check that the address is right and the server is up
    put what is missing into the store, or correct the source in the manifest
    ssh-privatekey: store the private key: the file without .pub
    ");
    let Error::NotReady(not_ready) = error else { panic!("{error:?}") };
    assert_eq!((not_ready.failed.len(), not_ready.missing.len(), not_ready.invalid.len()), (3, 1, 1));
}

#[tokio::test]
async fn failures_that_are_all_different_are_cut_short() {
    let (store, manifests) = many(30);
    let store = FaultyStore::new(store);
    for index in 0..30 {
        let detail = Detail::new("read", format!("bad header in file {index}"));
        let error = StoreError::new(StoreErrorKind::Corrupt, detail);
        store.inject(Fault::error(error).at(&format!("path/{index:03}")));
    }
    let error = Setup::faulty(store).refused(&manifests).await;
    assert_eq!(error.to_string().lines().count(), 12);
    assert!(error.to_string().ends_with("and 20 more that failed otherwise"));
}

#[tokio::test]
async fn a_file_that_may_not_be_written_is_found_before_any_value_is_read() {
    let (store, manifests) = many(1);
    let setup = Setup::new(store);
    std::fs::create_dir(setup.folder.path().join("k8s")).unwrap();
    symlink("/dev/null", setup.file()).unwrap();
    let error = setup.build(&manifests).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Write);
    let folder = setup.folder.path().display().to_string();
    insta::assert_snapshot!(shown(&error).replace(&folder, "[folder]"), @"
    write: cannot write k8s/secrets.yaml: [folder]/k8s/secrets.yaml is a symbolic link, not a regular file

    help:
    move [folder]/k8s/secrets.yaml out of the way
    ");
    assert_eq!(setup.store.counts().total(), 0);
}

#[tokio::test]
async fn a_file_that_git_tracks_is_refused_before_any_value_is_read() {
    let (store, manifests) = many(1);
    let setup = Setup::new(store);
    std::fs::create_dir(setup.folder.path().join("k8s")).unwrap();
    std::fs::write(setup.file(), "").unwrap();
    for arguments in [&["init", "-q"][..], &["add", "k8s/secrets.yaml"]] {
        let status = std::process::Command::new("git").args(arguments).current_dir(&setup.folder).status();
        assert!(status.expect("this test needs git").success());
    }
    let error = setup.build(&manifests).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Write);
    let folder = setup.folder.path().display().to_string();
    insta::assert_snapshot!(shown(&error).replace(&folder, "[folder]"), @"
    write: cannot write k8s/secrets.yaml: [folder]/k8s/secrets.yaml is tracked by Git: secret values must not be written there

    help:
    write to a directory that Git ignores, or run: git rm --cached -- '[folder]/k8s/secrets.yaml'
    values committed earlier stay in the history: rotate them
    ");
    assert_eq!(setup.store.counts().total(), 0);
}
