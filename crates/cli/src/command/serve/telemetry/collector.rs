//! The connection to the collector.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use opentelemetry_http::{HttpClient, HttpError};
use tokio::runtime::Handle;

use crate::error::{Error, Result};

/// The longest answer, in bytes; it says only what was not taken.
const LONGEST: usize = 64 * 1024;

/// How long the collector may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// The connection to the collector. Spans are sent by a thread of its own, which has no runtime: requests run on the server's.
pub(super) struct Collector {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    runtime: Handle,
}

impl Collector {
    pub(super) fn new() -> Result<Self> {
        let connector = HttpsConnectorBuilder::new()
            .with_native_roots()
            .map_err(Error::io("read the certificates of", "this machine".as_ref()))?;
        let connector = connector.https_or_http().enable_http1().build();
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Ok(Self { client, runtime: Handle::current() })
    }
}

/// A header of a request may be a credential: nothing of it is shown.
impl fmt::Debug for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collector").finish_non_exhaustive()
    }
}

#[async_trait]
impl HttpClient for Collector {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let answer = self.client.request(request.map(Full::new));
        let sent = self.runtime.spawn(async move {
            let sending = async {
                let (parts, body) = answer.await.map_err(|_| "it cannot be reached")?.into_parts();
                let body = Limited::new(body, LONGEST).collect().await.map_err(|_| "its answer broke off")?;
                Ok(Response::from_parts(parts, body.to_bytes()))
            };
            match tokio::time::timeout(PATIENCE, sending).await {
                Ok(sent) => sent,
                Err(_) => Err("it takes too long"),
            }
        });
        let sent = sent.await.unwrap_or(Err("the server ends"));
        match &sent {
            Ok(response) if !response.status().is_success() => {
                tracing::warn!(status = response.status().as_u16(), "the collector does not take traces");
            }
            Ok(_) => {}
            Err(problem) => tracing::warn!(problem, "traces were not sent to the collector"),
        }
        sent.map_err(Into::into)
    }
}
