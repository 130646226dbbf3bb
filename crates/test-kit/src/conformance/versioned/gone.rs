//! What is deleted, destroyed or removed.
#![expect(clippy::missing_panics_doc, reason = "a behaviour panics when the store does not behave")]

use secret_store::{ErrorKind, MetadataUpdate, SecretFields};

use super::super::fixture::{Fixture, expect_fields, expect_kind, expect_ok};
use super::{gone, metadata, note, notes, read, versions};
use crate::path;

/// After a delete the version is gone and named, its number is not used again, and others are told.
pub async fn a_deleted_version_is_gone_and_its_number_is_not_used_again(fixture: Fixture) {
    fixture.put("A", "1").await;
    fixture.put("A", "2").await;
    expect_ok(fixture.store().delete(&path("A")).await, "deleting");
    let gone_version = gone(read(&fixture, "A", None).await, "reading what was deleted");
    assert!(gone_version.number == 2 && gone_version.version.deleted.is_some(), "{gone_version:?}");
    let metadata = metadata(&fixture, "A").await;
    assert_eq!(metadata.current_version, 2);
    assert!(metadata.versions[&2].deleted.is_some(), "{metadata:?}");
    fixture.expect_list(None, &[]).await;
    assert_eq!(fixture.put("A", "3").await.as_str(), "3");
    fixture.expect_value("A", "3").await;
}

/// When the newest version is gone, no older one takes its place.
pub async fn an_older_version_does_not_become_the_current_one(fixture: Fixture) {
    fixture.put("A", "1").await;
    fixture.put("A", "2").await;
    expect_ok(versions(&fixture).delete_versions(&path("A"), &[2]).await, "deleting a version");
    assert_eq!(gone(read(&fixture, "A", None).await, "reading what was deleted").number, 2);
    assert_eq!(gone(read(&fixture, "A", Some(2)).await, "reading it by its number").number, 2);
    let old = read(&fixture, "A", Some(1)).await;
    if fixture.capabilities().history {
        expect_fields("A", &expect_ok(old, "reading an old version"), &SecretFields::plain("1"));
    } else {
        expect_kind(old, ErrorKind::NotFound, "reading a version that is not kept");
    }
}

/// What happens to old versions happens to the current one only when it is named.
pub async fn old_versions_are_changed_alone(fixture: Fixture) {
    for value in ["1", "2", "3"] {
        fixture.put("A", value).await;
    }
    let store = versions(&fixture);
    expect_ok(store.delete_versions(&path("A"), &[1, 2]).await, "deleting old versions");
    expect_ok(store.undelete(&path("A"), &[2]).await, "bringing an old version back");
    expect_ok(store.destroy(&path("A"), &[1]).await, "destroying an old version");
    fixture.expect_value("A", "3").await;
    let (first, second) = (read(&fixture, "A", Some(1)).await, read(&fixture, "A", Some(2)).await);
    if fixture.capabilities().history {
        assert!(gone(first, "reading what was destroyed").version.destroyed);
        expect_fields("A", &expect_ok(second, "reading what came back"), &SecretFields::plain("2"));
    } else {
        expect_kind(first, ErrorKind::NotFound, "reading a version that is not kept");
        expect_kind(second, ErrorKind::NotFound, "reading a version that is not kept");
    }
}

/// What was deleted comes back where its fields are kept, and is destroyed elsewhere.
pub async fn what_is_deleted_comes_back_where_it_is_kept(fixture: Fixture) {
    fixture.put("A", "1").await;
    expect_ok(versions(&fixture).delete_versions(&path("A"), &[1]).await, "deleting a version");
    let was = gone(read(&fixture, "A", None).await, "reading what was deleted");
    expect_ok(versions(&fixture).undelete(&path("A"), &[1]).await, "bringing a version back");
    if fixture.capabilities().history {
        assert!(!was.version.destroyed, "{was:?}");
        fixture.expect_value("A", "1").await;
        assert!(metadata(&fixture, "A").await.versions[&1].deleted.is_none());
    } else {
        assert!(was.version.destroyed, "without history nothing comes back: {was:?}");
        gone(read(&fixture, "A", None).await, "reading what was destroyed");
    }
}

