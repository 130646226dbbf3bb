//! Certificates: whose are trusted, and which one is shown.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use secrecy::ExposeSecret as _;
use zeroize::Zeroizing;

use crate::buffer::read_to_end;
use crate::provider::vault::TlsConfig;
use crate::provider::vault::environment::{
    CA_FILE, CA_FOLDER, CA_TEXT, CLIENT_CERTIFICATE, CLIENT_KEY, EnvironmentVariable, SERVER_NAME,
    SKIP_VERIFY,
};
use crate::provider::vault::transport::settings::{invalid, text};
use crate::{OpenContext, Result};

/// The longest file of certificates or key, in bytes: a whole system's bundle is a tenth of it.
const LIMIT: usize = 4 * 1024 * 1024;

/// How to speak TLS.
pub(super) struct Tls {
    pub(super) config: ClientConfig,
    /// Asked for and verified in place of the address's host.
    pub(super) server_name: Option<ServerName<'static>>,
}

impl Tls {
    pub(super) fn open(config: &TlsConfig, context: &OpenContext) -> Result<Self> {
        refuse_skipping(context)?;
        let roots = Authorities::find(config, context)?.load()?;
        let builder = Self::builder()?.with_root_certificates(roots);
        let client = match client_identity(config, context)? {
            None => builder.with_no_client_auth(),
            Some(identity) => identity.apply(builder)?,
        };
        Ok(Self { config: client, server_name: server_name(config, context)? })
    }

    /// For plain HTTP: trusts nobody.
    pub(super) fn none() -> Result<Self> {
        let config = Self::builder()?.with_root_certificates(RootCertStore::empty()).with_no_client_auth();
        Ok(Self { config, server_name: None })
    }

    fn builder() -> Result<rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier>> {
        ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| invalid(format!("TLS cannot be set up: {error}"), "report this as a bug"))
    }
}

/// `VAULT_SKIP_VERIFY`: whoever sits in the way could then read the token and every secret.
fn refuse_skipping(context: &OpenContext) -> Result<()> {
    let Some((name, value)) = SKIP_VERIFY.read(&context.environment) else { return Ok(()) };
    if ["0", "f", "false"].contains(&text(name, &value)?.to_ascii_lowercase().as_str()) {
        return Ok(());
    }
    Err(invalid(
        format!(
            "{name} asks not to check the server's certificate, and without that anybody in the way can read the secrets"
        ),
        "unset it, and name the authority that signed the server's certificate as tls.ca, or in BAO_CACERT or VAULT_CACERT",
    ))
}

/// Whose certificates are trusted.
enum Authorities {
    System,
    /// A file, or a folder of files, and where that was said.
    At(PathBuf, &'static str),
    Text(Zeroizing<Vec<u8>>, &'static str),
}

impl Authorities {
    #[expect(clippy::disallowed_methods, reason = "certificates are public")]
    fn find(config: &TlsConfig, context: &OpenContext) -> Result<Self> {
        let environment = &context.environment;
        if let Some(path) = &config.ca {
            return Ok(Self::At(context.resolve(path), "tls.ca"));
        }
        if let Some((name, path)) = CA_FILE.read(environment) {
            return Ok(Self::At(PathBuf::from(text(name, &path)?), name));
        }
        if let Some((name, pem)) = CA_TEXT.read(environment) {
            return Ok(Self::Text(Zeroizing::new(pem.expose_secret().to_vec()), name));
        }
        if let Some((name, path)) = CA_FOLDER.read(environment) {
            return Ok(Self::At(PathBuf::from(text(name, &path)?), name));
        }
        Ok(Self::System)
    }

    fn load(self) -> Result<RootCertStore> {
        match self {
            Self::System => system_authorities(),
            Self::Text(pem, source) => store_of(certificates(&pem, source, None)?, source, None),
            Self::At(path, source) if path.is_dir() => {
                let listed = std::fs::read_dir(&path).and_then(|entries| {
                    entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()
                });
                let mut files = listed.map_err(|error| unreadable(source, &path, &error))?;
                files.retain(|file| file.is_file());
                files.sort();
                let mut all = Vec::new();
                for file in files {
                    // Such a folder may hold other files; what has no certificate in it is none of these.
                    all.extend(certificates(&read(&file, source)?, source, Some(&file)).unwrap_or_default());
                }
                if all.is_empty() {
                    return Err(no_certificate(source, Some(&path)));
                }
                store_of(all, source, Some(&path))
            }
            Self::At(path, source) => {
                store_of(certificates(&read(&path, source)?, source, Some(&path))?, source, Some(&path))
            }
        }
    }
}

fn system_authorities() -> Result<RootCertStore> {
    let found = rustls_native_certs::load_native_certs();
    let mut store = RootCertStore::empty();
    let (added, _) = store.add_parsable_certificates(found.certs);
    if added == 0 {
        return Err(invalid(
            "this system has no certificate authorities, so no server's certificate can be checked",
            "install the system's ca-certificates, or name the authority of the server as tls.ca",
        ));
    }
    Ok(store)
}

fn store_of(
    certificates: Vec<CertificateDer<'static>>,
    source: &str,
    path: Option<&Path>,
) -> Result<RootCertStore> {
    let mut store = RootCertStore::empty();
    for certificate in certificates {
        store.add(certificate).map_err(|error| {
            invalid(
                format!("{} holds a certificate that cannot be used: {error}", place(source, path)),
                "write the certificate of the authority there, in PEM",
            )
        })?;
    }
    Ok(store)
}

/// A certificate, its chain, and its key.
struct ClientIdentity {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    places: (String, String),
}

impl ClientIdentity {
    fn apply(
        self,
        builder: rustls::ConfigBuilder<ClientConfig, rustls::client::WantsClientCert>,
    ) -> Result<ClientConfig> {
        let (certificate, key) = self.places;
        builder.with_client_auth_cert(self.chain, self.key).map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => invalid(
                format!("{key} is not the key of the certificate in {certificate}"),
                "name a certificate and the private key that it was made with",
            ),
            other => invalid(
                format!("the client certificate in {certificate} and {key} cannot be used: {other}"),
                "use a certificate with an RSA, ECDSA or Ed25519 key",
            ),
        })
    }
}

