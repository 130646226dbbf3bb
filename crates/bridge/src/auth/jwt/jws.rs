//! Signed tokens as text: RFC 7515, the compact form.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::IgnoredAny;
use zeroize::Zeroizing;

/// The longest token, in bytes.
const LONGEST: usize = 16 * 1024;

/// How a token says that it was signed. There is no `none`, and nothing with a shared key: whoever knows a public key could
/// sign with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    Rs256,
    Rs384,
    Rs512,
    Ps256,
    Ps384,
    Ps512,
    Es256,
    Es384,
    EdDsa,
}

impl Algorithm {
    /// By its name of RFC 7518 and RFC 8037.
    pub(super) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "RS256" => Self::Rs256,
            "RS384" => Self::Rs384,
            "RS512" => Self::Rs512,
            "PS256" => Self::Ps256,
            "PS384" => Self::Ps384,
            "PS512" => Self::Ps512,
            "ES256" => Self::Es256,
            "ES384" => Self::Es384,
            "EdDSA" | "Ed25519" => Self::EdDsa,
            _ => return None,
        })
    }
}

/// A token, whose signature nobody has looked at yet.
pub(super) struct Jws<'a> {
    pub(super) algorithm: Algorithm,
    pub(super) key_id: Option<String>,
    /// What was signed: the header and the payload, as text.
    pub(super) signed: &'a [u8],
    pub(super) signature: Vec<u8>,
    /// JSON.
    pub(super) payload: Zeroizing<Vec<u8>>,
}

/// What is wrong with a text that is no token. Quotes nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoJws(pub(super) &'static str);

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    kid: Option<String>,
    /// What must be understood (RFC 7515, 4.1.11): nothing is.
    #[serde(default)]
    crit: Option<IgnoredAny>,
}

impl<'a> Jws<'a> {
    pub(super) fn parse(text: &'a [u8]) -> Result<Self, NoJws> {
        if text.len() > LONGEST {
            return Err(NoJws("the token is too long"));
        }
        let parts: Vec<_> = text.splitn(4, |byte| *byte == b'.').collect();
        let [header, payload, signature] = parts[..] else {
            return Err(NoJws("compact JWS format must have three parts"));
        };
        let signed = &text[..header.len() + 1 + payload.len()];
        let decoded = |part: &[u8]| URL_SAFE_NO_PAD.decode(part).map_err(|_| NoJws("illegal base64 data"));
        let header: Header = serde_json::from_slice(&decoded(header)?)
            .map_err(|_| NoJws("its header is no header of a JWS"))?;
        if header.crit.is_some() {
            return Err(NoJws("its header has critical parameters that are not known"));
        }
        let algorithm = Algorithm::of(&header.alg);
        Ok(Self {
            algorithm: algorithm.ok_or(NoJws("no known key successfully validated the token signature"))?,
            key_id: header.kid,
            signed,
            signature: decoded(signature)?,
            payload: Zeroizing::new(decoded(payload)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn encoded(header: &str, payload: &str, signature: &str) -> String {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        format!("{}.{}.{}", part(header), part(payload), part(signature))
    }

    #[test]
    fn a_token_is_taken_apart() {
        let text = encoded(r#"{"alg":"ES256","kid":"k","typ":"JWT"}"#, r#"{"sub":"me"}"#, "sig");
        let jws = Jws::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{error:?}"));
        assert_eq!((jws.algorithm, jws.key_id.as_deref()), (Algorithm::Es256, Some("k")));
        assert_eq!(
            (jws.payload.as_slice(), jws.signature.as_slice()),
            (&br#"{"sub":"me"}"#[..], &b"sig"[..])
        );
        assert_eq!(jws.signed, &text.as_bytes()[..text.rfind('.').unwrap()]);
    }

    #[test]
    fn what_is_not_signed_with_a_public_key_is_no_token() {
        for header in [
            r#"{"alg":"none"}"#,
            r#"{"alg":"HS256"}"#,
            r#"{"alg":"rs256"}"#,
            r#"{"alg":"RS1"}"#,
            r#"{"alg":"ES512"}"#,
            r#"{"alg":7}"#,
            r#"{"alg":"RS256","alg":"none"}"#,
            r#"{"alg":"RS256","crit":["b64"],"b64":false}"#,
            r#"{"alg":"RS256","crit":null,"crit":[]}"#,
            "{}",
            "[]",
            "",
        ] {
            assert!(Jws::parse(encoded(header, "{}", "").as_bytes()).is_err(), "{header}");
        }
        let good = encoded(r#"{"alg":"RS256"}"#, "{}", "s");
        for text in [
            "",
            ".",
            "..",
            "a.b",
            &format!("{good}."),
            &format!("{good}="),
            &format!(" {good}"),
            &good.replace('.', ":"),
        ] {
            assert!(Jws::parse(text.as_bytes()).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(bytes: Vec<u8>, text in "[A-Za-z0-9_=.-]{0,80}", header in r#"\{"alg":"(RS256|none|HS256)"(,"[a-z]{1,4}":(1|"x"|\[\]|null))?\}"#) {
            let _ = Jws::parse(&bytes);
            let _ = Jws::parse(text.as_bytes());
            let encoded = encoded(&header, "{}", "x");
            if let Ok(jws) = Jws::parse(encoded.as_bytes()) {
                prop_assert!(header.contains("RS256"));
                prop_assert_eq!(jws.algorithm, Algorithm::Rs256);
            }
        }
    }
}
