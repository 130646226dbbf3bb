//! A proxy that breaks what passes through it (feature `proxy`).
//!
//! Stands between a client under test and a real server that speaks HTTP/1.1 without TLS, notes each request, and does to
//! some of them what networks, load balancers and overloaded servers do.
//!
//! ```
//! use std::io::{Read as _, Write as _};
//! use std::net::{SocketAddr, TcpStream};
//! use test_kit::proxy::{Answer, Fault, Proxy, Rule};
//!
//! fn get(server: SocketAddr, path: &str) -> String {
//!     let mut stream = TcpStream::connect(server).unwrap();
//!     write!(stream, "GET {path} HTTP/1.1\r\nhost: {server}\r\nconnection: close\r\n\r\n").unwrap();
//!     let mut answer = String::new();
//!     stream.read_to_string(&mut answer).unwrap();
//!     answer
//! }
//!
//! # test_kit::block_on(async {
//! # let server = SocketAddr::from(([127, 0, 0, 1], 9));
//! let proxy = Proxy::start(server).await?;
//! proxy.inject(Rule::new(Fault::Reply(Answer::new(503).header("retry-after", "7"))).under("/v1/secret/").times(1));
//! proxy.inject(Rule::new(Fault::CutRequest).skip(1));
//!
//! let client = proxy.address();
//! assert!(get(client, "/v1/secret/data/db").starts_with("HTTP/1.1 503 "));
//! assert_eq!(proxy.count("GET", "/v1/secret/"), 1);
//! assert_eq!(proxy.forwarded("GET", "/v1/secret/"), 0);
//! # std::io::Result::Ok(())
//! # }).unwrap();
//! ```
//!
//! Messages are passed on byte for byte, and parsed (by [`httparse`](https://docs.rs/httparse)) only as far as it takes to
//! find their ends: a server framework would refuse to send what a fault has to.
//!
//! # What it does not do
//! TLS, HTTP/2, `Expect: 100-continue`, upgrades and pipelining. Each request goes to the server over a connection of its own.
//! Delays are those of tokio's timers. Nothing is wiped: values in tests are made up.

mod connection;
mod fault;
mod message;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

pub use self::fault::{Answer, Fault, Rule};
use crate::watched::until;

/// A proxy on a port of its own on 127.0.0.1, until it is dropped.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    listening: Mutex<Option<JoinHandle<()>>>,
}

/// A request that came to a [`Proxy`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Seen {
    /// Such as `GET`.
    pub method: String,
    /// Path and query, as they were sent: `/v1/secret/metadata/?list=true`.
    pub target: String,
    /// Whether it was sent on to the server in full.
    pub forwarded: bool,
    /// Whether the server answered it in full.
    pub answered: bool,
    /// Whether a fault was done to it.
    pub faulted: bool,
}

impl Seen {
    fn is(&self, method: &str, prefix: &str) -> bool {
        self.method == method && self.target.starts_with(prefix)
    }
}

#[derive(Debug)]
struct Shared {
    upstream: SocketAddr,
    rules: Mutex<Rules>,
    seen: watch::Sender<Vec<Seen>>,
}

#[derive(Debug)]
struct Rules {
    rules: Vec<Rule>,
    random: fastrand::Rng,
}

impl Proxy {
    /// Starts a proxy in front of the server at `upstream`, which need not be there yet. Needs a tokio runtime.
    ///
    /// # Errors
    /// When there is no port to listen on.
    pub async fn start(upstream: SocketAddr) -> io::Result<Self> {
        Self::seeded(upstream, 0).await
    }

