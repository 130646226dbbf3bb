//! Numbered versions and notes.

mod gone;
mod metadata;
mod number;

use std::collections::BTreeMap;
use std::sync::Arc;

use secret_store::{
    ErrorKind, MetadataUpdate, ReadOptions, Result, Secret, SecretMetadata, SecretVersion, VersionInfo,
    VersionedStore,
};

pub use self::gone::*;
pub use self::metadata::*;
pub use self::number::*;
use super::fixture::{Fixture, expect_kind, expect_ok};
use crate::path;

pub(super) fn versions(fixture: &Fixture) -> &dyn VersionedStore {
    fixture.store().versioned().expect("the store must have numbered versions")
}

pub(super) async fn metadata(fixture: &Fixture, at: &str) -> SecretMetadata {
    expect_ok(versions(fixture).metadata(&path(at)).await, "reading the metadata")
}

pub(super) async fn read(fixture: &Fixture, at: &str, number: Option<u64>) -> Result<Secret> {
    let version = number.map(|number| SecretVersion::new(number.to_string()));
    let options = version.map_or_else(ReadOptions::current, ReadOptions::version);
    fixture.store().read(&path(at), options).await
}

pub(super) fn info(secret: &Secret) -> &VersionInfo {
    secret.info.as_deref().expect("a read must tell which version it is")
}

/// The version that a read does not find because it is gone.
pub(super) fn gone(answer: Result<Secret>, doing: &str) -> Arc<VersionInfo> {
    let error = expect_kind(answer, ErrorKind::NotFound, doing);
    error
        .gone()
        .cloned()
        .unwrap_or_else(|| panic!("{doing}: the error must say which version is gone: {error}"))
}

pub(super) fn notes(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect()
}

pub(super) async fn note(fixture: &Fixture, at: &str, update: MetadataUpdate) {
    expect_ok(versions(fixture).update_metadata(&path(at), update).await, "changing the metadata");
}
