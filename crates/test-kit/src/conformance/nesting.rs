//! A path that is a secret and has secrets below it.

use secret_store::{ErrorKind, SecretFields, WriteOptions};

use super::fixture::{Fixture, expect_kind, two};

/// A secret may have secrets below it; or it is in the way, then it stays as it was.
pub async fn a_secret_may_have_secrets_below_it(fixture: Fixture) {
    for (first, second) in [("a", "a/b"), ("x/y/z", "x/y"), ("k/l", "k/l/m/n")] {
        nest(&fixture, first, SecretFields::plain("first"), second, SecretFields::plain("second")).await;
    }
}

/// The same for secrets of several fields.
pub async fn a_secret_of_fields_may_have_secrets_below_it(fixture: Fixture) {
    if fixture.lacks_fields().await {
        return;
    }
    for (first, second) in [("a", "a/b"), ("x/y/z", "x/y")] {
        nest(&fixture, first, two("1", "2"), second, two("3", "4")).await;
    }
    nest(&fixture, "m", two("1", "2"), "m/n", SecretFields::plain("second")).await;
}

async fn nest(fixture: &Fixture, first: &str, fields: SecretFields, second: &str, more: SecretFields) {
    fixture.put_fields(first, fields.clone()).await;
    let answer = fixture.write(second, more.clone(), WriteOptions::replace()).await;
    if answer.is_ok() {
        fixture.expect(second, &more).await;
    } else if fixture.capabilities().nested {
        panic!("the store says that it nests, but {second:?} beside {first:?}: {answer:?}");
    } else {
        // A server has no word of its own for it.
        let kind = if fixture.refuses() { ErrorKind::Invalid } else { ErrorKind::Conflict };
        expect_kind(answer, kind, "a write where a secret is in the way");
        fixture.expect_nothing(second).await;
    }
    fixture.expect(first, &fields).await;
}
