//! Numbered versions and notes.
#![expect(clippy::missing_panics_doc, reason = "a behaviour panics when the store does not behave")]

use std::collections::BTreeMap;
use std::sync::Arc;

use secret_store::{
    ErrorKind, MetadataUpdate, Precondition, ReadOptions, Result, Secret, SecretFields, SecretMetadata,
    SecretVersion, VersionInfo, VersionedStore, WriteOptions,
};

use super::fixture::{Fixture, expect_fields, expect_kind, expect_ok};
use crate::path;

fn versions(fixture: &Fixture) -> &dyn VersionedStore {
    fixture.store().versioned().expect("the store must have numbered versions")
}

async fn metadata(fixture: &Fixture, at: &str) -> SecretMetadata {
    expect_ok(versions(fixture).metadata(&path(at)).await, "reading the metadata")
}

async fn read(fixture: &Fixture, at: &str, number: Option<u64>) -> Result<Secret> {
    let version = number.map(|number| SecretVersion::new(number.to_string()));
    let options = version.map_or_else(ReadOptions::current, ReadOptions::version);
    fixture.store().read(&path(at), options).await
}

fn info(secret: &Secret) -> &VersionInfo {
    secret.info.as_deref().expect("a read must tell which version it is")
}

/// The version that a read does not find because it is gone.
fn gone(answer: Result<Secret>, doing: &str) -> Arc<VersionInfo> {
    let error = expect_kind(answer, ErrorKind::NotFound, doing);
    error
        .gone()
        .cloned()
        .unwrap_or_else(|| panic!("{doing}: the error must say which version is gone: {error}"))
}

fn notes(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect()
}

async fn note(fixture: &Fixture, at: &str, update: MetadataUpdate) {
    expect_ok(versions(fixture).update_metadata(&path(at), update).await, "changing the metadata");
}

/// Versions count from 1, by one, for each secret alone; a read and the metadata say the same.
pub async fn versions_count_from_one(fixture: Fixture) {
    for number in 1..=3_u64 {
        let version = fixture.put("A", number.to_string().as_str()).await;
        assert_eq!(version.as_str(), number.to_string());
        let secret = expect_ok(read(&fixture, "A", None).await, "reading");
        assert_eq!((info(&secret).number, secret.version.as_ref()), (number, Some(&version)));
        assert_eq!(metadata(&fixture, "A").await.current_version, number);
    }
    assert_eq!(fixture.put("B", "1").await.as_str(), "1");
    let metadata = metadata(&fixture, "A").await;
    let current = &metadata.versions[&3];
    assert!(current.deleted.is_none() && !current.destroyed, "{metadata:?}");
}

/// The current version is read by its number; an older one where the store keeps history, and is not found elsewhere.
pub async fn a_version_is_read_by_its_number(fixture: Fixture) {
    fixture.put("A", "1").await;
    fixture.put("A", "2").await;
    let secret = expect_ok(read(&fixture, "A", Some(2)).await, "reading the current version");
    expect_fields("A", &secret, &SecretFields::plain("2"));
    let old = read(&fixture, "A", Some(1)).await;
    if fixture.capabilities().history {
        let secret = expect_ok(old, "reading an old version");
        expect_fields("A", &secret, &SecretFields::plain("1"));
        assert_eq!(info(&secret).number, 1);
    } else {
        expect_kind(old, ErrorKind::NotFound, "reading a version that is not kept");
    }
    for never in [3, 99] {
        let error = expect_kind(
            read(&fixture, "A", Some(never)).await,
            ErrorKind::NotFound,
            "a version that never was",
        );
        assert!(error.gone().is_none(), "what never was is not gone: {error}");
    }
}

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

