//! HTTP: one pool of connections, bounded, with time-outs. It sends a request once, and knows nothing of secrets.
//!
//! # What is wiped
//! A request's body and token are lent from the memory of their [`SecretValue`](crate::SecretValue), and a reply's body is
//! collected into memory that is wiped, of the size that the server announced. What cannot be reached from here is not
//! wiped: the buffers of HTTP and TLS that bytes pass through on their way, and their copies of a token in the compression
//! state of HTTP/2 (which is told never to index it). A program whose allocator wipes what it frees closes that gap; the
//! command-line program's does.

mod body;
mod connector;
mod failure;
mod outgoing;
mod retry_after;
mod settings;
mod tls;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use events::Clock;
use http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use http::{HeaderMap, Response, StatusCode, Uri};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::capture_connection;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::sync::Semaphore;

use self::body::BodyError;
use self::connector::Connector;
use self::settings::Times;
pub(super) use self::settings::{problems, text as variable_text};
use self::tls::Tls;
use super::VaultConfig;
use super::address::Address;
use super::deadline::Deadline;
use super::error::TransportError;
use super::request::{Reply, Request};
use crate::{DEFAULT_CONCURRENCY, ErrorKind, OpenContext, Result};

/// The way to one server. Cheap to share by reference; all requests of a store go through one.
pub(super) struct Transport {
    address: Address,
    written_address: String,
    /// The proxy in between, for people: ` through the proxy http://proxy.example:3128`, or nothing.
    through: String,
    /// Whether a plain address other than a loopback one may be asked.
    plain_http: bool,
    client: Client<Connector, Full<Bytes>>,
    turns: Turns,
    times: Times,
    deadline: Deadline,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").field("address", &self.written_address).finish_non_exhaustive()
    }
}

impl Transport {
    /// Reads certificates; connects to nobody yet.
    pub(super) fn open(config: &VaultConfig, context: &OpenContext) -> Result<Self> {
        let address = settings::address(config, context)?;
        Self::to(address, settings::times(config, context)?, config, context)
    }

    fn to(address: Address, times: Times, config: &VaultConfig, context: &OpenContext) -> Result<Self> {
        let tls = if address.is_https() { Tls::open(&config.tls, context)? } else { Tls::none()? };
        let proxy = settings::proxy(&address, &context.environment)?;
        let through = proxy.as_ref().map(|proxy| format!(" through the proxy {}", proxy.written()));
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .timer(TokioTimer::new())
            // All requests are on one connection: without it, one that hangs takes each of them with it until the system gives it up.
            .http2_keep_alive_interval(times.ping)
            .http2_keep_alive_timeout(times.pong)
            .http2_keep_alive_while_idle(true)
            .build(Connector::new(tls, proxy, times.connect));
        let concurrency = config.concurrency.map_or(DEFAULT_CONCURRENCY, std::num::NonZeroUsize::get);
        Ok(Self {
            written_address: address.to_string(),
            through: through.unwrap_or_default(),
            turns: Turns::new(concurrency, address.is_https()),
            address,
            plain_http: config.plain_http,
            client,
            times,
            deadline: Deadline::new(context),
            clock: Arc::clone(&context.clock),
        })
    }

    /// The server's address, for people: `https://vault.example:8200`.
    pub(super) fn address(&self) -> &str {
        &self.written_address
    }

    /// Sends the request once. Waits for its turn when as many as configured are under way.
    ///
    /// One redirect is followed, since the server that sent it has done nothing.
    pub(super) async fn send(&self, request: &Request) -> Result<Reply, TransportError> {
        let to = outgoing::uri(&self.address, request)?;
        match self.exchange(request, to, &self.written_address).await? {
            Answer::Reply(reply) => Ok(reply),
            Answer::Elsewhere { location, url } => {
                let (address, to) = outgoing::elsewhere(&location, &url, &self.address, self.plain_http)?;
                match self.exchange(request, to, &address.to_string()).await? {
                    Answer::Reply(reply) => Ok(reply),
                    Answer::Elsewhere { url, .. } => Err(outgoing::sent_on_twice(&url)),
                }
            }
        }
    }

