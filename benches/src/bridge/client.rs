//! Asking a server, an answer at a time.

use std::io;
use std::net::SocketAddr;

use bytes::Bytes;
use http::{Method, Request};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{self, Builder};
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

/// One who asks a server, with a token. Asks nothing twice: what is not answered is an error.
#[derive(Debug, Clone)]
pub struct Client {
    address: SocketAddr,
    token: String,
    http: legacy::Client<HttpConnector, Full<Bytes>>,
}

/// What a server says.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The whole body.
    pub body: Bytes,
}

impl Client {
    /// One who asks the server at `address` with this token, over connections of its own.
    #[must_use]
    pub fn new(address: SocketAddr, token: impl Into<String>) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let http = Builder::new(TokioExecutor::new()).retry_canceled_requests(false).build(connector);
        Self { address, token: token.into(), http }
    }

    /// The same, with another token.
    #[must_use]
    pub fn with_token(&self, token: impl Into<String>) -> Self {
        Self::new(self.address, token)
    }

    /// Asks, and takes whatever is answered.
    ///
    /// # Errors
    /// [`ConnectionRefused`](io::ErrorKind::ConnectionRefused) when there is no connection, so that nothing was asked;
    /// [`ConnectionReset`](io::ErrorKind::ConnectionReset) when it breaks before the whole answer.
    pub async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> io::Result<Answer> {
        let body = body.map(|body| Bytes::from(body.to_string())).unwrap_or_default();
        let request = Request::builder()
            .method(method)
            .uri(format!("http://{}{path}", self.address))
            .header("x-vault-token", &self.token)
            .header("x-vault-request", "true")
            .body(Full::new(body))
            .map_err(io::Error::other)?;
        let response = self.http.request(request).await.map_err(|error| {
            let kind = if error.is_connect() {
                io::ErrorKind::ConnectionRefused
            } else {
                io::ErrorKind::ConnectionReset
            };
            io::Error::new(kind, error)
        })?;
        let status = response.status().as_u16();
        let body = response.into_body().collect().await;
        let body = body.map_err(|error| io::Error::new(io::ErrorKind::ConnectionReset, error))?.to_bytes();
        Ok(Answer { status, body })
    }

    /// Reads `path` of the key/value engine.
    ///
    /// # Errors
    /// As [`ask`](Self::ask).
    pub async fn read(&self, path: &str) -> io::Result<Answer> {
        self.ask(Method::GET, &format!("/v1/{}/data/{path}", super::MOUNT), None).await
    }

    /// Sends `body`, which has to be taken.
    ///
    /// # Errors
    /// As [`ask`](Self::ask), and for every status from 300 on; with what the server says.
    pub async fn post(&self, path: &str, body: &Value) -> io::Result<Value> {
        let answer = self.ask(Method::POST, path, Some(body)).await?;
        if answer.status >= 300 {
            let said = String::from_utf8_lossy(&answer.body).into_owned();
            return Err(io::Error::other(format!("POST {path}: {}: {said}", answer.status)));
        }
        Ok(serde_json::from_slice(&answer.body).unwrap_or_default())
    }

    /// Makes a token of these policies.
    ///
    /// # Errors
    /// As [`post`](Self::post).
    pub async fn issue(&self, policies: &[&str], ttl: &str) -> io::Result<String> {
        let body = serde_json::json!({ "policies": policies, "ttl": ttl, "renewable": true });
        let made = self.post("/v1/auth/token/create", &body).await?;
        let token = made.pointer("/auth/client_token").and_then(Value::as_str);
        token.map(str::to_owned).ok_or_else(|| io::Error::other("a token was made, and not told"))
    }
}

impl Answer {
    /// What is below `data.data`: the fields of a secret.
    #[must_use]
    pub fn fields(&self) -> Value {
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        body.pointer("/data/data").cloned().unwrap_or_default()
    }
}
