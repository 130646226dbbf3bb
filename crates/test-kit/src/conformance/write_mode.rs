//! What happens to the fields that a write does not name.

use secret_store::{SecretFields, WriteOptions};

use super::fixture::{Fixture, expect_ok, two};
use crate::field;

/// A second write is what is there.
pub async fn a_second_write_replaces_the_first(fixture: Fixture) {
    fixture.put("A", "a longer value, of which nothing may stay").await;
    fixture.put("A", "2").await;
    fixture.expect_value("A", "2").await;
}

/// Replacing drops the fields that are not named.
pub async fn replacing_drops_the_fields_that_are_not_named(fixture: Fixture) {
    if fixture.lacks_fields().await {
        return;
    }
    fixture.put_fields("A", two("1", "2")).await;
    let fields = SecretFields::new().with(field("b"), "3");
    fixture.put_fields("A", fields.clone()).await;
    fixture.expect("A", &fields).await;
}

/// Merging keeps the fields that are not named.
pub async fn merging_keeps_the_fields_that_are_not_named(fixture: Fixture) {
    if fixture.lacks_fields().await {
        return;
    }
    fixture.put_fields("A", two("1", "2")).await;
    let change = SecretFields::new().with(field("b"), "3").with(field("c"), "4");
    expect_ok(fixture.write("A", change, WriteOptions::merge()).await, "merging");
    fixture.expect("A", &two("1", "3").with(field("c"), "4")).await;
}

/// Merging into nothing makes a secret.
pub async fn merging_into_nothing_makes_a_secret(fixture: Fixture) {
    let answer = fixture.write("A", SecretFields::plain("1"), WriteOptions::merge()).await;
    expect_ok(answer, "merging into nothing");
    fixture.expect_value("A", "1").await;
}

/// Merging a plain value into a plain value replaces it: it is the one field.
pub async fn merging_a_plain_value_replaces_it(fixture: Fixture) {
    fixture.put("A", "1").await;
    expect_ok(fixture.write("A", SecretFields::plain("2"), WriteOptions::merge()).await, "merging");
    fixture.expect_value("A", "2").await;
}

/// A plain value can become fields and fields a plain value: there is one secret all the while.
pub async fn a_plain_value_becomes_fields_and_fields_a_plain_value(fixture: Fixture) {
    if fixture.lacks_fields().await {
        return;
    }
    fixture.put("A", "plain").await;
    fixture.put_fields("A", two("1", "2")).await;
    fixture.expect("A", &two("1", "2")).await;
    fixture.expect_list(None, &["A"]).await;
    fixture.put("A", "plain again").await;
    fixture.expect_value("A", "plain again").await;
    fixture.expect_list(None, &["A"]).await;
    let change = SecretFields::new().with(field("user"), "admin");
    expect_ok(fixture.write("A", change, WriteOptions::merge()).await, "merging into a plain value");
    fixture.expect("A", &SecretFields::plain("plain again").with(field("user"), "admin")).await;
    fixture.expect_list(None, &["A"]).await;
}
