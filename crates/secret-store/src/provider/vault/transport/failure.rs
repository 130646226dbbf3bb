//! Why there is no answer, in words.

use std::error::Error as StdError;
use std::time::Duration;

use rustls::{AlertDescription, CertificateError};

use super::connector::TooLong;
use crate::ErrorKind;
use crate::provider::vault::error::TransportError;

const UNREACHABLE: &str =
    "check that the server runs, that the address is right, and that nothing between here and there stops it";
const CLIENT_CERTIFICATE: &str =
    "name a client certificate that the server takes as tls.client_certificate and tls.client_key";

/// Searches an error and what is behind it. `io::Error` keeps what it was made from where `source` does not show it.
fn find<'a, E: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        next = match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}

/// The system's reason, without its number.
fn system_reason(error: &(dyn StdError + 'static)) -> Option<String> {
    let mut found = None;
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(io) = error.downcast_ref::<std::io::Error>() {
            found = Some(match io.raw_os_error() {
                Some(_) => io.kind().to_string(),
                None => io.to_string(),
            });
            next = io.get_ref().map(|inner| inner as _);
        } else {
            next = error.source();
        }
    }
    found
}

/// No connection could be made, so nothing was asked.
pub(super) fn connecting(server: &str, error: &(dyn StdError + 'static)) -> TransportError {
    if let Some(error) = find::<rustls::Error>(error) {
        return tls(server, error);
    }
    let why = match find::<TooLong>(error) {
        Some(too_long) => too_long.to_string(),
        None => system_reason(error).unwrap_or_else(|| innermost(error)),
    };
    TransportError::unreachable(format!("cannot connect to {server}: {why}")).help(UNREACHABLE)
}

fn innermost(error: &(dyn StdError + 'static)) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

/// A request was being sent, or was sent, and its answer did not come.
pub(super) fn sending(server: &str, url: &str, error: &hyper_util::client::legacy::Error) -> TransportError {
    if error.is_connect() {
        return connecting(server, error);
    }
    if let Some(error @ rustls::Error::AlertReceived(_)) = find::<rustls::Error>(error) {
        return tls(server, error);
    }
    let never_begun = find::<hyper::Error>(error).is_some_and(hyper::Error::is_canceled)
        || find::<h2::Error>(error).is_some_and(is_refusal);
    broken(url, error, !never_begun)
}

/// Whether the server said that it has not looked at the request: by refusing its stream, or by a GOAWAY whose last stream
/// came before it (RFC 9113, section 8.7); of the streams up to that one, `h2` does not report it.
fn is_refusal(error: &h2::Error) -> bool {
    error.is_remote() && (error.is_go_away() || error.reason() == Some(h2::Reason::REFUSED_STREAM))
}

/// The answer broke off.
pub(super) fn broken(url: &str, error: &(dyn StdError + 'static), may_be_done: bool) -> TransportError {
    let hyper = find::<hyper::Error>(error);
    let hangs = hyper.is_some_and(hyper::Error::is_timeout);
    let why = match hyper {
        _ if hangs => "the connection hangs".to_owned(),
        Some(error) if error.is_incomplete_message() || error.is_canceled() || error.is_closed() => {
            "the connection was closed".to_owned()
        }
        Some(error) if error.is_parse() => "what came is not HTTP".to_owned(),
        _ => system_reason(error).unwrap_or_else(|| innermost(error)),
    };
    TransportError {
        may_be_done,
        // A server that stands still has yet to read what it was sent.
        may_come_late: may_be_done && hangs,
        ..TransportError::unreachable(format!("no answer from {url}: {why}"))
    }
    .help("look at the server's log, and at what is between here and there")
}

/// The answer took too long.
pub(super) fn too_slow(url: &str, time: Duration, may_be_done: bool) -> TransportError {
    TransportError {
        may_be_done,
        may_come_late: may_be_done,
        ..TransportError::unreachable(format!("no answer from {url} within {time:?}"))
    }
    .help("look at how busy the server is; request_timeout in the configuration says how long to wait")
}

/// The run's deadline passed.
pub(super) fn deadline(url: &str, may_be_done: bool) -> TransportError {
    let reason = format!("the deadline of the whole run passed before {url} was answered");
    TransportError { may_be_done, is_retryable: false, ..TransportError::unreachable(reason) }
        .help("look at why the server is slow, or give the run more time")
}

/// A server of TLS was asked in plain HTTP.
pub(super) fn wants_tls(url: &str) -> TransportError {
    TransportError::refused(
        ErrorKind::Unavailable,
        format!("{url} was asked in plain HTTP, and the server speaks HTTPS"),
    )
    .help("write https:// in the address")
}

fn tls(server: &str, error: &rustls::Error) -> TransportError {
    let (why, help) = match error {
        rustls::Error::InvalidCertificate(error) => certificate(error),
        rustls::Error::InvalidMessage(_) => (
            "it does not speak TLS on this port".to_owned(),
            "check the port; if the server is meant to speak plain HTTP, write http:// in the address",
        ),
        rustls::Error::AlertReceived(
            AlertDescription::CertificateRequired | AlertDescription::NoCertificate,
        ) => ("it asks for a client certificate".to_owned(), CLIENT_CERTIFICATE),
        rustls::Error::AlertReceived(
            alert @ (AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::DecryptError
            | AlertDescription::AccessDenied),
        ) => (format!("it does not take the client certificate ({alert:?})"), CLIENT_CERTIFICATE),
        rustls::Error::AlertReceived(AlertDescription::UnrecognisedName) => (
            "it does not know the name that it was asked for".to_owned(),
            "check the host in the address, and tls.server_name",
        ),
        rustls::Error::PeerIncompatible(_)
        | rustls::Error::AlertReceived(AlertDescription::ProtocolVersion) => (
            "it speaks no TLS 1.2 or 1.3 that this program does".to_owned(),
            "let the server speak TLS 1.2 or newer",
        ),
        other => (format!("the TLS handshake failed: {other}"), UNREACHABLE),
    };
    TransportError {
        is_retryable: false,
        kind: ErrorKind::Unavailable,
        ..TransportError::unreachable(format!("cannot connect to {server}: {why}"))
    }
    .help(help)
}

/// `DnsName("vault.example")` is how the library writes a name.
fn names(presented: &[String]) -> String {
    let bare = presented.iter().map(|name| {
        let inner = name.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')')).unwrap_or(name);
        inner.trim_matches('"')
    });
    let names: Vec<&str> = bare.collect();
    if names.is_empty() { "no name".to_owned() } else { names.join(", ") }
}

fn certificate(error: &CertificateError) -> (String, &'static str) {
    match error {
        // A signature that is not right: of an authority that has the name of a trusted one, such as its predecessor.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => (
            "its certificate is signed by an authority that is not trusted here".to_owned(),
            "name the authority's certificate as tls.ca, or in BAO_CACERT or VAULT_CACERT",
        ),
        CertificateError::NotValidForNameContext { expected, presented } => (
            format!("its certificate is for {}, not for {}", names(presented), expected.to_str()),
            "use the name that the certificate is for in the address, or name it as tls.server_name",
        ),
        CertificateError::ExpiredContext { .. } | CertificateError::Expired => (
            "its certificate has expired".to_owned(),
            "give the server a new certificate; if it has one, check this machine's clock",
        ),
        CertificateError::NotValidYetContext { .. } | CertificateError::NotValidYet => {
            ("its certificate is not valid yet".to_owned(), "check this machine's clock, and the server's")
        }
        CertificateError::Other(other) => (
            format!("its certificate cannot be used: {other}"),
            "give the server a certificate for its name that an authority signed, and name that authority as tls.ca",
        ),
        other => (
            format!("its certificate is not right: {other}"),
            "look at the server's certificate, and at who signed it",
        ),
    }
}
