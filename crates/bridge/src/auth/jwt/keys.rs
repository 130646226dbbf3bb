//! Public keys: as PEM, and as a JSON Web Key Set (RFC 7517).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature as sig;
use rustls_pki_types::SubjectPublicKeyInfoDer;
use rustls_pki_types::pem::PemObject as _;
use serde::Deserialize;
use x509_parser::prelude::FromDer as _;
use x509_parser::public_key::PublicKey;
use x509_parser::x509::SubjectPublicKeyInfo;

use super::jws::{Algorithm, Jws};

/// The shortest RSA key, in bytes: ring takes no shorter one.
const SHORTEST: usize = 256;

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    id: Option<String>,
    /// The one algorithm that it is for, where it says so.
    algorithm: Option<Algorithm>,
    material: Material,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Material {
    Rsa { modulus: Vec<u8>, exponent: Vec<u8> },
    P256(Vec<u8>),
    P384(Vec<u8>),
    Ed25519(Vec<u8>),
}

/// What is wrong with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct NoKey(&'static str);

impl Key {
    /// Whether it has signed this token. Only what the kind of the key can do is tried: what the token says of its algorithm
    /// does not choose how a key is read.
    pub(super) fn has_signed(&self, jws: &Jws<'_>) -> bool {
        let is_other = self.id.is_some() && jws.key_id.is_some() && self.id != jws.key_id;
        if is_other || self.algorithm.is_some_and(|own| own != jws.algorithm) {
            return false;
        }
        let point = |algorithm: &'static dyn sig::VerificationAlgorithm, point: &[u8]| {
            sig::UnparsedPublicKey::new(algorithm, point).verify(jws.signed, &jws.signature).is_ok()
        };
        match &self.material {
            Material::Rsa { modulus, exponent } => {
                let parameters = match jws.algorithm {
                    Algorithm::Rs256 => &sig::RSA_PKCS1_2048_8192_SHA256,
                    Algorithm::Rs384 => &sig::RSA_PKCS1_2048_8192_SHA384,
                    Algorithm::Rs512 => &sig::RSA_PKCS1_2048_8192_SHA512,
                    Algorithm::Ps256 => &sig::RSA_PSS_2048_8192_SHA256,
                    Algorithm::Ps384 => &sig::RSA_PSS_2048_8192_SHA384,
                    Algorithm::Ps512 => &sig::RSA_PSS_2048_8192_SHA512,
                    Algorithm::Es256 | Algorithm::Es384 | Algorithm::EdDsa => return false,
                };
                let key = sig::RsaPublicKeyComponents { n: modulus, e: exponent };
                key.verify(parameters, jws.signed, &jws.signature).is_ok()
            }
            Material::P256(own) => {
                jws.algorithm == Algorithm::Es256 && point(&sig::ECDSA_P256_SHA256_FIXED, own)
            }
            Material::P384(own) => {
                jws.algorithm == Algorithm::Es384 && point(&sig::ECDSA_P384_SHA384_FIXED, own)
            }
            Material::Ed25519(own) => jws.algorithm == Algorithm::EdDsa && point(&sig::ED25519, own),
        }
    }
}

/// A key as PEM: `-----BEGIN PUBLIC KEY-----`.
///
/// # Errors
/// [`NoKey`] for what is none, and for a kind of key that is not known.
pub(crate) fn of_pem(pem: &str) -> Result<Key, NoKey> {
    let der = SubjectPublicKeyInfoDer::from_pem_slice(pem.as_bytes())
        .map_err(|_| NoKey("is no public key as PEM"))?;
    let malformed = || NoKey("is no public key");
    let (_, info) = SubjectPublicKeyInfo::from_der(&der).map_err(|_| malformed())?;
    let point = || info.subject_public_key.data.to_vec();
    let curve =
        info.algorithm.parameters.as_ref().and_then(|any| any.as_oid().ok()).map(|oid| oid.to_id_string());
    let material = match (info.algorithm.algorithm.to_id_string().as_str(), curve.as_deref()) {
        ("1.2.840.113549.1.1.1", _) => match info.parsed() {
            Ok(PublicKey::RSA(key)) => rsa(key.modulus, key.exponent)?,
            _ => return Err(malformed()),
        },
        ("1.2.840.10045.2.1", Some("1.2.840.10045.3.1.7")) => Material::P256(point()),
        ("1.2.840.10045.2.1", Some("1.3.132.0.34")) => Material::P384(point()),
        ("1.3.101.112", _) => Material::Ed25519(point()),
        _ => return Err(NoKey("is neither RSA, nor on the curves P-256 and P-384, nor Ed25519")),
    };
    Ok(Key { id: None, algorithm: None, material })
}

