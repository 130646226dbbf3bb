//! A span for each request.

use std::sync::Arc;

use async_trait::async_trait;
use bridge::{Bridge, Handler, Request, Response};
use http::HeaderMap;
use opentelemetry::propagation::{Extractor, TextMapPropagator as _};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Instrument as _;
use tracing::field::Empty;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::TARGET;

/// Answers with a span around each request of the API, below the span that the client names in `traceparent`:
/// <https://www.w3.org/TR/trace-context/>.
#[derive(Debug)]
pub(super) struct Traced {
    bridge: Arc<Bridge>,
    propagator: TraceContextPropagator,
}

impl Traced {
    pub(super) fn new(bridge: Arc<Bridge>) -> Self {
        Self { bridge, propagator: TraceContextPropagator::new() }
    }
}

#[async_trait]
impl Handler for Traced {
    async fn handle(&self, request: Request) -> Response {
        // What the kubelet asks every few seconds tells nobody anything.
        if !request.path.starts_with("/v1/") {
            return self.bridge.handle(request).await;
        }
        let described = self.bridge.describe(&request);
        let span = tracing::info_span!(
            target: TARGET,
            parent: None,
            "request",
            otel.kind = "server",
            otel.name = format!("{} {}", described.method, described.route),
            otel.status_code = Empty,
            http.request.method = described.method,
            http.response.status_code = Empty,
            http.route = described.route,
            secretbridge.mount = described.mount,
            secretbridge.operation = described.operation,
            secretbridge.request_id = Empty,
        );
        // A header that is none names no parent.
        let _ = span.set_parent(self.propagator.extract(&Headers(&request.headers)));
        let response = self.bridge.handle(request).instrument(span.clone()).await;
        span.record("http.response.status_code", response.status.as_u16());
        if response.status.is_server_error() {
            span.record("otel.status_code", "ERROR");
        }
        response
    }
}

struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(http::HeaderName::as_str).collect()
    }
}
