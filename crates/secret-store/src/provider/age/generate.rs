//! New identities.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};

use events::Clock;

use crate::SecretValue;

/// A new X25519 identity, as `age-keygen` makes it.
pub struct GeneratedIdentity {
    text: SecretValue,
    recipient: String,
}

impl GeneratedIdentity {
    /// Makes an identity, from the operating system's randomness; the clock says when.
    #[must_use]
    pub fn generate(clock: &dyn Clock) -> Self {
        let identity = age::x25519::Identity::generate();
        let recipient = identity.to_public().to_string();
        let text = identity_file(&identity.to_string(), &recipient, clock);
        Self { text, recipient }
    }

    /// The content of an identity file: the time and the public key as comments, then the identity. Secret.
    #[must_use]
    pub fn text(&self) -> &SecretValue {
        &self.text
    }

    /// The public key, for `.age-recipients`: `age1…`.
    #[must_use]
    pub fn recipient(&self) -> &str {
        &self.recipient
    }
}

/// The public key only.
impl fmt::Debug for GeneratedIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GeneratedIdentity").field("recipient", &self.recipient).finish_non_exhaustive()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the identity is copied once, into a buffer of its size that is wiped"
)]
fn identity_file(identity: &SecretString, recipient: &str, clock: &dyn Clock) -> SecretValue {
    // Whole seconds, as age-keygen writes them.
    let created = clock.now().to_string();
    let created = created.split_once('.').map_or(created.clone(), |(seconds, _)| format!("{seconds}Z"));
    let comments = format!("# created: {created}\n# public key: {recipient}\n");
    let identity = identity.expose_secret();
    let mut text = Vec::with_capacity(comments.len() + identity.len() + 1);
    text.extend_from_slice(comments.as_bytes());
    text.extend_from_slice(identity.as_bytes());
    text.push(b'\n');
    SecretValue::new(text)
}
