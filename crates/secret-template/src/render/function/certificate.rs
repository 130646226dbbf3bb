//! The operator's own functions for PEM: <https://external-secrets.io/latest/guides/templating/>.

use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::ParsedExtension;
use x509_parser::prelude::FromDer;

use crate::render::fault::{Fault, Result};
use crate::render::pem::{self, Block};
use crate::render::text::{Buffer, Text};
use crate::render::value::Value;

use super::{Function, function, text};

pub(super) const TABLE: &[Function] = &[
    function("filterPEM", "ss", |_, a| filter_pem(text(a, 0), text(a, 1))),
    function("filterCertChain", "ss", |_, a| filter_chain(text(a, 0), text(a, 1))),
];

/// The blocks of one type, which is compared without regard to case.
fn filter_pem(kind: &[u8], input: &[u8]) -> Result<Value> {
    let mut out = Buffer::new();
    let mut rest = input;
    while let Some((block, after)) = pem::decode(rest) {
        rest = after;
        if is_same_kind(&block.kind, kind) {
            pem::encode(&mut out, &block)?;
        }
    }
    if out.bytes().is_empty() && !rest.is_empty() {
        return Err(Fault::new("the value has no PEM block of this type, and something that is no PEM"));
    }
    Ok(Value::Text(out.finish()?))
}

fn is_same_kind(a: &[u8], b: &[u8]) -> bool {
    let folded = |bytes: &[u8]| core::str::from_utf8(bytes).map(str::to_lowercase).ok();
    a == b || (folded(a).is_some() && folded(a) == folded(b))
}

struct Certificate {
    der: Text,
    subject_key: Option<Vec<u8>>,
    authority_key: Option<Vec<u8>>,
}

impl Certificate {
    fn parse(der: &Text) -> Result<Self> {
        const WRONG: Fault = Fault::new("the value has a PEM block that is no certificate");
        let (after, certificate) = X509Certificate::from_der(der).map_err(|_| WRONG)?;
        if !after.is_empty() {
            return Err(WRONG);
        }
        let (mut subject_key, mut authority_key) = (None, None);
        for extension in certificate.extensions() {
            match extension.parsed_extension() {
                ParsedExtension::SubjectKeyIdentifier(key) => subject_key = Some(key.0.to_vec()),
                ParsedExtension::AuthorityKeyIdentifier(authority) => {
                    authority_key = authority.key_identifier.as_ref().map(|key| key.0.to_vec());
                }
                _ => {}
            }
        }
        Ok(Self { der: der.clone(), subject_key, authority_key })
    }

    fn is_root(&self) -> bool {
        self.authority_key.is_none() || self.authority_key == self.subject_key
    }
}

/// The certificates from the leaf on, each followed by the one that issued it.
fn chain(input: &[u8]) -> Result<Vec<Certificate>> {
    let mut certificates = Vec::new();
    let mut rest = input;
    while let Some((block, after)) = pem::decode(rest) {
        rest = after;
        certificates.push(Certificate::parse(&block.bytes)?);
    }
    let parent_of = |index: usize| {
        let key: &Option<Vec<u8>> = &certificates[index].authority_key;
        let issued = |other: &Certificate| {
            other.subject_key.as_deref().unwrap_or_default() == key.as_deref().unwrap_or_default()
        };
        (0..certificates.len()).find(|other| *other != index && issued(&certificates[*other]))
    };
    let parents: Vec<_> = (0..certificates.len()).map(parent_of).collect();
    let mut leaves = (0..certificates.len()).filter(|index| !parents.contains(&Some(*index)));
    let mut next = leaves.next();
    if next.is_none() {
        return Err(Fault::new("the value has no leaf certificate"));
    }
    if leaves.next().is_some() {
        return Err(Fault::new("the certificates are not one chain"));
    }
    let mut order = Vec::new();
    while let Some(index) = next {
        if order.len() == certificates.len() {
            return Err(Fault::new("the certificates issue each other in a circle"));
        }
        order.push(index);
        next = parents[index];
    }
    let mut certificates: Vec<_> = certificates.into_iter().map(Some).collect();
    Ok(order.into_iter().filter_map(|index| certificates[index].take()).collect())
}

fn filter_chain(kind: &[u8], input: &[u8]) -> Result<Value> {
    let chain = chain(input)?;
    let kept: Vec<&Certificate> = match kind {
        b"leaf" => chain.first().into_iter().filter(|leaf| !leaf.is_root()).collect(),
        b"intermediate" => chain.iter().skip(1).take_while(|certificate| !certificate.is_root()).collect(),
        b"root" => chain.last().into_iter().filter(|last| last.is_root()).collect(),
        _ => Vec::new(),
    };
    let mut out = Buffer::new();
    for certificate in kept {
        pem::encode(&mut out, &Block::of(b"CERTIFICATE", &certificate.der))?;
    }
    Ok(Value::Text(out.finish()?))
}
