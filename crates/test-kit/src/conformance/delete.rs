//! What is deleted is gone, and nothing else.

use super::fixture::{Fixture, expect_ok};
use crate::path;

/// What is deleted is gone.
pub async fn what_is_deleted_is_gone(fixture: Fixture) {
    fixture.put("A", "1").await;
    fixture.put("B", "2").await;
    expect_ok(fixture.store().delete(&path("A")).await, "deleting");
    fixture.expect_nothing("A").await;
    fixture.expect_value("B", "2").await;
    fixture.expect_list(None, &["B"]).await;
}

/// There being nothing to delete is success.
pub async fn deleting_nothing_is_success(fixture: Fixture) {
    expect_ok(fixture.store().delete(&path("A")).await, "deleting what never was");
    expect_ok(fixture.store().delete(&path("never/was/here")).await, "deleting below what never was");
    fixture.put("A", "1").await;
    for _ in 0..2 {
        expect_ok(fixture.store().delete(&path("A")).await, "deleting");
    }
    fixture.expect_nothing("A").await;
}

/// Deleting above secrets, or below one, does not touch them.
pub async fn deleting_leaves_what_is_above_and_below(fixture: Fixture) {
    fixture.put("a/b/c", "1").await;
    for nothing in ["a", "a/b", "a/b/c/d"] {
        expect_ok(fixture.store().delete(&path(nothing)).await, "deleting where there is no secret");
    }
    fixture.expect_value("a/b/c", "1").await;
    if fixture.capabilities().nested {
        fixture.put("a/b", "2").await;
        expect_ok(fixture.store().delete(&path("a/b")).await, "deleting a secret with secrets below it");
        fixture.expect_value("a/b/c", "1").await;
        fixture.expect_nothing("a/b").await;
    }
}

/// A path is free again after a delete, also for secrets below it.
pub async fn a_path_is_free_again_after_a_delete(fixture: Fixture) {
    fixture.put("a", "1").await;
    expect_ok(fixture.store().delete(&path("a")).await, "deleting");
    fixture.put("a", "2").await;
    fixture.expect_value("a", "2").await;
    expect_ok(fixture.store().delete(&path("a")).await, "deleting");
    fixture.put("a/b", "3").await;
    fixture.expect_value("a/b", "3").await;
    expect_ok(fixture.store().delete(&path("a/b")).await, "deleting");
    fixture.put("a", "4").await;
    fixture.expect_value("a", "4").await;
    fixture.expect_list(None, &["a"]).await;
}
