//! Names from literals.

use secret_store::{FieldName, SecretPath};

/// The path written as `text`.
///
/// # Panics
/// When `text` is not a path: in a test, that is a mistake in the test.
#[must_use]
#[track_caller]
pub fn path(text: &str) -> SecretPath {
    match SecretPath::new(text) {
        Ok(path) => path,
        Err(error) => panic!("not a path: {error}"),
    }
}

/// The field name written as `text`.
///
/// # Panics
/// When `text` is not a field name.
#[must_use]
#[track_caller]
pub fn field(text: &str) -> FieldName {
    match FieldName::new(text) {
        Ok(name) => name,
        Err(error) => panic!("not a field name: {error}"),
    }
}
