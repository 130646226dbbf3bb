//! What a store says of itself.
#![expect(clippy::missing_panics_doc, reason = "a behaviour panics when the store does not behave")]

use super::fixture::Fixture;

/// A store names its provider and its place, says the same each time, and can be written to.
pub async fn a_store_says_what_it_is(fixture: Fixture) {
    let before = fixture.store().info();
    assert!(!before.provider.is_empty(), "the provider has a name");
    assert!(!before.location.is_empty(), "the store is somewhere");
    assert!(before.capabilities.write, "this store is read-only: use read_only_conformance_suite!");
    fixture.put("A", "1").await;
    assert_eq!(fixture.store().info(), before, "what a store is does not depend on what it holds");
}