    /// The same, with a seed for [`Rule::one_in`].
    ///
    /// # Errors
    /// When there is no port to listen on.
    pub async fn seeded(upstream: SocketAddr, seed: u64) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let rules = Mutex::new(Rules { rules: Vec::new(), random: fastrand::Rng::with_seed(seed) });
        let shared = Arc::new(Shared { upstream, rules, seen: watch::Sender::default() });
        let listening = Mutex::new(Some(tokio::spawn(accept(listener, Arc::clone(&shared)))));
        Ok(Self { address, shared, listening })
    }

    /// Where clients connect to.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The same as a URL: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Adds a rule after those that there are. Each request has the fault of the first rule that fits it.
    pub fn inject(&self, rule: impl Into<Rule>) {
        self.rules(|rules| rules.rules.push(rule.into()));
    }

    /// Takes all rules away. What has been done to requests under way goes on.
    pub fn mend(&self) {
        self.rules(|rules| rules.rules.clear());
    }

    /// Cuts all connections and refuses new ones, as a server that is not running does.
    pub async fn refuse(&self) {
        let listening = self.listening.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(listening) = listening {
            listening.abort();
            // The error says that it was aborted.
            let _ = listening.await;
        }
    }

    /// Takes connections again, at the same address, after [`refuse`](Self::refuse).
    ///
    /// # Errors
    /// When somebody else has taken the port.
    pub async fn accept_again(&self) -> io::Result<()> {
        self.refuse().await;
        let listener = TcpListener::bind(self.address).await?;
        let listening = tokio::spawn(accept(listener, Arc::clone(&self.shared)));
        *self.listening.lock().unwrap_or_else(PoisonError::into_inner) = Some(listening);
        Ok(())
    }

    /// Every request that came, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<Seen> {
        self.shared.seen.borrow().clone()
    }

    /// How many requests of this method came for what begins with `prefix`.
    #[must_use]
    pub fn count(&self, method: &str, prefix: &str) -> usize {
        self.shared.seen.borrow().iter().filter(|seen| seen.is(method, prefix)).count()
    }

    /// How many of [those](Self::count) the server was sent.
    #[must_use]
    pub fn forwarded(&self, method: &str, prefix: &str) -> usize {
        self.shared.seen.borrow().iter().filter(|seen| seen.forwarded && seen.is(method, prefix)).count()
    }

    /// Returns once at least `count` requests have come: a test waits for this before it kills the server.
    pub async fn seen(&self, count: usize) {
        until(&self.shared.seen, |seen| seen.len() >= count).await;
    }

    /// Returns once the server has answered at least `count` requests, also those whose clients are gone.
    pub async fn answered(&self, count: usize) {
        until(&self.shared.seen, |seen| seen.iter().filter(|seen| seen.answered).count() >= count).await;
    }

    /// Forgets the requests that came. Not while one is under way.
    pub fn forget(&self) {
        self.shared.seen.send_modify(Vec::clear);
    }

    fn rules<T>(&self, change: impl FnOnce(&mut Rules) -> T) -> T {
        change(&mut self.shared.rules.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let listening = self.listening.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(listening) = listening {
            listening.abort();
        }
    }
}

impl Shared {
    /// Notes a request; its number, and the fault that is to be done to it.
    fn arrived(&self, method: &str, target: &str) -> (usize, Option<Fault>) {
        let mut rules = self.rules.lock().unwrap_or_else(PoisonError::into_inner);
        let Rules { rules, random } = &mut *rules;
        let fault = rules.iter_mut().find_map(|rule| rule.take(method, target, random));
        let mut number = 0;
        self.seen.send_modify(|seen| {
            number = seen.len();
            let (method, target, faulted) = (method.to_owned(), target.to_owned(), fault.is_some());
            seen.push(Seen { method, target, forwarded: false, answered: false, faulted });
        });
        (number, fault)
    }

    /// Notes more of a request, unless it is forgotten.
    fn note(&self, number: usize, note: impl FnMut(&mut Seen)) {
        self.seen.send_modify(|seen| seen.get_mut(number).into_iter().for_each(note));
    }
}

/// Takes connections until it is aborted; the connections end with it.
async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        while connections.try_join_next().is_some() {}
        connections.spawn(connection::serve(client, Arc::clone(&shared)));
    }
}