    async fn exchange(&self, request: &Request, to: Uri, server: &str) -> Result<Answer, TransportError> {
        let url = outgoing::written(request.verb, &to);
        let mut outgoing = outgoing::request(request, to)?;
        // Once there is a connection for it, the request may have been written to it.
        let connection = capture_connection(&mut outgoing);
        let may_be_done = || connection.connection_metadata().is_some();
        let answer = async {
            let _turn = self.turns.next().await;
            let response = self.client.request(outgoing).await;
            let response = response
                .map_err(|error| failure::sending(&format!("{server}{}", self.through), &url, &error))?;
            self.answer(response, &url).await
        };
        let work = async {
            // With its turn: those before it may be waiting for a server that hangs.
            tokio::time::timeout(self.times.request, answer)
                .await
                .unwrap_or_else(|_| Err(failure::too_slow(&url, self.times.request, may_be_done())))
        };
        self.deadline.bound(work).await.unwrap_or_else(|| Err(failure::deadline(&url, may_be_done())))
    }

    async fn answer(&self, response: Response<Incoming>, url: &str) -> Result<Answer, TransportError> {
        let (head, body) = response.into_parts();
        if let (301 | 302 | 307 | 308, Some(location)) =
            (head.status.as_u16(), header(&head.headers, &LOCATION))
        {
            return Ok(Answer::Elsewhere { location: location.to_owned(), url: url.to_owned() });
        }
        let body = body::incoming(body, body::LIMIT).await.map_err(|error| match error {
            BodyError::Broken(error) => failure::broken(url, &error, true),
            BodyError::TooLong => TransportError {
                may_be_done: true,
                ..TransportError::refused(
                    ErrorKind::Invalid,
                    format!("the answer from {url} is longer than {} MiB", body::LIMIT / 1024 / 1024),
                )
                .help(
                    "check that the address is that of a Vault or OpenBao server: it keeps nothing that long",
                )
            },
        })?;
        if head.status == StatusCode::BAD_REQUEST
            && body.starts_with(b"Client sent an HTTP request to an HTTPS")
        {
            return Err(failure::wants_tls(url));
        }
        let content_type = header(&head.headers, &CONTENT_TYPE).and_then(|value| value.split(';').next());
        let retry_after = header(&head.headers, &RETRY_AFTER);
        Ok(Answer::Reply(Reply {
            url: url.to_owned(),
            status: head.status.as_u16(),
            retry_after: retry_after.and_then(|value| retry_after::parse(value, self.clock.now())),
            content_type: content_type.map(|value| value.trim().to_ascii_lowercase()),
            body,
        }))
    }
}

enum Answer {
    Reply(Reply),
    Elsewhere { location: String, url: String },
}

fn header<'a>(headers: &'a HeaderMap, name: &http::HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// How many requests are under way at once.
#[derive(Debug)]
struct Turns {
    free: Semaphore,
    /// Turns that are not given out until the first request came to its end. Over TLS only then is it known whether all
    /// can share one connection: without the wait, as many would be made as there are turns.
    held_back: AtomicUsize,
}

struct Turn<'a> {
    turns: &'a Turns,
    _permit: Option<tokio::sync::SemaphorePermit<'a>>,
}

impl Turns {
    fn new(count: usize, one_first: bool) -> Self {
        let held_back = if one_first { count - 1 } else { 0 };
        Self { free: Semaphore::new(count - held_back), held_back: AtomicUsize::new(held_back) }
    }

    async fn next(&self) -> Turn<'_> {
        // Never closed, so there is always a permit.
        Turn { turns: self, _permit: self.free.acquire().await.ok() }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let held_back = self.turns.held_back.swap(0, Ordering::Relaxed);
        if held_back > 0 {
            self.turns.free.add_permits(held_back);
        }
    }
}

#[cfg(test)]
mod tests;
