//! Where the server is, and where in its API something is.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use http::Uri;
use http::uri::{Authority, Scheme};

/// The server, and what its API's paths begin with: `https://vault.example:8200`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    scheme: Scheme,
    authority: Authority,
    /// Empty, or a path that begins with `/` and does not end with one: where a reverse proxy has the server.
    prefix: String,
}

/// Why a text is no address. The text is not quoted: it may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum AddressError {
    #[error("it does not begin with https:// or http://")]
    Scheme,
    #[error("unix sockets are not supported")]
    UnixSocket,
    #[error("it holds a user name or a password")]
    UserInfo,
    #[error("it holds a query")]
    Query,
    #[error("it holds a fragment")]
    Fragment,
    #[error("what follows its scheme is not HOST, HOST:PORT or HOST:PORT/PATH")]
    Host,
}

impl Address {
    pub(super) fn parse(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        let (scheme, rest) = text.split_once("://").ok_or(AddressError::Scheme)?;
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "https" => Scheme::HTTPS,
            "http" => Scheme::HTTP,
            "unix" => return Err(AddressError::UnixSocket),
            _ => return Err(AddressError::Scheme),
        };
        let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        if authority.contains('@') {
            return Err(AddressError::UserInfo);
        }
        if path.contains('#') {
            return Err(AddressError::Fragment);
        }
        if path.contains('?') {
            return Err(AddressError::Query);
        }
        let authority: Authority = authority.parse().map_err(|_| AddressError::Host)?;
        let port = &authority.as_str()[authority.host().len()..];
        if authority.host().is_empty()
            || (!port.is_empty() && authority.port_u16().is_none_or(|port| port == 0))
        {
            return Err(AddressError::Host);
        }
        let prefix = path.trim_end_matches('/');
        // The `vault` program takes an address that ends with the API's own prefix as one without it.
        let prefix = prefix.strip_suffix("/v1").unwrap_or(prefix).to_owned();
        let address = Self { scheme, authority, prefix };
        address.join("/").map(|_| address).ok_or(AddressError::Host)
    }

    /// The address with a path, and perhaps a query, added to it.
    pub(super) fn join(&self, path_and_query: &str) -> Option<Uri> {
        Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query(format!("{}{path_and_query}", self.prefix))
            .build()
            .ok()
    }

    /// The server alone: `https://vault.example:8200`.
    pub(super) fn without_prefix(&self) -> Self {
        Self { prefix: String::new(), ..self.clone() }
    }

    pub(super) fn is_https(&self) -> bool {
        self.scheme == Scheme::HTTPS
    }

    /// Whether nothing that is sent there leaves this machine.
    pub(super) fn is_loopback(&self) -> bool {
        let host = self.authority.host();
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        host.eq_ignore_ascii_case("localhost")
            || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
            || host.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback())
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.scheme, self.authority, self.prefix)
    }
}

/// What follows `/v1/`: segments, percent-encoded where they must be.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct ApiPath(String);

impl ApiPath {
    /// Words of the API itself, which need no encoding: `auth/token/lookup-self`.
    pub(super) fn fixed(words: &str) -> Self {
        Self(words.to_owned())
    }

    /// This path, and below it `rest`, whose segments are encoded each on its own; empty segments are left out.
    pub(super) fn join(mut self, rest: &str) -> Self {
        use fmt::Write as _;
        for segment in rest.split('/').filter(|segment| !segment.is_empty()) {
            if !self.0.is_empty() {
                self.0.push('/');
            }
            for byte in segment.bytes() {
                if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                    self.0.push(char::from(byte));
                } else {
                    let _ = write!(self.0, "%{byte:02X}");
                }
            }
        }
        self
    }
}

impl fmt::Display for ApiPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
