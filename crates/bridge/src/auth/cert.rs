//! `auth/cert/login`.

use std::collections::BTreeMap;

use async_trait::async_trait;
use ring::digest;
use serde::Deserialize;
use vault_api::Raw;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{GeneralName, ParsedExtension};
use x509_parser::prelude::FromDer as _;
use x509_parser::time::ASN1Time;

use super::approle::text;
use super::glob::fits_any;
use super::{Admitted, Attempt, Method, Refusal};
use crate::api::object;
use crate::config::{CertConfig, CertRole, fingerprint};
use crate::token::hex;

/// Certificates, which the TLS layer has verified.
#[derive(Debug)]
pub(super) struct Cert {
    roles: BTreeMap<String, CertRole>,
}

/// What is sent.
#[derive(Default, Deserialize)]
struct Body<'a> {
    #[serde(default, borrow)]
    name: Option<Raw<'a>>,
}

impl Cert {
    pub(super) fn new(config: &CertConfig) -> Self {
        let mut roles = config.roles.clone();
        for role in roles.values_mut() {
            role.fingerprints = role.fingerprints.iter().filter_map(|text| fingerprint(text)).collect();
        }
        Self { roles }
    }
}

#[async_trait]
impl Method for Cert {
    async fn log_in(&self, attempt: &mut Attempt<'_>) -> Result<Admitted, Refusal> {
        let body: Body<'_> = object(attempt.body)?;
        let name = text(body.name, "name")?;
        let name = str::from_utf8(&name).unwrap_or_default().to_lowercase();
        let shown = attempt.peer.certificates.as_ref().and_then(|chain| chain.first());
        let der = shown.ok_or_else(|| Refusal::wrong("no client certificate found"))?;
        let invalid = || Refusal::wrong("invalid certificate or no client certificate supplied");
        let (_, certificate) = X509Certificate::from_der(der).map_err(|_| invalid())?;
        // It was good when the connection was made, which may be long ago.
        let now = ASN1Time::from_timestamp(attempt.now).map_err(|_| invalid())?;
        if !certificate.validity().is_valid_at(now) {
            return Err(invalid());
        }
        let shown = Shown::new(&certificate, der);
        let mut named = self.roles.iter().filter(|(own, _)| name.is_empty() || **own == name).peekable();
        if named.peek().is_none() {
            return Err(invalid());
        }
        let (name, role) = named.find(|(_, role)| shown.fits(role)).ok_or_else(|| {
            Refusal::wrong("no chain matching all constraints could be found for this login certificate")
        })?;
        let mut metadata = shown.metadata(&certificate);
        metadata.insert("cert_name".to_owned(), name.clone());
        Ok(Admitted { terms: role.terms(), display_name: name.clone(), metadata })
    }
}

/// What a certificate says.
struct Shown {
    common_names: Vec<String>,
    dns: Vec<String>,
    uris: Vec<String>,
    fingerprint: String,
}

impl Shown {
    fn new(certificate: &X509Certificate<'_>, der: &[u8]) -> Self {
        let common_names = certificate.subject().iter_common_name();
        let common_names = common_names.filter_map(|name| name.as_str().ok().map(str::to_owned)).collect();
        let (mut dns, mut uris) = (Vec::new(), Vec::new());
        // Of a certificate that names them twice, none is believed.
        if let Ok(Some(names)) = certificate.subject_alternative_name() {
            for name in &names.value.general_names {
                match name {
                    GeneralName::DNSName(name) => dns.push((*name).to_owned()),
                    GeneralName::URI(uri) => uris.push((*uri).to_owned()),
                    _ => {}
                }
            }
        }
        let fingerprint = hex(digest::digest(&digest::SHA256, der).as_ref());
        Self { common_names, dns, uris, fingerprint }
    }

    fn fits(&self, role: &CertRole) -> bool {
        let any = |patterns: &[String], own: &[String]| {
            patterns.is_empty() || own.iter().any(|text| fits_any(patterns, text))
        };
        any(&role.allowed_common_names, &self.common_names)
            && any(&role.allowed_dns_sans, &self.dns)
            && any(&role.allowed_uri_sans, &self.uris)
            && (role.fingerprints.is_empty() || role.fingerprints.contains(&self.fingerprint))
    }

    fn metadata(&self, certificate: &X509Certificate<'_>) -> BTreeMap<String, String> {
        let mut metadata = BTreeMap::from([
            ("common_name".to_owned(), self.common_names.first().cloned().unwrap_or_default()),
            ("serial_number".to_owned(), certificate.tbs_certificate.serial.to_string()),
            ("subject_key_id".to_owned(), String::new()),
            ("authority_key_id".to_owned(), String::new()),
        ]);
        for extension in certificate.extensions() {
            match extension.parsed_extension() {
                ParsedExtension::SubjectKeyIdentifier(id) => {
                    metadata.insert("subject_key_id".to_owned(), colons(id.0));
                }
                ParsedExtension::AuthorityKeyIdentifier(id) => {
                    let id = id.key_identifier.as_ref().map(|id| colons(id.0)).unwrap_or_default();
                    metadata.insert("authority_key_id".to_owned(), id);
                }
                _ => {}
            }
        }
        metadata
    }
}

fn colons(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| hex(&[*byte])).collect::<Vec<_>>().join(":")
}
