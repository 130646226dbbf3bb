//! Signed JSON web tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use events::{Clock as _, SystemClock};
use rcgen::{KeyPair, PublicKeyData as _, SigningKey as _};
use serde_json::{Value, json};

/// Somebody who signs web tokens, with ES256 (RFC 7518, section 3.4).
pub(crate) struct Issuer(KeyPair);

impl Issuer {
    pub(crate) fn new() -> Self {
        Self(KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap())
    }

    /// What its tokens are checked with, in PEM.
    pub(crate) fn public_key(&self) -> String {
        self.0.public_key_pem()
    }

    /// A token with these claims, good for an hour.
    pub(crate) fn token(&self, claims: &Value) -> String {
        let now = SystemClock::new().now().as_second();
        let mut claims = claims.clone();
        (claims["iat"], claims["nbf"], claims["exp"]) = (json!(now), json!(now - 60), json!(now + 3600));
        let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let signed = format!("{}.{}", encode(&json!({ "alg": "ES256", "typ": "JWT" })), encode(&claims));
        let signature = URL_SAFE_NO_PAD.encode(two_numbers(&self.0.sign(signed.as_bytes()).unwrap()));
        format!("{signed}.{signature}")
    }
}

/// A signature in ASN.1 (`30 length 02 length R 02 length S`) as web tokens have it: 32 bytes of each number.
fn two_numbers(signature: &[u8]) -> Vec<u8> {
    let mut rest = &signature[2..];
    let mut numbers = Vec::new();
    for _ in 0..2 {
        let length = usize::from(rest[1]);
        let number = &rest[2..2 + length];
        let number = &number[length.saturating_sub(32)..];
        numbers.resize(numbers.len() + 32 - number.len(), 0);
        numbers.extend(number);
        rest = &rest[2 + length..];
    }
    numbers
}