fn client_identity(config: &TlsConfig, context: &OpenContext) -> Result<Option<ClientIdentity>> {
    let certificate =
        file(config.client_certificate.as_deref(), "tls.client_certificate", CLIENT_CERTIFICATE, context)?;
    let key = file(config.client_key.as_deref(), "tls.client_key", CLIENT_KEY, context)?;
    let ((certificate, of_certificate), (key, of_key)) = match (certificate, key) {
        (None, None) => return Ok(None),
        (Some(certificate), Some(key)) => (certificate, key),
        (Some((_, source)), None) => {
            return Err(invalid(
                format!("{source} names a client certificate, and nothing names its private key"),
                "set tls.client_key, or BAO_CLIENT_KEY or VAULT_CLIENT_KEY",
            ));
        }
        (None, Some((_, source))) => {
            return Err(invalid(
                format!("{source} names a private key, and nothing names its client certificate"),
                "set tls.client_certificate, or BAO_CLIENT_CERT or VAULT_CLIENT_CERT",
            ));
        }
    };
    let chain = certificates(&read(&certificate, of_certificate)?, of_certificate, Some(&certificate))?;
    let key_pem = read(&key, of_key)?;
    let places = (place(of_certificate, Some(&certificate)), place(of_key, Some(&key)));
    let key = PrivateKeyDer::from_pem_slice(&key_pem).map_err(|_| {
        let encrypted = b"ENCRYPTED";
        let reason = if key_pem.windows(encrypted.len()).any(|window| window == encrypted) {
            format!("{} is encrypted with a passphrase", places.1)
        } else {
            format!("{} holds no private key in PEM", places.1)
        };
        invalid(reason, "write the private key there, in PEM, without a passphrase")
    })?;
    Ok(Some(ClientIdentity { chain, key, places }))
}

fn server_name(config: &TlsConfig, context: &OpenContext) -> Result<Option<ServerName<'static>>> {
    let (source, name) = match (&config.server_name, SERVER_NAME.read(&context.environment)) {
        (Some(name), _) => ("tls.server_name", name.clone()),
        (None, Some((source, name))) => (source, text(source, &name)?),
        (None, None) => return Ok(None),
    };
    ServerName::try_from(name).map(Some).map_err(|_| {
        invalid(format!("{source} is not a host name"), "write the name that the server's certificate is for")
    })
}

/// A file that the configuration names, or else the environment, and where it was named.
fn file(
    configured: Option<&Path>,
    setting: &'static str,
    variable: EnvironmentVariable,
    context: &OpenContext,
) -> Result<Option<(PathBuf, &'static str)>> {
    match (configured, variable.read(&context.environment)) {
        (Some(path), _) => Ok(Some((context.resolve(path), setting))),
        (None, Some((name, path))) => Ok(Some((PathBuf::from(text(name, &path)?), name))),
        (None, None) => Ok(None),
    }
}

fn certificates(pem: &[u8], source: &str, path: Option<&Path>) -> Result<Vec<CertificateDer<'static>>> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    found.ok().filter(|found| !found.is_empty()).ok_or_else(|| no_certificate(source, path))
}

fn read(path: &Path, source: &str) -> Result<Zeroizing<Vec<u8>>> {
    let read = || {
        let mut file = std::fs::File::open(path)?;
        let size = usize::try_from(file.metadata()?.len()).unwrap_or(LIMIT);
        read_to_end(&mut file, size, LIMIT)
    };
    read().map_err(|error| unreadable(source, path, &error))
}

fn unreadable(source: &str, path: &Path, error: &std::io::Error) -> crate::Error {
    invalid(
        format!("{} cannot be read: {error}", place(source, Some(path))),
        "check that it is there and that this user may read it",
    )
}

fn no_certificate(source: &str, path: Option<&Path>) -> crate::Error {
    invalid(
        format!("{} holds no certificate in PEM", place(source, path)),
        "write certificates there that begin with -----BEGIN CERTIFICATE-----",
    )
}

/// `tls.ca (/etc/acme/ca.pem)`.
fn place(source: &str, path: Option<&Path>) -> String {
    path.map_or_else(|| source.to_owned(), |path| format!("{source} ({})", path.display()))
}
