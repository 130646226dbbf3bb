//! What a store says shows no value.
#![expect(clippy::missing_panics_doc, reason = "a behaviour panics when the store does not behave")]

use secret_store::{
    Precondition, ReadOptions, SecretFields, SecretStoreExt as _, SecretVersion, WriteOptions,
};

use super::fixture::{Fixture, two};
use crate::{Canary, path};

/// Neither `Debug` nor `info` of a store, nor of what it returns, shows a value.
pub async fn debug_shows_no_value(fixture: Fixture) {
    let canary = Canary::random();
    fixture.put("A", canary.value()).await;
    canary.assert_absent_in_debug(fixture.store());
    canary.assert_absent_in_debug(&fixture.store().info());
    canary.assert_absent_in_debug(&fixture.read("A").await);
    canary.assert_absent_in_debug(&fixture.store().read_many(&[path("A"), path("B")]).await);
    canary.assert_absent_in_debug(&fixture.store().list(None).await);
}

/// No error shows the value that was there, nor the one that was to be written.
pub async fn errors_show_no_value(fixture: Fixture) {
    let (held, offered) = (Canary::random(), Canary::hostile());
    fixture.put("A", held.value()).await;
    let store = fixture.store();
    let nowhere = Precondition::Version(SecretVersion::new("nowhere"));
    let conflict = WriteOptions::replace().with_precondition(nowhere);
    let absent = WriteOptions::merge().with_precondition(Precondition::Absent);
    let several = two(offered.value(), Canary::binary().value());
    let errors = [
        fixture.write("A", SecretFields::plain(offered.value()), conflict).await.err(),
        fixture.write("A", SecretFields::plain(offered.value()), absent.clone()).await.err(),
        fixture.write("A", several, absent).await.err(),
        fixture.write("A", SecretFields::new(), WriteOptions::replace()).await.err(),
        fixture.read("A/below").await.err(),
        store.read_field(&path("A"), "no such field").await.err(),
        store.read(&path("A"), ReadOptions::version(SecretVersion::new("nowhere"))).await.err(),
    ];
    let errors: Vec<_> = errors.into_iter().flatten().collect();
    assert!(errors.len() >= 5, "these calls must fail, only {} did: {errors:?}", errors.len());
    for error in &errors {
        held.assert_absent_in_error(error);
        offered.assert_absent_in_error(error);
    }
}
