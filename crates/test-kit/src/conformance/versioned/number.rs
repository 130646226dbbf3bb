//! Numbers.
#![expect(clippy::missing_panics_doc, reason = "a behaviour panics when the store does not behave")]

use secret_store::{ErrorKind, Precondition, Result, Secret, SecretFields, SecretVersion, WriteOptions};

use super::super::concurrency::at_once;
use super::super::fixture::{Fixture, expect_fields, expect_kind, expect_ok};
use super::{gone, info, metadata, read};
use crate::path;

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
    let secret = expect_ok(read(&fixture, "A", None).await, "reading");
    assert_eq!(info(&secret).version, *current, "a read and the metadata say the same");
    assert!(current.created.is_some(), "what was written through the store has a time: {metadata:?}");
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

/// Many reads at once tell of versions as single ones do.
pub async fn many_reads_tell_their_versions(fixture: Fixture) {
    fixture.put("A", "1").await;
    fixture.put("A", "2").await;
    fixture.put("B", "1").await;
    expect_ok(fixture.store().delete(&path("B")).await, "deleting");
    let answers = fixture.store().read_many(&["A", "B", "never"].map(path)).await;
    let [a, b, never]: [Result<Secret>; 3] = answers.try_into().expect("an answer for each path");
    let secret = expect_ok(a, "reading one of many");
    assert_eq!((info(&secret).number, secret.version), (2, Some(SecretVersion::new("2"))));
    assert_eq!(gone(b, "reading what was deleted, one of many").number, 1);
    assert!(expect_kind(never, ErrorKind::NotFound, "reading what never was").gone().is_none());
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

/// Writers who do not know of each other make a version each.
pub async fn writers_at_once_make_a_version_each(fixture: Fixture) {
    let answers = at_once(&fixture, 8, |store, writer| async move {
        let fields = SecretFields::plain(writer.to_string().as_str());
        store.write(&path("A"), fields, WriteOptions::replace()).await
    });
    let number = |version: Result<SecretVersion>| {
        expect_ok(version, "writing beside others").as_str().parse().expect("a version is a number")
    };
    let mut numbers: Vec<u64> = answers.await.into_iter().map(number).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(metadata(&fixture, "A").await.current_version, 8);
}
