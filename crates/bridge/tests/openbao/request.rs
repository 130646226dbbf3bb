//! A request, as it is written down: `[who, option…] METHOD TARGET BODY`.
//!
//! `who` is the name of a token, `nobody`, or `stranger` for one that nobody has issued. Options are `bearer`, `type=…` for the content
//! type (empty for none), and `NAME: VALUE` for a header. `{token:NAME}` and `{accessor:NAME}` are the token and the accessor of that
//! name, which are others at each server.

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderName, HeaderValue};
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::TokioIo;

use crate::answer::Answer;
use crate::known::Known;

/// Longer than either server thinks about anything.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) who: String,
    pub(crate) options: Vec<String>,
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) body: String,
}

impl Request {
    pub(crate) fn new(method: &str, target: impl Into<String>, body: impl Into<String>) -> Self {
        let (target, body) = (target.into(), body.into());
        Self { who: "root".to_owned(), options: Vec::new(), method: method.to_owned(), target, body }
    }

    pub(crate) fn by(mut self, who: &str) -> Self {
        who.clone_into(&mut self.who);
        self
    }

    pub(crate) fn with(mut self, option: &str) -> Self {
        self.options.push(option.to_owned());
        self
    }

    /// Sends it to this server, on a connection of its own.
    pub(crate) async fn send(&self, address: SocketAddr, known: &Known) -> Answer {
        match tokio::time::timeout(PATIENCE, self.exchange(address, known)).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Answer::none(),
            Err(tokio::time::error::Elapsed { .. }) => panic!("{address} does not answer: {self}"),
        }
    }

    async fn exchange(&self, address: SocketAddr, known: &Known) -> hyper::Result<Answer> {
        let stream = tokio::net::TcpStream::connect(address).await.unwrap();
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        let connection = tokio::spawn(connection);
        let response = sender.send_request(self.to_http(known)).await?;
        let (head, body) = response.into_parts();
        let body = body.collect().await?.to_bytes();
        drop(sender);
        connection.abort();
        Ok(Answer::new(&head, &body))
    }

    fn to_http(&self, known: &Known) -> http::Request<Full<Bytes>> {
        let body = Bytes::from(known.fill(&self.body));
        let mut request = http::Request::new(Full::new(body));
        *request.method_mut() = self.method.parse().unwrap();
        *request.uri_mut() = known.fill(&self.target).parse().unwrap_or_else(|_| panic!("no target: {self}"));
        let headers = request.headers_mut();
        headers.insert(HOST, HeaderValue::from_static("localhost"));
        let token = match self.who.as_str() {
            "nobody" => None,
            "stranger" => Some("s.nobodyHasIssuedThisToken".to_owned()),
            name => Some(known.token(name)),
        };
        if let Some(token) = token {
            if self.options.iter().any(|option| option == "bearer") {
                headers.insert(AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
            } else {
                headers.insert("x-vault-token", token.parse().unwrap());
            }
        }
        let usual = if self.method == "PATCH" { "application/merge-patch+json" } else { "application/json" };
        if !self.body.is_empty() || self.method == "PATCH" {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(usual));
        }
        for option in &self.options {
            match (option.split_once('='), option.split_once(": ")) {
                (Some(("type", "")), _) => drop(headers.remove(CONTENT_TYPE)),
                (Some(("type", kind)), _) => drop(headers.insert(CONTENT_TYPE, kind.parse().unwrap())),
                (_, Some((name, value))) => {
                    headers.insert(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
                }
                _ => assert_eq!(option, "bearer", "no option"),
            }
        }
        request
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}", self.who)?;
        for option in &self.options {
            write!(f, ", {option}")?;
        }
        write!(f, "] {} {}", self.method, self.target)?;
        if self.body.is_empty() { Ok(()) } else { write!(f, " {}", self.body) }
    }
}

impl FromStr for Request {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (who, rest) = text.strip_prefix('[').and_then(|rest| rest.split_once("] ")).ok_or("no [who]")?;
        let mut options = who.split(", ").map(str::to_owned);
        let who = options.next().ok_or("nobody")?;
        let mut parts = rest.splitn(3, ' ');
        let method = parts.next().ok_or("no method")?.to_owned();
        let target = parts.next().ok_or("no target")?.to_owned();
        let body = parts.next().unwrap_or_default().to_owned();
        Ok(Self { who, options: options.collect(), method, target, body })
    }
}
