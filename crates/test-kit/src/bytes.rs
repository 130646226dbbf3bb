//! The bytes of a test's own values.

use std::fmt::Write as _;

use secrecy::ExposeSecret as _;
use secret_store::{SecretFields, SecretValue};

/// The bytes of a value. A test's values are made up.
#[expect(clippy::disallowed_methods, reason = "the one place where the kit looks at the values of tests")]
pub(crate) fn of(value: &SecretValue) -> &[u8] {
    value.expose_secret()
}

/// Whether a value is UTF-8.
pub(crate) fn is_text(value: &SecretValue) -> bool {
    core::str::from_utf8(of(value)).is_ok()
}

/// Fields for the message of a test that fails: values escaped, long ones cut.
pub(crate) fn show(fields: &SecretFields) -> String {
    let mut text = String::new();
    for (name, value) in fields.iter() {
        let bytes = of(value);
        let start = bytes[..bytes.len().min(60)].escape_ascii();
        let rest = if bytes.len() > 60 { format!("… ({} bytes)", bytes.len()) } else { String::new() };
        let separator = if text.is_empty() { "" } else { ", " };
        write!(text, "{separator}{:?}: \"{start}{rest}\"", name.as_str()).expect("a String takes all text");
    }
    format!("{{{text}}}")
}
