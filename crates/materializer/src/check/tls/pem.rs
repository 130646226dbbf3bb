//! Finding certificates and keys in PEM (RFC 7468), and saying what is there instead.

use rustls_pki_types::pem::{PemObject, SectionKind};
use zeroize::{Zeroize, Zeroizing};

use super::{CERTIFICATE, KEY};
use crate::check::Findings;

/// A private key: what kind of section it was, and its DER.
pub(super) type PrivateKey = (SectionKind, Zeroizing<Vec<u8>>);

/// The DER of each certificate, in order; at least one.
pub(super) fn certificates(pem: &[u8], findings: &mut Findings) -> Option<Vec<Vec<u8>>> {
    let (mut chain, mut keys) = (Vec::new(), 0);
    for section in <(SectionKind, Vec<u8>)>::pem_slice_iter(pem) {
        match section {
            Ok((SectionKind::Certificate, der)) => chain.push(der),
            Ok((kind, mut der)) => {
                keys += usize::from(is_private(kind));
                der.zeroize();
            }
            Err(_) => {
                findings.problem(CERTIFICATE, DAMAGED, HELP_DAMAGED);
                return None;
            }
        }
    }
    if keys > 0 && !chain.is_empty() {
        findings.warning(
            CERTIFICATE,
            "holds a private key beside the certificate, and servers hand out what tls.crt holds",
            "store the private key as tls.key alone",
        );
    }
    if chain.is_empty() {
        if keys > 0 {
            findings.problem(CERTIFICATE, "holds a private key and no certificate", HELP_SWAPPED);
        } else if is_der(pem) {
            findings.problem(
                CERTIFICATE,
                "is in DER form, and Kubernetes wants PEM",
                "convert it: openssl x509 -inform der -outform pem",
            );
        } else {
            findings.problem(CERTIFICATE, "holds no certificate in PEM form", HELP_CERTIFICATE);
        }
        return None;
    }
    Some(chain)
}

/// The first private key.
pub(super) fn private_key(pem: &[u8], findings: &mut Findings) -> Option<PrivateKey> {
    if contains(pem, b"-----BEGIN ENCRYPTED PRIVATE KEY-----") || contains(pem, b"Proc-Type: 4,ENCRYPTED") {
        findings.problem(
            KEY,
            "is encrypted with a passphrase, which no server in the cluster can ask for",
            "decrypt it before it is stored: openssl pkey -in KEY",
        );
        return None;
    }
    let mut certificates = 0;
    for section in <(SectionKind, Vec<u8>)>::pem_slice_iter(pem) {
        match section {
            Ok((kind, der)) if is_private(kind) => return Some((kind, Zeroizing::new(der))),
            Ok((kind, _)) => certificates += usize::from(kind == SectionKind::Certificate),
            Err(_) => {
                findings.problem(KEY, DAMAGED, HELP_DAMAGED);
                return None;
            }
        }
    }
    if certificates > 0 {
        findings.problem(KEY, "holds a certificate and no private key", HELP_SWAPPED);
    } else if is_der(pem) {
        findings.problem(
            KEY,
            "is in DER form, and Kubernetes wants PEM",
            "convert it: openssl pkey -inform der -outform pem",
        );
    } else {
        findings.problem(KEY, "holds no private key in PEM form", HELP_KEY);
    }
    None
}

const DAMAGED: &str = "is damaged PEM: a section has no end, or is not base64";
const HELP_DAMAGED: &str = "store the file as it was issued, with all lines from BEGIN to END";
const HELP_SWAPPED: &str = "check whether tls.crt and tls.key have each other's source";
const HELP_CERTIFICATE: &str =
    "store the certificate, and the chain above it, from -----BEGIN CERTIFICATE----- on";
const HELP_KEY: &str = "store the key from -----BEGIN PRIVATE KEY----- on (or RSA, or EC PRIVATE KEY)";

fn is_private(kind: SectionKind) -> bool {
    matches!(kind, SectionKind::PrivateKey | SectionKind::RsaPrivateKey | SectionKind::EcPrivateKey)
}

/// A DER sequence of more than 127 bytes, which every certificate and nearly every key is.
fn is_der(bytes: &[u8]) -> bool {
    matches!(bytes, [0x30, 0x81..=0x83, ..])
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}
