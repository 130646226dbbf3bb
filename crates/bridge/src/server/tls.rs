//! TLS, with certificates that may be replaced while it runs.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use ring::digest;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use serde::{Deserialize, Serialize};
use tokio_rustls::TlsAcceptor;
use zeroize::Zeroizing;

use crate::config::duration;

/// The server's certificate, and whom it asks for one. Files that are replaced are taken up without a restart: a pair that
/// cannot be used leaves the one before in force.
///
/// ```yaml
/// tls: { cert: /tls/tls.crt, key: /tls/tls.key }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TlsConfig {
    /// The certificate, and those that stand behind it, as PEM: a file.
    pub cert: PathBuf,
    /// The private key of the certificate, as PEM: a file.
    pub key: PathBuf,
    /// Whose client certificates are believed, as PEM: a file. Without it, clients are not asked for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_ca: Option<PathBuf>,
    /// Whether a client without a certificate is turned away; one that shows a bad one always is.
    #[serde(default)]
    pub client_auth: ClientAuth,
    /// How often the files are looked at; `10s` unless set.
    #[serde(default = "reload", with = "duration")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub reload: Duration,
}

fn reload() -> Duration {
    Duration::from_secs(10)
}

impl TlsConfig {
    /// This certificate and its key; clients are not asked for one.
    #[must_use]
    pub fn new(cert: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        Self {
            cert: cert.into(),
            key: key.into(),
            client_ca: None,
            client_auth: ClientAuth::default(),
            reload: reload(),
        }
    }

    /// With its files where `resolve` says that they are.
    #[must_use]
    pub fn resolved(self, resolve: impl Fn(&Path) -> PathBuf) -> Self {
        Self {
            cert: resolve(&self.cert),
            key: resolve(&self.key),
            client_ca: self.client_ca.map(|path| resolve(&path)),
            ..self
        }
    }
}

/// Whether clients must show a certificate, where [`client_ca`](TlsConfig::client_ca) says whose are believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ClientAuth {
    /// They must.
    #[default]
    Required,
    /// They may.
    Optional,
}

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
#[error("{}: {reason}", path.display())]
pub struct TlsError {
    path: PathBuf,
    reason: String,
    help: &'static str,
}

impl TlsError {
    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What to do.
    #[must_use]
    pub fn help(&self) -> &str {
        self.help
    }
}

/// TLS as it is now.
pub struct Tls {
    config: TlsConfig,
    current: RwLock<Arc<ServerConfig>>,
    /// Of the files that `current` was made of.
    seen: Mutex<Vec<u8>>,
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").field("config", &self.config).finish_non_exhaustive()
    }
}

/// The files' bytes.
struct Files {
    cert: Vec<u8>,
    key: Zeroizing<Vec<u8>>,
    client_ca: Option<Vec<u8>>,
}

impl Tls {
    /// Reads the files, whose paths are taken as they are.
    ///
    /// # Errors
    /// [`TlsError`] with the file that cannot be used.
    pub fn open(config: TlsConfig) -> Result<Self, TlsError> {
        let files = Files::read(&config)?;
        let current = RwLock::new(Arc::new(files.server(&config)?));
        Ok(Self { seen: Mutex::new(files.digest()), current, config })
    }

    /// Looks at the files, and takes them up if they have changed; tells whether they had.
    ///
    /// # Errors
    /// [`TlsError`] with the file that cannot be used. What was in force stays so.
    pub fn reload(&self) -> Result<bool, TlsError> {
        let files = Files::read(&self.config)?;
        let digest = files.digest();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if *seen == digest {
            return Ok(false);
        }
        let server = Arc::new(files.server(&self.config)?);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = server;
        *seen = digest;
        Ok(true)
    }

    /// Looks at the files again and again, until it is dropped.
    pub async fn keep_fresh(self: Arc<Self>) {
        let mut last = None;
        loop {
            tokio::time::sleep(self.config.reload.max(Duration::from_millis(10))).await;
            let tls = Arc::clone(&self);
            let Ok(reloaded) = tokio::task::spawn_blocking(move || tls.reload()).await else { continue };
            match reloaded {
                Ok(false) => last = None,
                Ok(true) => {
                    last = None;
                    tracing::info!(cert = %self.config.cert.display(), "took up a new certificate");
                }
                // Said once, not at every look.
                Err(error) if last.as_ref() == Some(&error.to_string()) => {}
                Err(error) => {
                    tracing::error!(%error, help = error.help, "the certificate cannot be replaced: the one before stays");
                    last = Some(error.to_string());
                }
            }
        }
    }

    pub(super) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl Files {
    fn read(config: &TlsConfig) -> Result<Self, TlsError> {
        let read = |path: &Path| {
            std::fs::read(path).map_err(|error| TlsError {
                path: path.to_owned(),
                reason: error.to_string(),
                help: "check the path and the file's mode",
            })
        };
        Ok(Self {
            cert: read(&config.cert)?,
            key: Zeroizing::new(read(&config.key)?),
            client_ca: config.client_ca.as_deref().map(read).transpose()?,
        })
    }

    fn digest(&self) -> Vec<u8> {
        let mut context = digest::Context::new(&digest::SHA256);
        for part in [&self.cert, &*self.key, self.client_ca.as_ref().unwrap_or(&Vec::new())] {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        context.finish().as_ref().to_vec()
    }

    fn server(&self, config: &TlsConfig) -> Result<ServerConfig, TlsError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider));
        let builder = builder.with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12]);
        let unusable = |path: &Path, reason: String, help| TlsError { path: path.to_owned(), reason, help };
        let builder = builder.map_err(|error| unusable(&config.cert, error.to_string(), ""))?;
        let builder = match (&config.client_ca, &self.client_ca) {
            (Some(path), Some(pem)) => {
                let mut roots = RootCertStore::empty();
                for certificate in certificates(path, pem)? {
                    roots
                        .add(certificate)
                        .map_err(|error| unusable(path, error.to_string(), CERTIFICATES))?;
                }
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
                let verifier = match config.client_auth {
                    ClientAuth::Required => verifier,
                    ClientAuth::Optional => verifier.allow_unauthenticated(),
                };
                let verifier = verifier.build();
                builder.with_client_cert_verifier(
                    verifier.map_err(|error| unusable(path, error.to_string(), CERTIFICATES))?,
                )
            }
            _ => builder.with_no_client_auth(),
        };
        let chain = certificates(&config.cert, &self.cert)?;
        let key = PrivateKeyDer::from_pem_slice(&self.key);
        // What the parser says may quote the file.
        let key = key.map_err(|_| unusable(&config.key, "no private key in it".to_owned(), KEY))?;
        let server = builder.with_single_cert(chain, key);
        let mut server = server.map_err(|error| {
            let reason = match error {
                rustls::Error::InconsistentKeys(_) => "it is not the key of the certificate".to_owned(),
                other => other.to_string(),
            };
            unusable(&config.key, reason, KEY)
        })?;
        server.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(server)
    }
}

const CERTIFICATES: &str = "the file is to hold certificates as PEM: -----BEGIN CERTIFICATE-----";

const KEY: &str = "the file is to hold the certificate's private key as PEM, not encrypted";

fn certificates(path: &Path, pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let unusable =
        |reason: &str| TlsError { path: path.to_owned(), reason: reason.to_owned(), help: CERTIFICATES };
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let read = read.map_err(|_| unusable("it is no PEM"))?;
    if read.is_empty() { Err(unusable("no certificate in it")) } else { Ok(read) }
}
