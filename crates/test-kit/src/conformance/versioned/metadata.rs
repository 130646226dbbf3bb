//! Settings and notes.
#![expect(clippy::missing_panics_doc, reason = "a behaviour panics when the store does not behave")]

use std::collections::BTreeMap;
use std::time::Duration;

use secret_store::{ErrorKind, MetadataUpdate, Precondition, SecretFields, SecretVersion, WriteOptions};

use super::super::concurrency::at_once;
use super::super::fixture::{Fixture, expect_kind, expect_ok};
use super::{info, metadata, note, notes, read, versions};
use crate::path;

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

/// An update that names nothing makes nothing, and changes nothing.
pub async fn an_update_of_nothing_does_nothing(fixture: Fixture) {
    let store = versions(&fixture);
    expect_ok(store.update_metadata(&path("A"), MetadataUpdate::new().creating()).await, "making nothing");
    expect_kind(store.metadata(&path("A")).await, ErrorKind::NotFound, "reading the metadata of nothing");
    note(&fixture, "A", MetadataUpdate::new().creating().with_notes(notes(&[("owner", "ada")]))).await;
    note(&fixture, "A", MetadataUpdate::new()).await;
    assert_eq!(*metadata(&fixture, "A").await.notes, notes(&[("owner", "ada")]));
}

/// Settings are held to, or refused as what the store cannot do; they leave the notes as they are.
pub async fn settings_are_held_to_or_refused(fixture: Fixture) {
    fixture.put("A", "1").await;
    note(&fixture, "A", MetadataUpdate::new().with_notes(notes(&[("owner", "ada")]))).await;
    let (mut few, mut ending) = (MetadataUpdate::new(), MetadataUpdate::new());
    few.max_versions = Some(2);
    ending.delete_version_after = Some(Duration::from_hours(768));
    for update in [few, ending] {
        match versions(&fixture).update_metadata(&path("A"), update.clone()).await {
            Ok(()) => {
                let known = metadata(&fixture, "A").await;
                let is_held = update.max_versions.is_none_or(|_| known.max_versions == update.max_versions);
                assert!(is_held && known.delete_version_after == update.delete_version_after, "{known:?}");
            }
            refused => drop(expect_kind(refused, ErrorKind::Unsupported, "a setting")),
        }
        assert_eq!(*metadata(&fixture, "A").await.notes, notes(&[("owner", "ada")]));
    }
}

/// Where each write must name the version that it replaces, one that does goes through. One that names none is refused, or the
/// store finds out the version for it.
pub async fn what_asks_for_its_version_is_written_under_it(fixture: Fixture) {
    fixture.put("A", "1").await;
    let mut update = MetadataUpdate::new();
    update.cas_required = Some(true);
    note(&fixture, "A", update.clone()).await;
    assert!(metadata(&fixture, "A").await.cas_required);
    let under = Precondition::Version(SecretVersion::new("1"));
    let under = WriteOptions::replace().with_precondition(under);
    let version = expect_ok(fixture.write("A", SecretFields::plain("2"), under).await, "under the number");
    assert_eq!(version.as_str(), "2");
    let unnamed = fixture.write("A", SecretFields::plain("3"), WriteOptions::replace()).await;
    let is_refused = unnamed.is_err();
    if is_refused {
        expect_kind(unnamed, ErrorKind::Invalid, "a write that names no version");
    }
    fixture.expect_value("A", if is_refused { "2" } else { "3" }).await;
    update.cas_required = Some(false);
    note(&fixture, "A", update).await;
    assert!(!metadata(&fixture, "A").await.cas_required);
    fixture.put("A", "4").await;
    fixture.expect_value("A", "4").await;
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

/// Who notes something at the same time as others takes nothing of theirs away.
pub async fn notes_merged_at_once_are_all_there(fixture: Fixture) {
    fixture.put("A", "1").await;
    let answers = at_once(&fixture, 8, |store, writer| async move {
        let change = BTreeMap::from([(writer.to_string(), Some("x".to_owned()))]);
        let update = MetadataUpdate::new().with_changed_notes(change);
        store.versioned().expect("it has versions").update_metadata(&path("A"), update).await
    });
    for answer in answers.await {
        expect_ok(answer, "noting beside others");
    }
    assert_eq!(metadata(&fixture, "A").await.notes.len(), 8);
}

/// As many notes as there may be, each as long as it may be, are held.
pub async fn notes_up_to_the_limits_are_held(fixture: Fixture) {
    fixture.put("A", "1").await;
    let noted: BTreeMap<_, _> =
        (0..64).map(|number| (format!("{number:k>128}"), "\u{fc}".repeat(256))).collect();
    note(&fixture, "A", MetadataUpdate::new().with_notes(noted.clone())).await;
    assert_eq!(*metadata(&fixture, "A").await.notes, noted);
    let secret = expect_ok(read(&fixture, "A", None).await, "reading");
    assert_eq!(*info(&secret).notes, noted);
}

/// Notes beyond the limits are refused, and nothing has changed.
pub async fn notes_beyond_the_limits_are_refused(fixture: Fixture) {
    fixture.put("A", "1").await;
    note(&fixture, "A", MetadataUpdate::new().with_notes(notes(&[("owner", "ada")]))).await;
    let many: Vec<_> = (0..65).map(|number| number.to_string()).collect();
    let many: Vec<_> = many.iter().map(|key| (key.as_str(), "x")).collect();
    let (long_key, long_text) = ("k".repeat(129), "x".repeat(513));
    for refused in [
        notes(&many),
        notes(&[(&long_key, "x")]),
        notes(&[("k", &long_text)]),
        notes(&[("", "x")]),
        notes(&[("k", "")]),
        notes(&[("k", "not\u{200b}printable")]),
    ] {
        let update = MetadataUpdate::new().with_notes(refused);
        let answer = versions(&fixture).update_metadata(&path("A"), update).await;
        expect_kind(answer, ErrorKind::Invalid, "a note beyond the limits");
    }
    assert_eq!(*metadata(&fixture, "A").await.notes, notes(&[("owner", "ada")]));
}
