//! Certificates of an authority that exists for one test.

use std::fs;
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};

/// Somebody who signs certificates. Valid for a long time, for tests.
#[derive(Debug)]
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    folder: PathBuf,
    certificate: PathBuf,
}

/// A certificate and its key, in PEM files.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Certified {
    /// The certificate.
    pub certificate: PathBuf,
    /// Its private key, PKCS #8.
    pub key: PathBuf,
}

impl Authority {
    /// A new authority, which writes what it signs into `folder`; its own certificate is there as `<name>.pem`.
    ///
    /// # Panics
    /// When the folder cannot be written.
    #[must_use]
    pub fn new(folder: &Path, name: &str) -> Self {
        let mut parameters = named(name, vec![]);
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        let key = KeyPair::generate().expect("a key can be made");
        let signed = parameters.self_signed(&key).expect("an authority can sign itself");
        let certificate = folder.join(format!("{name}.pem"));
        fs::write(&certificate, signed.pem()).expect("the folder can be written");
        Self { issuer: Issuer::new(parameters, key), folder: folder.to_owned(), certificate }
    }

    /// The file with the authority's certificate.
    #[must_use]
    pub fn certificate(&self) -> &Path {
        &self.certificate
    }

    /// Certifies a server of these host names and addresses, in `<file>.pem` and `<file>-key.pem`.
    ///
    /// # Panics
    /// When the folder cannot be written.
    #[must_use]
    pub fn server(&self, file: &str, hosts: &[&str]) -> Certified {
        let hosts = hosts.iter().map(ToString::to_string).collect();
        self.sign(file, named(file, hosts), ExtendedKeyUsagePurpose::ServerAuth)
    }

    /// Certifies a client of this common name, in `<name>.pem` and `<name>-key.pem`.
    ///
    /// # Panics
    /// When the folder cannot be written.
    #[must_use]
    pub fn client(&self, name: &str) -> Certified {
        self.sign(name, named(name, vec![]), ExtendedKeyUsagePurpose::ClientAuth)
    }

    fn sign(
        &self,
        file: &str,
        mut parameters: CertificateParams,
        usage: ExtendedKeyUsagePurpose,
    ) -> Certified {
        parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        parameters.extended_key_usages = vec![usage];
        let key = KeyPair::generate().expect("a key can be made");
        let signed = parameters.signed_by(&key, &self.issuer).expect("the authority can sign");
        let certified = Certified {
            certificate: self.folder.join(format!("{file}.pem")),
            key: self.folder.join(format!("{file}-key.pem")),
        };
        fs::write(&certified.certificate, signed.pem()).expect("the folder can be written");
        fs::write(&certified.key, key.serialize_pem()).expect("the folder can be written");
        certified
    }
}

fn named(name: &str, hosts: Vec<String>) -> CertificateParams {
    let mut parameters = CertificateParams::new(hosts).expect("host names are host names");
    parameters.distinguished_name.push(DnType::CommonName, name);
    parameters.use_authority_key_identifier_extension = true;
    parameters
}