fn rsa(modulus: &[u8], exponent: &[u8]) -> Result<Material, NoKey> {
    let number = |bytes: &[u8]| bytes.iter().copied().skip_while(|byte| *byte == 0).collect::<Vec<_>>();
    let (modulus, exponent) = (number(modulus), number(exponent));
    if modulus.len() < SHORTEST {
        return Err(NoKey("is an RSA key of fewer than 2048 bits"));
    }
    Ok(Material::Rsa { modulus, exponent })
}

#[derive(Deserialize)]
struct Set {
    keys: Vec<Jwk>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default)]
    alg: Option<String>,
    #[serde(default, rename = "use")]
    purpose: Option<String>,
    #[serde(default)]
    crv: Option<String>,
    #[serde(default)]
    n: Option<String>,
    #[serde(default)]
    e: Option<String>,
    #[serde(default)]
    x: Option<String>,
    #[serde(default)]
    y: Option<String>,
}

impl Jwk {
    /// None for a key that is for something else, or of a kind that is not known: sets have such beside others.
    fn key(&self) -> Option<Key> {
        if self.purpose.as_deref().is_some_and(|purpose| purpose != "sig") {
            return None;
        }
        let algorithm = match &self.alg {
            Some(name) => Some(Algorithm::of(name)?),
            None => None,
        };
        let number = |text: &Option<String>| URL_SAFE_NO_PAD.decode(text.as_ref()?).ok();
        let coordinate =
            |text: &Option<String>, length: usize| number(text).filter(|bytes| bytes.len() == length);
        let point = |length| {
            let (x, y) = (coordinate(&self.x, length)?, coordinate(&self.y, length)?);
            Some([&[4], x.as_slice(), y.as_slice()].concat())
        };
        let material = match (self.kty.as_str(), self.crv.as_deref()) {
            ("RSA", _) => rsa(&number(&self.n)?, &number(&self.e)?).ok()?,
            ("EC", Some("P-256")) => Material::P256(point(32)?),
            ("EC", Some("P-384")) => Material::P384(point(48)?),
            ("OKP", Some("Ed25519")) => Material::Ed25519(coordinate(&self.x, 32)?),
            _ => return None,
        };
        Some(Key { id: self.kid.clone(), algorithm, material })
    }
}

/// The keys of a JSON Web Key Set.
///
/// # Errors
/// [`NoKey`] for what is no set, and for one in which there is no key that is known here.
pub(super) fn of_set(json: &[u8]) -> Result<Vec<Key>, NoKey> {
    let set: Set = serde_json::from_slice(json).map_err(|_| NoKey("it is no JSON Web Key Set"))?;
    let keys: Vec<_> = set.keys.iter().filter_map(Jwk::key).collect();
    if keys.is_empty() {
        return Err(NoKey(
            "it has no key for signatures that is RSA of 2048 bits or more, P-256, P-384 or Ed25519",
        ));
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn of_a_set_only_the_keys_for_signatures_are_taken() {
        let ed = URL_SAFE_NO_PAD.encode([7; 32]);
        let json = format!(
            r#"{{"keys":[
                {{"kty":"OKP","crv":"Ed25519","x":"{ed}","kid":"a","alg":"EdDSA","extra":1}},
                {{"kty":"OKP","crv":"Ed25519","x":"{ed}","use":"enc"}},
                {{"kty":"oct","k":"{ed}"}},
                {{"kty":"OKP","crv":"X25519","x":"{ed}"}},
                {{"kty":"OKP","crv":"Ed25519","x":"AA"}},
                {{"kty":"RSA","n":"{ed}","e":"AQAB"}},
                {{"kty":"OKP","crv":"Ed25519","x":"{ed}","alg":"HS256"}}
            ]}}"#
        );
        let keys = of_set(json.as_bytes()).unwrap();
        assert_eq!(keys.len(), 1);
        assert_eq!(keys[0].id.as_deref(), Some("a"));
    }

    #[test]
    fn what_is_no_key_is_told_apart() {
        assert_eq!(of_pem("x").unwrap_err().to_string(), "is no public key as PEM");
        assert_eq!(of_set(b"{}").unwrap_err().to_string(), "it is no JSON Web Key Set");
        assert!(of_set(br#"{"keys":[{"kty":"oct","k":"AAAA"}]}"#).is_err());
    }

    proptest! {
        #[test]
        fn no_set_makes_the_parser_panic(bytes: Vec<u8>, kty in "RSA|EC|OKP|oct|", crv in "P-256|P-384|Ed25519|", part in "[A-Za-z0-9_=-]{0,90}") {
            let _ = of_set(&bytes);
            let json = format!(r#"{{"keys":[{{"kty":"{kty}","crv":"{crv}","n":"{part}","e":"{part}","x":"{part}","y":"{part}"}}]}}"#);
            let _ = of_set(json.as_bytes());
        }
    }
}
