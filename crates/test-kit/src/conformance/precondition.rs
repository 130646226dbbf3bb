//! Writes that happen only if.
#![expect(clippy::missing_panics_doc, reason = "a behaviour panics when the store does not behave")]

use secret_store::{ErrorKind, Precondition, SecretFields, SecretVersion, WriteOptions};

use super::fixture::{Fixture, expect_kind, expect_ok};

fn absent() -> WriteOptions {
    WriteOptions::replace().with_precondition(Precondition::Absent)
}

fn version(version: &SecretVersion) -> WriteOptions {
    WriteOptions::replace().with_precondition(Precondition::Version(version.clone()))
}

/// `Absent` lets a secret be made, and not be replaced.
pub async fn absent_makes_and_does_not_replace(fixture: Fixture) {
    if fixture.lacks_check_and_set().await {
        return;
    }
    expect_ok(fixture.write("A", SecretFields::plain("1"), absent()).await, "making a secret");
    let answer = fixture.write("A", SecretFields::plain("2"), absent()).await;
    let error = expect_kind(answer, ErrorKind::Conflict, "making a secret that is there");
    assert!(error.to_string().contains('A'), "the error names the path: {error}");
    fixture.expect_value("A", "1").await;
    expect_ok(fixture.store().delete(&crate::path("A")).await, "deleting");
    expect_ok(fixture.write("A", SecretFields::plain("3"), absent()).await, "making a secret after a delete");
    fixture.expect_value("A", "3").await;
}

/// The version that a write returns is the one that a read tells, and the next write's precondition.
pub async fn the_current_version_lets_a_write_through(fixture: Fixture) {
    if fixture.lacks_check_and_set().await {
        return;
    }
    let first = fixture.put("A", "1").await;
    let read = expect_ok(fixture.read("A").await, "reading");
    assert_eq!(read.version.as_ref(), Some(&first), "the version that was written is the one that is read");
    let second = expect_ok(fixture.write("A", SecretFields::plain("2"), version(&first)).await, "writing");
    assert_ne!(first, second, "another write makes another version");
    expect_ok(fixture.write("A", SecretFields::plain("3"), version(&second)).await, "writing again");
    fixture.expect_value("A", "3").await;
}

/// A version that is not the current one stops a write, and nothing changes.
pub async fn a_stale_version_conflicts_and_changes_nothing(fixture: Fixture) {
    if fixture.lacks_check_and_set().await {
        return;
    }
    let stale = fixture.put("A", "1").await;
    let current = fixture.put("A", "2").await;
    let merge = WriteOptions::merge().with_precondition(Precondition::Version(stale.clone()));
    for options in [version(&stale), merge] {
        let answer = fixture.write("A", SecretFields::plain("3"), options).await;
        expect_kind(answer, ErrorKind::Conflict, "a write under a stale version");
    }
    fixture.expect_value("A", "2").await;
    let read = expect_ok(fixture.read("A").await, "reading");
    assert_eq!(read.version, Some(current), "a write that did not happen makes no version");
}

/// Where there is no secret, no version is the current one.
pub async fn a_version_of_nothing_conflicts(fixture: Fixture) {
    if fixture.lacks_check_and_set().await {
        return;
    }
    let gone = fixture.put("A", "1").await;
    expect_ok(fixture.store().delete(&crate::path("A")).await, "deleting");
    for at in ["A", "NEVER"] {
        let answer = fixture.write(at, SecretFields::plain("2"), version(&gone)).await;
        expect_kind(answer, ErrorKind::Conflict, "a write under the version of a secret that is not there");
        fixture.expect_nothing(at).await;
    }
}

/// Writing the same value again is a write: a version that was overwritten is not current again.
pub async fn the_same_value_again_is_another_version(fixture: Fixture) {
    if fixture.lacks_check_and_set().await {
        return;
    }
    let mut seen: Vec<SecretVersion> = Vec::new();
    for value in ["same", "same", "other", "same"] {
        let version = fixture.put("A", value).await;
        assert!(!seen.contains(&version), "the version {version} was used before");
        seen.push(version);
    }
}

/// A secret that was deleted and made anew does not take up its old versions.
pub async fn a_version_does_not_come_back_after_a_delete(fixture: Fixture) {
    if fixture.lacks_check_and_set().await {
        return;
    }
    let mut seen: Vec<SecretVersion> = Vec::new();
    for _ in 0..5 {
        let current = fixture.put("A", "1").await;
        assert!(!seen.contains(&current), "the version {current} was used before the delete");
        seen.push(current);
        expect_ok(fixture.store().delete(&crate::path("A")).await, "deleting");
    }
}