/// Of what never was there is no metadata, and an update makes some only when it says so.
pub async fn metadata_of_nothing_is_not_found(fixture: Fixture) {
    let store = versions(&fixture);
    expect_kind(store.metadata(&path("A")).await, ErrorKind::NotFound, "reading the metadata of nothing");
    let update = MetadataUpdate::new().with_notes(notes(&[("owner", "ada")]));
    let refused = store.update_metadata(&path("A"), update.clone()).await;
    expect_kind(refused, ErrorKind::NotFound, "changing the metadata of nothing");
    note(&fixture, "A", update.creating()).await;
    let known = metadata(&fixture, "A").await;
    assert_eq!((known.current_version, known.versions.len()), (0, 0));
    assert_eq!(*known.notes, notes(&[("owner", "ada")]));
    fixture.expect_nothing("A").await;
    let absent = WriteOptions::replace().with_precondition(Precondition::Absent);
    let version = expect_ok(fixture.write("A", SecretFields::plain("1"), absent).await, "the first version");
    assert_eq!(version.as_str(), "1");
    assert_eq!(
        *info(&expect_ok(read(&fixture, "A", None).await, "reading")).notes,
        notes(&[("owner", "ada")])
    );
}

/// Notes are replaced, merged and removed, make no version, and are read with the secret.
pub async fn notes_are_replaced_merged_and_removed(fixture: Fixture) {
    fixture.put("A", "1").await;
    fixture.expect_value("A", "1").await;
    note(&fixture, "A", MetadataUpdate::new().with_notes(notes(&[("a", "1"), ("b", "2")]))).await;
    let changes = BTreeMap::from([("a".to_owned(), None), ("c".to_owned(), Some("drei \u{fc}".to_owned()))]);
    note(&fixture, "A", MetadataUpdate::new().with_changed_notes(changes)).await;
    let merged = notes(&[("b", "2"), ("c", "drei \u{fc}")]);
    assert_eq!(*metadata(&fixture, "A").await.notes, merged);
    let secret = expect_ok(read(&fixture, "A", None).await, "reading");
    assert_eq!((info(&secret).number, &*info(&secret).notes), (1, &merged));
    fixture.put("A", "2").await;
    assert_eq!(*metadata(&fixture, "A").await.notes, merged, "a write keeps the notes");
    note(&fixture, "A", MetadataUpdate::new().with_notes(notes(&[("d", "4")]))).await;
    assert_eq!(*metadata(&fixture, "A").await.notes, notes(&[("d", "4")]));
    note(&fixture, "A", MetadataUpdate::new().with_notes(notes(&[]))).await;
    assert!(metadata(&fixture, "A").await.notes.is_empty());
    fixture.expect_value("A", "2").await;
}

/// Notes beyond the limits are refused, and nothing has changed.
pub async fn notes_beyond_the_limits_are_refused(fixture: Fixture) {
    fixture.put("A", "1").await;
    note(&fixture, "A", MetadataUpdate::new().with_notes(notes(&[("owner", "ada")]))).await;
    let many: Vec<_> = (0..65).map(|number| number.to_string()).collect();
    let many: Vec<_> = many.iter().map(|key| (key.as_str(), "x")).collect();
    let (long_key, long_text) = ("k".repeat(129), "x".repeat(513));
    for refused in
        [notes(&many), notes(&[(&long_key, "x")]), notes(&[("k", &long_text)]), notes(&[("", "x")])]
    {
        let update = MetadataUpdate::new().with_notes(refused);
        let answer = versions(&fixture).update_metadata(&path("A"), update).await;
        expect_kind(answer, ErrorKind::Invalid, "a note beyond the limits");
    }
    assert_eq!(*metadata(&fixture, "A").await.notes, notes(&[("owner", "ada")]));
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

/// A number as precondition lets the right write through, and no other.
pub async fn a_number_is_a_precondition(fixture: Fixture) {
    fixture.put("A", "1").await;
    fixture.put("A", "2").await;
    let under = |number: u64| {
        WriteOptions::replace()
            .with_precondition(Precondition::Version(SecretVersion::new(number.to_string())))
    };
    for stale in [1, 3, 0] {
        let answer = fixture.write("A", SecretFields::plain("x"), under(stale)).await;
        expect_kind(answer, ErrorKind::Conflict, "a write under another number");
    }
    let version = expect_ok(fixture.write("A", SecretFields::plain("3"), under(2)).await, "under the number");
    assert_eq!(version.as_str(), "3");
    fixture.expect_value("A", "3").await;
}