/// What was destroyed does not come back.
pub async fn what_is_destroyed_stays_destroyed(fixture: Fixture) {
    fixture.put("A", "1").await;
    expect_ok(versions(&fixture).destroy(&path("A"), &[1]).await, "destroying");
    let was = gone(read(&fixture, "A", None).await, "reading what was destroyed");
    assert!(was.number == 1 && was.version.destroyed, "{was:?}");
    expect_ok(versions(&fixture).undelete(&path("A"), &[1]).await, "bringing back what was destroyed");
    gone(read(&fixture, "A", None).await, "reading what was destroyed");
    assert!(metadata(&fixture, "A").await.versions[&1].destroyed);
    assert_eq!(fixture.put("A", "2").await.as_str(), "2");
}

/// Versions that are not there are passed over; no version is refused.
pub async fn versions_that_are_not_there_are_passed_over(fixture: Fixture) {
    fixture.put("A", "1").await;
    let store = versions(&fixture);
    for at in ["A", "never"] {
        for result in [
            store.delete_versions(&path(at), &[7]).await,
            store.undelete(&path(at), &[7]).await,
            store.destroy(&path(at), &[7]).await,
        ] {
            expect_ok(result, "changing a version that is not there");
        }
    }
    expect_kind(store.delete_versions(&path("A"), &[]).await, ErrorKind::Invalid, "deleting no version");
    expect_kind(store.undelete(&path("A"), &[]).await, ErrorKind::Invalid, "undeleting no version");
    expect_kind(store.destroy(&path("A"), &[]).await, ErrorKind::Invalid, "destroying no version");
    fixture.expect_value("A", "1").await;
}

/// What is removed is gone with its versions and notes, and begins anew.
pub async fn what_is_removed_begins_anew(fixture: Fixture) {
    fixture.put("A", "1").await;
    fixture.put("A", "2").await;
    note(&fixture, "A", MetadataUpdate::new().with_notes(notes(&[("a", "1")]))).await;
    for _ in 0..2 {
        expect_ok(versions(&fixture).remove(&path("A")).await, "removing");
    }
    let error = expect_kind(read(&fixture, "A", None).await, ErrorKind::NotFound, "reading what was removed");
    assert!(error.gone().is_none(), "nothing is known of it any more: {error}");
    expect_kind(
        versions(&fixture).metadata(&path("A")).await,
        ErrorKind::NotFound,
        "metadata of what was removed",
    );
    assert_eq!(fixture.put("A", "3").await.as_str(), "1");
    assert!(metadata(&fixture, "A").await.notes.is_empty());
}

/// What is done to a secret's versions leaves what is above and below.
pub async fn changes_leave_what_is_above_and_below(fixture: Fixture) {
    fixture.put("a/b/c", "1").await;
    for nothing in ["a", "a/b", "a/b/c/d"] {
        expect_ok(versions(&fixture).remove(&path(nothing)).await, "removing where there is no secret");
        expect_ok(versions(&fixture).destroy(&path(nothing), &[1]).await, "destroying where there is none");
    }
    fixture.expect_value("a/b/c", "1").await;
    if fixture.capabilities().nested {
        fixture.put("a/b", "2").await;
        note(&fixture, "a/b", MetadataUpdate::new().with_notes(notes(&[("owner", "ada")]))).await;
        assert!(metadata(&fixture, "a/b/c").await.notes.is_empty());
        expect_ok(versions(&fixture).remove(&path("a/b")).await, "removing a secret with secrets below it");
        fixture.expect_value("a/b/c", "1").await;
        assert_eq!(metadata(&fixture, "a/b/c").await.current_version, 1);
        fixture.expect_nothing("a/b").await;
    }
}
