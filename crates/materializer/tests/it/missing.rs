//! What is declared and not in the store.

use events::Operation;
use k8s_bundle::SecretManifest;
use materializer::{Error, ErrorKind, MissingPart};
use secret_store::{Capabilities, ErrorKind as StoreErrorKind};
use test_kit::{Fault, FaultyStore, InMemorySecretStore};

use crate::setup::{Setup, manifest, shown, simple};

fn store() -> InMemorySecretStore {
    InMemorySecretStore::new()
        .with("GITLAB_ROOT_PASSWORD", "correct horse")
        .with("apps/registry", "x")
        .with_fields("infrastructure/minio", [("rootUser", "minio"), ("rootPassword", "battery staple")])
}

fn manifests() -> Vec<SecretManifest> {
    vec![
        manifest("gitlab-root", "gitlab").source("GITLAB_ROOT_PASWORD").data_key("password").build().unwrap(),
        SecretManifest::builder("minio")
            .namespaces(["backups", "apps"])
            .data("user", ("infrastructure/minio", "root_user"))
            .data("password", ("infrastructure/minio", "rootPassword"))
            .data("all", "infrastructure/minio")
            .build()
            .unwrap(),
        manifest("pull", "apps").source("infrastructure/registry").build().unwrap(),
        manifest("far", "apps").source("nothing/like/it").build().unwrap(),
    ]
}

#[tokio::test]
async fn everything_missing_is_in_one_error_with_what_may_have_been_meant() {
    let setup = Setup::new(store());
    let error = setup.refused(&manifests()).await;
    insta::assert_snapshot!(shown(&error), @"
    missing: nothing was written: 5 sources are missing (memory store at this process)
      GITLAB_ROOT_PASWORD: no such secret; near it: GITLAB_ROOT_PASSWORD
        for gitlab/gitlab-root, key password from GITLAB_ROOT_PASWORD
      infrastructure/minio: no field value; it has rootPassword, rootUser
        for apps/minio, key all from infrastructure/minio
        for backups/minio, key all from infrastructure/minio
      infrastructure/minio: no field root_user; near it: rootUser; it has rootPassword, rootUser
        for apps/minio, key user from infrastructure/minio#root_user
        for backups/minio, key user from infrastructure/minio#root_user
      infrastructure/registry: no such secret; near it: apps/registry
        for apps/pull, key value from infrastructure/registry
      nothing/like/it: no such secret
        for apps/far, key value from nothing/like/it

    help:
    put what is missing into the store, or correct the source in the manifest
    infrastructure/minio is a map: name the field, as in {key: infrastructure/minio, property: FIELD}
    add the field to infrastructure/minio, or correct the property in the manifest
    ");
    assert_eq!(setup.store.counts().lists.len(), 1);
}

#[tokio::test]
async fn what_is_missing_can_be_read_by_programs() {
    let error = Setup::new(store()).refused(&manifests()[..1]).await;
    assert_eq!(error.kind(), ErrorKind::Missing);
    assert!(!error.is_retryable());
    let Error::NotReady(not_ready) = error else { panic!("{error:?}") };
    let [missing] = not_ready.missing.as_slice() else { panic!("{not_ready:?}") };
    assert_eq!(missing.path.as_ref().unwrap().as_str(), "GITLAB_ROOT_PASWORD");
    assert_eq!(missing.needed_by[0].secret.to_string(), "gitlab/gitlab-root");
    let MissingPart::Secret { nearest } = &missing.what else { panic!("{missing:?}") };
    assert_eq!(nearest[0].as_str(), "GITLAB_ROOT_PASSWORD");
}

#[tokio::test]
async fn a_build_that_fails_leaves_the_old_file_as_it_was() {
    let setup = Setup::new(store());
    setup.build(&[simple("a", "GITLAB_ROOT_PASSWORD")]).await.unwrap();
    let before = (setup.yaml(), setup.file().metadata().unwrap().modified().unwrap());
    setup.build(&manifests()).await.unwrap_err();
    assert_eq!((setup.yaml(), setup.file().metadata().unwrap().modified().unwrap()), before);
    assert_eq!(setup.bus.events().len(), 1);
}

#[tokio::test]
async fn a_store_that_cannot_list_is_said_to_be_why_nothing_is_suggested() {
    let mut capabilities = Capabilities::full();
    capabilities.list = false;
    let setup = Setup::new(InMemorySecretStore::with_capabilities(capabilities));
    insta::assert_snapshot!(setup.refused(&manifests()[..1]).await, @"
    nothing was written: 1 source is missing (memory store at this process)
      GITLAB_ROOT_PASWORD: no such secret
        for gitlab/gitlab-root, key password from GITLAB_ROOT_PASWORD
      no near path is suggested, because the store does not say what it has: list: this store cannot list (memory store at this process)
    ");
}

#[tokio::test]
async fn a_list_that_fails_hides_nothing_of_what_is_missing() {
    let fault = Fault::failing(StoreErrorKind::PermissionDenied).on(Operation::List);
    let setup = Setup::faulty(FaultyStore::new(store()).with(fault));
    let error = setup.refused(&manifests()[..1]).await;
    assert_eq!(error.kind(), ErrorKind::Missing);
    insta::assert_snapshot!(error, @"
    nothing was written: 1 source is missing (memory store at this process)
      GITLAB_ROOT_PASWORD: no such secret
        for gitlab/gitlab-root, key password from GITLAB_ROOT_PASWORD
      no near path is suggested, because the store does not say what it has: list: it was told to fail (faulty store)
    ");
}

#[tokio::test]
async fn a_missing_field_alone_asks_for_no_list() {
    let setup = Setup::new(store());
    let error = setup.refused(&manifests()[1..2]).await;
    assert_eq!(error.kind(), ErrorKind::Missing);
    assert_eq!(setup.store.counts().lists.len(), 0);
}
