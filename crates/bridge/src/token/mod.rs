//! Tokens: made, read, made to last, and taken back.
//!
//! A token carries all that there is to know of it, under a MAC whose key is in the store, so that every replica believes a token
//! of every other. What changes afterwards (that it was revoked, that it lasts longer) is in one record of the store, which
//! each replica reads again every few seconds.

mod bootstrap;
mod claims;
mod key;
mod known;
mod seen;
mod standing;
mod state;
mod text;
mod tokens;

pub use self::bootstrap::BootstrapConfig;
pub use self::claims::Claims;
pub use self::key::{KeyError, SigningKey, SigningKeys};
pub(crate) use self::key::{exposed, hex};
pub use self::text::{Kind, NotAToken, parse};

/// Whether these fields are the record of what has changed of tokens.
#[cfg(feature = "fuzzing")]
pub(crate) fn decode_record(fields: &secret_store::SecretFields) -> bool {
    state::State::decode(fields).is_some()
}
pub use self::tokens::{Grant, Identity, Issued, Refused, Tokens, TokensConfig};
