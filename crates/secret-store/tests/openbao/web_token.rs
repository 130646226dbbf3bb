//! Signed JSON web tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use events::{Clock as _, SystemClock};
use rcgen::{KeyPair, PublicKeyData as _, SigningKey as _};
use serde_json::{Value, json};

/// Somebody who signs web tokens, with Ed25519 (RFC 8037).
pub(crate) struct Issuer(KeyPair);

impl Issuer {
    pub(crate) fn new() -> Self {
        Self(KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap())
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
        let signed = format!("{}.{}", encode(&json!({ "alg": "EdDSA", "typ": "JWT" })), encode(&claims));
        let signature = URL_SAFE_NO_PAD.encode(self.0.sign(signed.as_bytes()).unwrap());
        format!("{signed}.{signature}")
    }
}
