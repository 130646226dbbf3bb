//! Many reads at once.

use secret_store::{ErrorKind, SecretFields, SecretPath};

use super::fixture::{Fixture, expect_fields, expect_kind, expect_ok};
use crate::path;

async fn expect_many(fixture: &Fixture, expected: &[(&str, Option<&str>)]) {
    let paths: Vec<SecretPath> = expected.iter().map(|(at, _)| path(at)).collect();
    let answers = fixture.store().read_many(&paths).await;
    assert_eq!(answers.len(), paths.len(), "one answer for each path");
    for (answer, (at, value)) in answers.into_iter().zip(expected) {
        if let Some(value) = value {
            let secret = expect_ok(answer, &format!("reading {at:?} among others"));
            expect_fields(at, &secret, &SecretFields::plain(*value));
        } else {
            let error = expect_kind(answer, ErrorKind::NotFound, &format!("reading {at:?} among others"));
            assert!(error.to_string().contains(at), "the error must name {at:?}: {error}");
        }
    }
}

/// Nothing asked, nothing answered.
pub async fn reading_none_of_many_answers_nothing(fixture: Fixture) {
    fixture.put("A", "1").await;
    expect_many(&fixture, &[]).await;
}

/// The answers are in the order of the paths.
pub async fn reading_many_keeps_the_order(fixture: Fixture) {
    for (at, value) in [("a", "1"), ("b/c", "2"), ("d", "3")] {
        fixture.put(at, value).await;
    }
    expect_many(&fixture, &[("d", Some("3")), ("a", Some("1")), ("b/c", Some("2"))]).await;
}

/// A path that is asked for twice is answered twice.
pub async fn reading_many_answers_a_path_twice(fixture: Fixture) {
    fixture.put("a", "1").await;
    fixture.put("b", "2").await;
    let a = ("a", Some("1"));
    expect_many(&fixture, &[a, ("b", Some("2")), a, a, ("gone", None), ("gone", None)]).await;
}

/// What is missing is not found; the rest is read.
pub async fn reading_many_fails_only_for_what_fails(fixture: Fixture) {
    fixture.put("a", "1").await;
    fixture.put("c", "3").await;
    expect_many(
        &fixture,
        &[("MISSING", None), ("a", Some("1")), ("b", None), ("c", Some("3")), ("a/x", None)],
    )
    .await;
}

/// Many more than are read at once are read.
pub async fn reading_very_many_answers_all(fixture: Fixture) {
    let paths: Vec<String> = (0..40).map(|i| format!("many/{i}")).collect();
    for at in &paths {
        fixture.put(at, at.as_str()).await;
    }
    let expected: Vec<_> =
        paths.iter().cycle().take(120).map(|at| (at.as_str(), Some(at.as_str()))).collect();
    expect_many(&fixture, &expected).await;
}
