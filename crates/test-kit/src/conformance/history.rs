//! Old versions.
#![expect(clippy::missing_panics_doc, reason = "a behaviour panics when the store does not behave")]

use secret_store::{ErrorKind, ReadOptions, SecretFields, SecretVersion};

use super::fixture::{Fixture, expect_fields, expect_kind, expect_ok};
use crate::path;

/// An old version can be read, or the store says that it keeps none; of numbered versions, the current one by its number.
pub async fn an_old_version_can_be_read(fixture: Fixture) {
    let (first, second) = (fixture.put("A", "1").await, fixture.put("A", "2").await);
    for (version, value) in [(first, "1"), (second, "2")] {
        let answer = fixture.store().read(&path("A"), ReadOptions::version(version.clone())).await;
        let is_numbered = fixture.store().versioned().is_some();
        if fixture.capabilities().history || (is_numbered && value == "2") {
            let secret = expect_ok(answer, &format!("reading version {version}"));
            expect_fields("A", &secret, &SecretFields::plain(value));
            assert_eq!(secret.version, Some(version), "the version that was asked for");
        } else if is_numbered {
            expect_kind(answer, ErrorKind::NotFound, "reading a version that is not kept");
        } else {
            expect_kind(answer, ErrorKind::Unsupported, "reading a version");
        }
    }
    fixture.expect_value("A", "2").await;
}

/// A version that never was is not found, also where it is not even a version.
pub async fn an_unknown_version_is_not_found(fixture: Fixture) {
    fixture.put("A", "1").await;
    let knows_versions = fixture.capabilities().history || fixture.store().versioned().is_some();
    let kind = if knows_versions { ErrorKind::NotFound } else { ErrorKind::Unsupported };
    for version in ["999999999", "no version", ""] {
        let options = ReadOptions::version(SecretVersion::new(version));
        let answer = fixture.store().read(&path("A"), options).await;
        let error = expect_kind(answer, kind, &format!("reading the unknown version {version:?}"));
        assert!(error.to_string().contains('A'), "the error must name the path: {error}");
    }
}
