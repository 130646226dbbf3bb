//! What was asked.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use http::{HeaderMap, Method};
use rustls_pki_types::CertificateDer;
use zeroize::Zeroizing;

/// A request whose body has arrived, within the server's limits.
pub struct Request {
    /// The method; `LIST` is one too.
    pub method: Method,
    /// The path as it was sent, with its percent signs: `/v1/secret/data/a`.
    pub path: Box<str>,
    /// What follows the question mark, as it was sent; empty when there is none.
    pub query: Box<str>,
    /// The headers. A token is among them: `Debug` shows only their names.
    pub headers: HeaderMap,
    /// The body, wiped when it is dropped.
    pub body: Zeroizing<Vec<u8>>,
    /// Who asks.
    pub peer: Peer,
}

/// Who asks.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Peer {
    /// Where from.
    pub address: IpAddr,
    /// The certificates that the client has shown, its own first, verified; none without mutual TLS.
    pub certificates: Option<Arc<[CertificateDer<'static>]>>,
}

impl Peer {
    /// One who has shown no certificate.
    #[must_use]
    pub fn at(address: IpAddr) -> Self {
        Self { address, certificates: None }
    }
}

/// Neither the query, nor a header's value, nor the body.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .field("body", &self.body.len())
            .field("peer", &self.peer.address)
            .finish_non_exhaustive()
    }
}
