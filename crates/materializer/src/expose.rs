//! The one place where values are laid open: for the checks, for what is made from them, and for the encoder.

use secrecy::ExposeSecret as _;
use secret_store::SecretValue;

/// The bytes of a value.
#[expect(
    clippy::disallowed_methods,
    reason = "what is handed on has no Debug, or one that shows nothing of it"
)]
pub(crate) fn exposed(value: &SecretValue) -> &[u8] {
    value.expose_secret()
}
