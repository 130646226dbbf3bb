//! `kubernetes.io/tls`: a certificate, the chain above it, and its private key.
//!
//! The API server takes anything; what does not parse or does not belong together fails later and elsewhere, in the
//! ingress controller.

mod key;
mod pem;

use events::Timestamp;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;

use super::{Findings, Values};
use key::{Match, PublicPart};

const CERTIFICATE: &str = "tls.crt";
const KEY: &str = "tls.key";

pub(super) fn check(values: &Values<'_>, now: Timestamp, findings: &mut Findings) {
    let (Some(certificate), Some(key)) = (values.get(CERTIFICATE), values.get(KEY)) else { return };
    let chain_der = pem::certificates(certificate, findings);
    let chain = chain_der.as_deref().and_then(|der| parse_chain(der, findings));
    let public = key::public_part(key, findings);
    if let Some(chain) = &chain {
        check_validity(chain, now, findings);
        if let Some(public) = &public {
            check_pair(chain, public, findings);
        }
    }
}

fn parse_chain<'a>(chain: &'a [Vec<u8>], findings: &mut Findings) -> Option<Vec<X509Certificate<'a>>> {
    let parsed: Vec<_> =
        chain.iter().map(|der| X509Certificate::from_der(der).ok().map(|(_, parsed)| parsed)).collect();
    for (index, _) in parsed.iter().enumerate().filter(|(_, parsed)| parsed.is_none()) {
        findings.problem(
            CERTIFICATE,
            format!("{} is not an X.509 certificate", position(index, chain.len())),
            "store the certificate as it was issued, in PEM form; openssl x509 -noout -text shows what is there",
        );
    }
    parsed.into_iter().collect()
}

/// A server presents the chain as it stands: the certificate of the key comes first.
fn check_pair(chain: &[X509Certificate<'_>], public: &PublicPart, findings: &mut Findings) {
    let matches: Vec<_> = chain.iter().map(|certificate| public.matches(certificate.public_key())).collect();
    match matches.first() {
        None | Some(Match::Yes) => {}
        Some(Match::Unknown(why)) => findings.warning(
            KEY,
            format!("was not checked against the certificate: {why}"),
            "compare by hand: openssl pkey -pubout on the key and openssl x509 -pubkey on the certificate print the same",
        ),
        Some(Match::No) => match matches.iter().position(|matched| *matched == Match::Yes) {
            Some(index) => findings.problem(
                CERTIFICATE,
                format!("the leaf must come first: the key belongs to {}", position(index, chain.len())),
                "put the certificate of the key first, then the one that signed it, and so on",
            ),
            None => findings.problem(
                KEY,
                "does not belong to the certificate in tls.crt",
                "store the key that the certificate was issued for, and both of one renewal",
            ),
        },
    }
}

fn check_validity(chain: &[X509Certificate<'_>], now: Timestamp, findings: &mut Findings) {
    for (index, certificate) in chain.iter().enumerate() {
        let validity = certificate.validity();
        let (from, until) = (validity.not_before.timestamp(), validity.not_after.timestamp());
        let which = position(index, chain.len());
        if until < now.as_second() {
            findings.warning(CERTIFICATE, format!("{which} expired on {}", time(until)), "renew it");
        } else if from > now.as_second() {
            findings.warning(
                CERTIFICATE,
                format!("{which} is not valid before {}", time(from)),
                "check the clock of the machine that issued it, and of this one",
            );
        }
    }
}

fn position(index: usize, of: usize) -> String {
    if of == 1 { "the certificate".to_owned() } else { format!("certificate {} of {of}", index + 1) }
}

fn time(seconds: i64) -> String {
    Timestamp::from_second(seconds).map_or_else(|_| "a date out of range".to_owned(), |time| time.to_string())
}
