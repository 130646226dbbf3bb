//! What is not there is not found, by that name.
#![expect(clippy::missing_panics_doc, reason = "a behaviour panics when the store does not behave")]

use secret_store::{ErrorKind, SecretStoreExt as _};

use super::fixture::{Fixture, expect_kind, expect_ok};
use crate::path;

/// A secret that is missing is not found, and the error has its path, in words and as data.
pub async fn a_missing_secret_is_not_found_by_name(fixture: Fixture) {
    for missing in ["MISSING_KEY", "missing/below/nothing"] {
        let error =
            expect_kind(fixture.read(missing).await, ErrorKind::NotFound, "reading what is not there");
        assert!(error.to_string().contains(missing), "the error must name {missing:?}: {error}");
        assert_eq!(error.path(), Some(&path(missing)), "the path of the error");
        assert!(!error.is_retryable(), "what is not there is not there the next time either: {error}");
    }
}

/// What is above a secret is not a secret.
pub async fn above_a_secret_is_no_secret(fixture: Fixture) {
    fixture.put("a/b/c", "1").await;
    fixture.expect_nothing("a").await;
    fixture.expect_nothing("a/b").await;
}

/// What is below a secret is not a secret.
pub async fn below_a_secret_is_no_secret(fixture: Fixture) {
    fixture.put("a", "1").await;
    fixture.expect_nothing("a/b").await;
    fixture.expect_nothing("a/b/c").await;
    fixture.expect_nothing("a/value").await;
}

/// A field that is missing is not found; the error names it, and those that there are.
pub async fn a_missing_field_is_not_found_by_name(fixture: Fixture) {
    fixture.put("A", "1").await;
    let answer = fixture.store().read_field(&path("A"), "passwort").await;
    let error = expect_kind(answer, ErrorKind::NotFound, "reading a field that is not there");
    let text = error.to_string();
    assert!(text.contains("passwort") && text.contains("value"), "both names must be in: {text}");
}

/// Whether a secret exists is answered without an error.
pub async fn existence_is_answered(fixture: Fixture) {
    fixture.put("A", "1").await;
    assert!(expect_ok(fixture.store().exists(&path("A")).await, "asking whether A exists"));
    assert!(!expect_ok(fixture.store().exists(&path("B")).await, "asking whether B exists"));
}
