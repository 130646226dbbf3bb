//! Lists.

use secret_store::SecretPath;

use super::fixture::{Fixture, expect_ok};
use crate::path;

/// An empty store lists nothing, and that is no error.
pub async fn an_empty_store_lists_nothing(fixture: Fixture) {
    fixture.expect_list(None, &[]).await;
    fixture.expect_list(Some("any/prefix"), &[]).await;
}

/// All is listed, at any depth, sorted.
pub async fn a_list_is_complete_and_sorted(fixture: Fixture) {
    let sorted = ["A", "B/b", "a", "b/a", "b/c/d/e/f", "b/c/d2", "b.c", "z"];
    for at in ["z", "b/c/d/e/f", "a", "b.c", "B/b", "b/c/d2", "A", "b/a"] {
        fixture.put(at, "1").await;
    }
    let mut expected: Vec<SecretPath> = sorted.into_iter().map(path).collect();
    expected.sort();
    let expected: Vec<_> = expected.iter().map(SecretPath::as_str).collect();
    fixture.expect_list(None, &expected).await;
}

/// A prefix is taken in whole segments.
pub async fn a_prefix_is_whole_segments(fixture: Fixture) {
    for at in ["ab", "ab/x", "abc/x", "ab.x/y", "ab-x/y", "a/b/x", "AB/x"] {
        if at == "ab" && !fixture.capabilities().nested {
            continue;
        }
        fixture.put(at, "1").await;
    }
    fixture.expect_list(Some("ab"), &["ab/x"]).await;
    fixture.expect_list(Some("a"), &["a/b/x"]).await;
    fixture.expect_list(Some("a/b"), &["a/b/x"]).await;
}

/// A secret at the prefix is not below it.
pub async fn a_secret_is_not_below_itself(fixture: Fixture) {
    fixture.put("a", "1").await;
    fixture.expect_list(Some("a"), &[]).await;
    fixture.expect_list(Some("a/b"), &[]).await;
    fixture.expect_list(None, &["a"]).await;
}

/// What is deleted is not listed, and leaves nothing behind.
pub async fn a_list_forgets_what_is_deleted(fixture: Fixture) {
    fixture.put("a/b/c", "1").await;
    fixture.put("a/d", "2").await;
    expect_ok(fixture.store().delete(&path("a/b/c")).await, "deleting");
    fixture.expect_list(None, &["a/d"]).await;
    fixture.expect_list(Some("a/b"), &[]).await;
}
