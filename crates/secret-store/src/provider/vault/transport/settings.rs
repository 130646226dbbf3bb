//! Where the server is, how long to wait for it, and what is in between: from the configuration, else from the environment.

use std::borrow::Cow;
use std::time::Duration;

use events::SignedDuration;
use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use secrecy::ExposeSecret as _;

use super::connector::Proxy;
use crate::provider::vault::VaultConfig;
use crate::provider::vault::address::{Address, AddressError};
use crate::provider::vault::environment::{ADDRESS, CLIENT_TIMEOUT, HTTPS_PROXY, NO_PROXY, PROXY};
use crate::{Detail, Environment, Error, ErrorKind, OpenContext, Result, SecretValue};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// Together less than a request has: what is asked again after it goes over another connection.
const PING_INTERVAL: Duration = Duration::from_secs(15);
const PING_TIMEOUT: Duration = Duration::from_secs(10);

/// How long is waited.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    pub(super) connect: Duration,
    pub(super) request: Duration,
    /// From what came last over a connection of HTTP/2 until the server is asked whether it is there.
    pub(super) ping: Duration,
    /// From that until the connection is given up.
    pub(super) pong: Duration,
}

pub(super) fn invalid(reason: impl Into<Cow<'static, str>>, help: impl Into<Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::Invalid, Detail::new("open", reason).help(help))
}

/// The text of an environment variable that holds no secret.
#[expect(clippy::disallowed_methods, reason = "addresses, paths and names, which are no secrets")]
pub(in super::super) fn text(name: &str, value: &SecretValue) -> Result<String> {
    core::str::from_utf8(value.expose_secret()).map(|text| text.trim().to_owned()).map_err(|_| {
        invalid(format!("{name} is not text"), format!("set {name} to text in UTF-8, or unset it"))
    })
}

pub(super) fn address(config: &VaultConfig, context: &OpenContext) -> Result<Address> {
    let (source, written) = match (&config.address, ADDRESS.read(&context.environment)) {
        (Some(address), _) => ("address", address.clone()),
        (None, Some((name, value))) => (name, text(name, &value)?),
        (None, None) => {
            return Err(invalid(
                "nothing says where the server is",
                "write its address in the configuration, as in address: https://vault.example:8200, or set BAO_ADDR or \
                 VAULT_ADDR",
            ));
        }
    };
    let address = Address::parse(&written).map_err(|error| {
        let help = match error {
            AddressError::UserInfo => {
                "write it without user name and password: how to log in is said in auth, as a reference"
            }
            AddressError::UnixSocket => {
                "name a TCP listener of the server, or of its agent: an http:// address on 127.0.0.1 needs no certificate"
            }
            AddressError::Scheme | AddressError::Query | AddressError::Fragment | AddressError::Host => {
                "write it as https://HOST:PORT, and where a reverse proxy needs it a path after it"
            }
        };
        invalid(format!("{source} is not the address of a server: {error} (not shown)"), help)
    })?;
    if !address.is_https() && !config.plain_http && !address.is_loopback() {
        return Err(invalid(
            format!("{address} is plain HTTP: the token and the secrets would be sent in the clear"),
            "use https://, or write plain_http: true in the configuration where the network between is trusted",
        ));
    }
    Ok(address)
}

/// What is wrong with these settings whatever the environment says: the field, and why.
pub(in super::super) fn problems(config: &VaultConfig) -> Vec<(&'static str, Error)> {
    let nowhere = OpenContext::new("").with_environment(Environment::fixed::<String, String>([]));
    let address = config.address.as_ref().and_then(|_| address(config, &nowhere).err());
    let time = |name, time: Option<SignedDuration>| time.and_then(|time| positive(name, time).err());
    let problems = [
        ("address", address),
        ("connect_timeout", time("connect_timeout", config.connect_timeout)),
        ("request_timeout", time("request_timeout", config.request_timeout)),
    ];
    problems.into_iter().filter_map(|(field, problem)| Some((field, problem?))).collect()
}

pub(super) fn times(config: &VaultConfig, context: &OpenContext) -> Result<Times> {
    let request = match (config.request_timeout, CLIENT_TIMEOUT.read(&context.environment)) {
        (Some(time), _) => positive("request_timeout", time)?,
        (None, Some((name, value))) => positive(name, written_duration(name, &text(name, &value)?)?)?,
        (None, None) => REQUEST_TIMEOUT,
    };
    let connect = match config.connect_timeout {
        Some(time) => positive("connect_timeout", time)?,
        None => CONNECT_TIMEOUT,
    };
    Ok(Times { connect: connect.min(request), request, ping: PING_INTERVAL, pong: PING_TIMEOUT })
}

/// As the `vault` program reads it: a number alone is of seconds.
fn written_duration(source: &str, text: &str) -> Result<SignedDuration> {
    let seconds = text.parse::<u32>().map(|seconds| SignedDuration::from_secs(seconds.into()));
    seconds.ok().or_else(|| text.parse().ok()).ok_or_else(|| {
        invalid(format!("{source} is not a duration"), "write seconds, or a duration such as 1m30s")
    })
}

fn positive(source: &str, time: SignedDuration) -> Result<Duration> {
    Duration::try_from(time).ok().filter(|time| !time.is_zero()).ok_or_else(|| {
        invalid(format!("{source} is not a positive duration"), "write a duration such as 30s")
    })
}

/// The proxy for an https address. A plain address is never asked for through one: its token would be readable there.
pub(super) fn proxy(address: &Address, environment: &Environment) -> Result<Option<Proxy>> {
    if !address.is_https() || address.is_loopback() {
        return Ok(None);
    }
    let (name, written, exceptions) = match (PROXY.read(environment), HTTPS_PROXY.read(environment)) {
        (Some((name, value)), _) => (name, text(name, &value)?, String::new()),
        (None, Some((name, value))) => {
            let no = NO_PROXY.read(environment).map(|(name, value)| text(name, &value)).transpose()?;
            (name, text(name, &value)?, no.unwrap_or_default())
        }
        (None, None) => return Ok(None),
    };
    let unusable = || {
        invalid(
            format!("{name} is not the address of an HTTP proxy (not shown)"),
            "write it as http://HOST:PORT, or http://USER:PASSWORD@HOST:PORT; proxies that speak SOCKS or TLS themselves \
             are not supported",
        )
    };
    let to = address.join("/").ok_or_else(unusable)?;
    let parsed = Matcher::builder().https(written.clone()).build().intercept(&to).ok_or_else(unusable)?;
    if parsed.uri().scheme() != Some(&http::uri::Scheme::HTTP) {
        return Err(unusable());
    }
    if Matcher::builder().https(written).no(exceptions).build().intercept(&to).is_none() {
        return Ok(None);
    }
    let authorization = parsed.basic_auth().cloned().map(|mut value| {
        value.set_sensitive(true);
        value
    });
    let proxy: Uri = parsed.uri().clone();
    Ok(Some(Proxy { address: proxy, authorization }))
}
