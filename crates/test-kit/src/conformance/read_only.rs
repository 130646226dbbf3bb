//! What a store must do that cannot be written, and holds the [`Seed`].
#![expect(clippy::missing_panics_doc, reason = "a behaviour panics when the store does not behave")]

use secret_store::{
    ErrorKind, Precondition, ReadOptions, SecretFields, SecretPath, SecretVersion, WriteOptions,
};

use super::fixture::{Fixture, Seed, expect_fields, expect_kind, expect_ok};
use crate::{Canary, path};

fn seed(fixture: &Fixture) -> Seed {
    Seed::for_capabilities(fixture.capabilities())
}

/// The store says that it cannot be written.
#[expect(clippy::unused_async, reason = "every behaviour is called alike")]
pub async fn a_read_only_store_says_so(fixture: Fixture) {
    let info = fixture.store().info();
    assert!(!info.capabilities.write, "this store can be written: use conformance_suite!");
    assert!(!info.capabilities.check_and_set, "what cannot be written has no preconditions");
    assert!(
        !info.provider.is_empty() && !info.location.is_empty(),
        "a store says what and where it is: {info:?}"
    );
}

/// Each secret is read byte for byte.
pub async fn each_seeded_secret_is_read(fixture: Fixture) {
    for (at, fields) in seed(&fixture).secrets {
        fixture.expect(at.as_str(), &fields).await;
    }
}

/// Many are read in order, with what is missing among them.
pub async fn seeded_secrets_are_read_at_once(fixture: Fixture) {
    let seed = seed(&fixture);
    let mut paths: Vec<SecretPath> = seed.secrets.iter().rev().map(|(at, _)| at.clone()).collect();
    paths.insert(1, path("MISSING"));
    paths.push(paths[0].clone());
    let answers = fixture.store().read_many(&paths).await;
    assert_eq!(answers.len(), paths.len(), "one answer for each path");
    for (answer, at) in answers.into_iter().zip(&paths) {
        match seed.secrets.iter().find(|(seeded, _)| seeded == at) {
            Some((_, fields)) => {
                expect_fields(at.as_str(), &expect_ok(answer, "reading among others"), fields);
            }
            None => drop(expect_kind(answer, ErrorKind::NotFound, "reading what is missing among others")),
        }
    }
}

/// All is listed, and below a prefix what is below it.
pub async fn seeded_secrets_are_listed(fixture: Fixture) {
    let secrets = seed(&fixture).secrets;
    let all: Vec<_> = secrets.iter().map(|(at, _)| at.as_str()).collect();
    fixture.expect_list(None, &all).await;
    fixture.expect_list(Some("apps/web"), &["apps/web/token"]).await;
    fixture.expect_list(Some("apps"), &["apps/web/token", "apps/web2/token"]).await;
    fixture.expect_list(Some("nowhere"), &[]).await;
}

/// What is missing is not found, by its name.
pub async fn what_was_not_seeded_is_not_found(fixture: Fixture) {
    for missing in ["MISSING", "apps", "apps/web", "apps/web/token/below"] {
        let error =
            expect_kind(fixture.read(missing).await, ErrorKind::NotFound, "reading what is not there");
        assert!(error.to_string().contains(missing), "the error must name {missing:?}: {error}");
        assert_eq!(error.path(), Some(&path(missing)));
    }
}

/// A version that never was is not found, or versions are not supported.
pub async fn an_unknown_version_was_not_seeded(fixture: Fixture) {
    let kind = if fixture.capabilities().history { ErrorKind::NotFound } else { ErrorKind::Unsupported };
    let options = ReadOptions::version(SecretVersion::new("no version"));
    expect_kind(fixture.store().read(&path("PLAIN"), options).await, kind, "reading an unknown version");
}

/// Every write is unsupported, and changes nothing.
pub async fn every_write_is_unsupported(fixture: Fixture) {
    let absent = WriteOptions::replace().with_precondition(Precondition::Absent);
    for options in [WriteOptions::replace(), WriteOptions::merge(), absent] {
        for at in ["PLAIN", "NEW"] {
            let answer = fixture.write(at, SecretFields::plain("new"), options.clone()).await;
            let error = expect_kind(answer, ErrorKind::Unsupported, "a write");
            assert!(error.to_string().contains(at), "the error must name {at:?}: {error}");
        }
    }
    fixture.expect_nothing("NEW").await;
    each_seeded_secret_is_read(fixture).await;
}

/// Every delete is unsupported, and changes nothing.
pub async fn every_delete_is_unsupported(fixture: Fixture) {
    for at in ["PLAIN", "NEW"] {
        expect_kind(fixture.store().delete(&path(at)).await, ErrorKind::Unsupported, "a delete");
    }
    each_seeded_secret_is_read(fixture).await;
}

/// Nothing that the store says shows a value.
pub async fn what_is_said_shows_no_value(fixture: Fixture) {
    let (offered, store) = (Canary::hostile(), fixture.store());
    let write = fixture.write("PLAIN", SecretFields::plain(offered.value()), WriteOptions::replace()).await;
    offered.assert_absent_in_error(&expect_kind(write, ErrorKind::Unsupported, "a write"));
    let seeded = Canary::of("correct horse");
    seeded.assert_absent_in_debug(store);
    seeded.assert_absent_in_debug(&store.info());
    seeded.assert_absent_in_debug(&fixture.read("PLAIN").await);
    seeded.assert_absent_in_debug(&store.read_many(&[path("PLAIN"), path("apps")]).await);
}
