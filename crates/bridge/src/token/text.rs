//! Tokens and accessors as text.
//!
//! `hvs.<key id>.<claims>.<mac>` is a token and `hva.<key id>.<claims>.<mac>` its accessor: the claims are JSON in base64url, and
//! the MACs are of different keys, so that nobody makes a token from its accessor. `hvs.` is what clients of Vault know a
//! service token by.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use zeroize::Zeroizing;

use super::claims::Claims;
use super::key::{SigningKey, SigningKeys};

/// The longest token, in bytes: it is sent with each request.
const LONGEST: usize = 4096;

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What lets its holder in.
    Token,
    /// What names a token without being it.
    Accessor,
}

impl Kind {
    fn prefix(self) -> &'static str {
        match self {
            Self::Token => "hvs.",
            Self::Accessor => "hva.",
        }
    }

    fn key(self, key: &SigningKey) -> &hmac::Key {
        match self {
            Self::Token => key.of_tokens(),
            Self::Accessor => key.of_accessors(),
        }
    }
}

/// A text that no replica of this instance has signed. Says no more, so that nobody learns how near it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a token of this instance")]
pub struct NotAToken;

/// Signs claims as a token.
///
/// # Errors
/// [`NotAToken`] when the token would be too long to be sent.
pub(super) fn token(claims: &Claims, keys: &SigningKeys) -> Result<Zeroizing<String>, NotAToken> {
    sign(Kind::Token, claims, keys)
}

/// Signs claims as an accessor.
///
/// # Errors
/// As [`token`].
pub(super) fn accessor(claims: &Claims, keys: &SigningKeys) -> Result<Zeroizing<String>, NotAToken> {
    sign(Kind::Accessor, claims, keys)
}

fn sign(kind: Kind, claims: &Claims, keys: &SigningKeys) -> Result<Zeroizing<String>, NotAToken> {
    let key = keys.newest();
    let claims = serde_json::to_vec(claims).map_err(|_| NotAToken)?;
    let mut text = Zeroizing::new(String::with_capacity(claims.len() * 4 / 3 + 80));
    text.push_str(kind.prefix());
    text.push_str(key.id());
    text.push('.');
    URL_SAFE_NO_PAD.encode_string(&claims, &mut text);
    let mac = hmac::sign(kind.key(key), text.as_bytes());
    text.push('.');
    URL_SAFE_NO_PAD.encode_string(mac.as_ref(), &mut text);
    if text.len() > LONGEST { Err(NotAToken) } else { Ok(text) }
}

/// Reads a token or an accessor. That it was signed does not say that it is still good.
///
/// # Errors
/// [`NotAToken`] for everything that none of the keys has signed. The comparison takes as long wherever the difference is.
pub fn parse(kind: Kind, text: &[u8], keys: &SigningKeys) -> Result<Claims, NotAToken> {
    let text = str::from_utf8(text).map_err(|_| NotAToken)?;
    if text.len() > LONGEST {
        return Err(NotAToken);
    }
    let (signed, mac) = text.rsplit_once('.').ok_or(NotAToken)?;
    let (id, claims) =
        signed.strip_prefix(kind.prefix()).and_then(|rest| rest.split_once('.')).ok_or(NotAToken)?;
    let key = keys.find(id).ok_or(NotAToken)?;
    let mac = URL_SAFE_NO_PAD.decode(mac).map_err(|_| NotAToken)?;
    hmac::verify(kind.key(key), signed.as_bytes(), &mac).map_err(|_| NotAToken)?;
    let claims = URL_SAFE_NO_PAD.decode(claims).map_err(|_| NotAToken)?;
    serde_json::from_slice(&claims).map_err(|_| NotAToken)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn claims() -> Claims {
        Claims {
            id: "00112233445566778899aabbccddeeff".to_owned(),
            policies: vec!["apps".to_owned()],
            display_name: "approle".to_owned(),
            path: "auth/approle/login".to_owned(),
            metadata: BTreeMap::from([("role_name".to_owned(), "web".to_owned())]),
            issued: 1_795_507_532,
            expires: 1_795_511_132,
            ends: 1_795_593_932,
            is_renewable: true,
            parents: Vec::new(),
        }
    }

    fn keys() -> SigningKeys {
        SigningKeys::new(vec![SigningKey::new("k1", &[1; 32]), SigningKey::new("k2", &[2; 32])])
    }

    #[test]
    fn a_token_says_what_it_was_made_of_and_so_does_its_accessor() {
        let (token, accessor) = (token(&claims(), &keys()).unwrap(), accessor(&claims(), &keys()).unwrap());
        assert_eq!(parse(Kind::Token, token.as_bytes(), &keys()), Ok(claims()));
        assert_eq!(parse(Kind::Accessor, accessor.as_bytes(), &keys()), Ok(claims()));
        assert!(token.starts_with("hvs.k2.") && token.len() < 500, "{}", token.len());
    }

    #[test]
    fn an_accessor_is_no_token_and_cannot_be_made_one() {
        let accessor = accessor(&claims(), &keys()).unwrap();
        for text in [accessor.to_string(), accessor.replacen("hva.", "hvs.", 1)] {
            assert_eq!(parse(Kind::Token, text.as_bytes(), &keys()), Err(NotAToken));
        }
        let token = token(&claims(), &keys()).unwrap();
        assert_eq!(parse(Kind::Accessor, token.as_bytes(), &keys()), Err(NotAToken));
    }

    #[test]
    fn a_token_of_an_older_key_is_believed_and_of_another_instance_s_is_not() {
        let old = SigningKeys::new(vec![SigningKey::new("k1", &[1; 32])]);
        let token = token(&claims(), &old).unwrap();
        assert!(parse(Kind::Token, token.as_bytes(), &keys()).is_ok());
        let other = SigningKeys::new(vec![SigningKey::new("k1", &[3; 32])]);
        assert_eq!(parse(Kind::Token, token.as_bytes(), &other), Err(NotAToken));
    }

    #[test]
    fn a_token_that_is_too_long_is_not_made() {
        let claims = Claims { policies: vec!["p".repeat(4000)], ..claims() };
        assert_eq!(token(&claims, &keys()).unwrap_err(), NotAToken);
    }

    #[test]
    fn a_change_of_a_single_byte_is_found() {
        let token = token(&claims(), &keys()).unwrap();
        for at in 0..token.len() {
            let mut changed = token.as_bytes().to_vec();
            changed[at] ^= 1;
            assert_eq!(parse(Kind::Token, &changed, &keys()), Err(NotAToken), "{at}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(bytes: Vec<u8>, text in "hv[sa]\\.k[12]\\.[A-Za-z0-9_-]{0,40}\\.[A-Za-z0-9_-]{0,44}") {
            prop_assert_eq!(parse(Kind::Token, &bytes, &keys()), Err(NotAToken));
            prop_assert_eq!(parse(Kind::Token, text.as_bytes(), &keys()), Err(NotAToken));
        }
    }
}
