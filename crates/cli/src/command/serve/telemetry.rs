//! Traces of requests, for OpenTelemetry: a span for each request, and one below it for each call of a store.
//!
//! The environment says where they go, by the names that OpenTelemetry gives:
//! <https://opentelemetry.io/docs/specs/otel/protocol/exporter/>. In a span there is neither a value, nor a token, nor the name of
//! a secret: those who look at traces are others than those who look at the audit log.

mod collector;
mod handler;
mod store;

use std::sync::Arc;
use std::time::Duration;

use bridge::{Bridge, Handler};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{SpanExporter, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use secrecy::ExposeSecret as _;
use secret_store::{Environment, SecretStore};
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::registry::LookupSpan;

use self::collector::Collector;
use self::handler::Traced;
use self::store::TracedStore;
use crate::error::{Error, Result};

/// What the spans of traces are told by: the log takes no span, and traces take no others.
const TARGET: &str = "secretbridge::trace";

/// Where traces are sent to; either of them has them sent.
const ENDPOINTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];

/// How long the last spans may take.
const LAST: Duration = Duration::from_secs(5);

/// Traces, if they are sent anywhere.
pub(super) struct Telemetry(Option<SdkTracerProvider>);

impl Telemetry {
    /// As the environment says; nothing is traced where it names no collector. Needs a tokio runtime.
    ///
    /// # Errors
    /// When what it says makes no sense.
    pub(super) fn of(environment: &Environment) -> Result<Self> {
        let says = |name: &str, word: &str| {
            text(environment, name).is_some_and(|text| text.eq_ignore_ascii_case(word))
        };
        let has_endpoint =
            ENDPOINTS.iter().any(|name| text(environment, name).is_some_and(|text| !text.is_empty()));
        if !has_endpoint || says("OTEL_SDK_DISABLED", "true") || says("OTEL_TRACES_EXPORTER", "none") {
            return Ok(Self(None));
        }
        let exporter = SpanExporter::builder().with_http().with_http_client(Collector::new()?).build();
        let exporter = exporter.map_err(|_| Error::Usage {
            message: "the environment does not say where traces are sent to".to_owned(),
            help: "OTEL_EXPORTER_OTLP_ENDPOINT is an address such as http://127.0.0.1:4318; OTEL_EXPORTER_OTLP_PROTOCOL can be \
                   http/protobuf alone; headers are written as `name=value,name=value`"
                .to_owned(),
        })?;
        let mut resource = Resource::builder();
        if text(environment, "OTEL_SERVICE_NAME").is_none() {
            resource = resource.with_service_name("secretbridge");
        }
        let provider =
            SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource.build());
        Ok(Self(Some(provider.build())))
    }

    /// What takes the spans.
    pub(super) fn layer<S: Subscriber + for<'span> LookupSpan<'span>>(
        &self,
    ) -> Option<impl Layer<S> + use<S>> {
        let tracer = self.0.as_ref()?.tracer("secretbridge");
        let layer = tracing_opentelemetry::layer()
            .with_tracer(tracer)
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false);
        Some(layer.with_filter(filter_fn(|metadata| metadata.is_span() && metadata.target() == TARGET)))
    }

    /// With a span for each request.
    pub(super) fn handler(&self, bridge: Arc<Bridge>) -> Arc<dyn Handler> {
        if self.0.is_some() { Arc::new(Traced::new(bridge)) } else { bridge }
    }

    /// With a span for each call.
    pub(super) fn store(&self, store: Arc<dyn SecretStore>) -> Arc<dyn SecretStore> {
        if self.0.is_some() { Arc::new(TracedStore::new(store)) } else { store }
    }

    /// Sends what was not sent yet.
    pub(super) async fn end(self) {
        let Self(Some(provider)) = self else { return };
        let sent = tokio::task::spawn_blocking(move || provider.shutdown_with_timeout(LAST)).await;
        if !matches!(sent, Ok(Ok(()))) {
            tracing::warn!("ended before all traces were sent");
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "none of these variables is secret, and none is shown")]
fn text(environment: &Environment, name: &str) -> Option<String> {
    let value = environment.get(name)?;
    Some(core::str::from_utf8(value.expose_secret()).ok()?.to_owned())
}
