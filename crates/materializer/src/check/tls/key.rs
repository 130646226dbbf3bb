//! The public part of a private key, to be compared with a certificate's.
//!
//! RSA and elliptic-curve keys carry their public part, so that any size and any curve is compared without arithmetic;
//! an Ed25519 key is the seed alone. An algorithm that is not known here is no reason to refuse: it is *unknown*.

use ed25519_dalek::SigningKey;
use pkcs1::{RsaPrivateKey, RsaPublicKey};
use pkcs8::der::Decode;
use pkcs8::{ObjectIdentifier, PrivateKeyInfo};
use rustls_pki_types::pem::SectionKind;
use sec1::EcPrivateKey;
use x509_parser::x509::SubjectPublicKeyInfo;

use super::{KEY, pem};
use crate::check::Findings;

/// RFC 8017; `RSASSA-PSS` keys are RSA keys with a restriction on their use.
const RSA: [ObjectIdentifier; 2] = [
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1"),
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10"),
];
/// RFC 5480.
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
/// RFC 8410.
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// What a certificate of the key must have.
#[derive(Debug)]
pub(super) enum PublicPart {
    /// The modulus.
    Rsa(Vec<u8>),
    /// The point.
    Ec(Vec<u8>),
    Ed25519([u8; 32]),
    Unknown(&'static str),
}

/// Whether a certificate is of the key.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Match {
    Yes,
    No,
    Unknown(&'static str),
}

impl PublicPart {
    pub(super) fn matches(&self, certificate: &SubjectPublicKeyInfo<'_>) -> Match {
        let oid = certificate.algorithm.algorithm.to_id_string();
        let is = |known: ObjectIdentifier| known.to_string() == oid;
        let bits: &[u8] = &certificate.subject_public_key.data;
        let same = match self {
            Self::Unknown(why) => return Match::Unknown(why),
            Self::Rsa(modulus) => {
                RSA.into_iter().any(is)
                    && RsaPublicKey::from_der(bits).is_ok_and(|key| key.modulus.as_bytes() == modulus)
            }
            Self::Ec(point) => {
                if is(EC) && bits.first() != point.first() {
                    return Match::Unknown("one of the two writes its point compressed");
                }
                is(EC) && bits == point
            }
            Self::Ed25519(public) => is(ED25519) && bits == public,
        };
        if same { Match::Yes } else { Match::No }
    }
}

/// The public part of the first private key in `pem`.
pub(super) fn public_part(pem: &[u8], findings: &mut Findings) -> Option<PublicPart> {
    let (kind, der) = pem::private_key(pem, findings)?;
    let public = match kind {
        SectionKind::RsaPrivateKey => of_rsa(&der),
        SectionKind::EcPrivateKey => of_ec(&der),
        _ => of_pkcs8(&der),
    };
    if public.is_none() {
        findings.problem(
            KEY,
            "is not a private key, or is damaged",
            "store the key as it was made; openssl pkey -noout -check tells whether it is whole",
        );
    }
    public
}

fn of_pkcs8(der: &[u8]) -> Option<PublicPart> {
    let info = PrivateKeyInfo::try_from(der).ok()?;
    match info.algorithm.oid {
        oid if RSA.contains(&oid) => of_rsa(info.private_key),
        EC => of_ec(info.private_key),
        ED25519 => of_ed25519(info.private_key),
        _ => Some(PublicPart::Unknown("its algorithm is not one that is known here")),
    }
}

fn of_rsa(der: &[u8]) -> Option<PublicPart> {
    let key = RsaPrivateKey::from_der(der).ok()?;
    Some(PublicPart::Rsa(key.modulus.as_bytes().to_vec()))
}

fn of_ec(der: &[u8]) -> Option<PublicPart> {
    let key = EcPrivateKey::from_der(der).ok()?;
    Some(key.public_key.map_or(PublicPart::Unknown("the key does not carry its public part"), |point| {
        PublicPart::Ec(point.to_vec())
    }))
}

/// RFC 8410, section 7: the seed is an octet string inside the octet string of PKCS #8.
fn of_ed25519(der: &[u8]) -> Option<PublicPart> {
    let seed = pkcs8::der::asn1::OctetStringRef::from_der(der).ok()?;
    let key = SigningKey::from_bytes(seed.as_bytes().try_into().ok()?);
    Some(PublicPart::Ed25519(key.verifying_key().to_bytes()))
}
