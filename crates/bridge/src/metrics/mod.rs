//! What the bridge counts, for Prometheus.
//!
//! No label has a value that a client chose: mounts and stores have the names of the configuration, and all else is one of a few
//! words. So there is a bound to how many series there are, and no secret, path or token can be in them.

mod process;
mod requests;
mod standing;
mod stores;

use events::Clock;
use prometheus_client::encoding::prometheus_text;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use zeroize::Zeroizing;

pub(crate) use self::requests::{Limit, Requests, Seen};
pub(crate) use self::standing::Standing;
pub(crate) use self::stores::StoreCounts;

/// The content type of [`Metrics::text`].
pub(crate) const CONTENT_TYPE: &str = prometheus_text::CONTENT_TYPE;

/// All that is counted.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    pub(crate) requests: Requests,
    /// Requests that could not be noted.
    pub(crate) audit_failures: Counter,
    /// Those of them that were answered all the same.
    pub(crate) unaudited: Counter,
    pub(crate) connections: Gauge,
    pub(crate) connections_total: Counter,
}

impl Metrics {
    /// Counts from zero, for mounts of these names; reads what others know when it is asked.
    pub(crate) fn new(
        mounts: impl IntoIterator<Item = String>,
        stores: &StoreCounts,
        standing: Standing,
        clock: &dyn Clock,
    ) -> Self {
        let mut registry = Registry::default();
        registry.register_collector(Box::new(process::Process::new(clock.now())));
        let own = registry.sub_registry_with_prefix("secretbridge");
        let requests = Requests::new(mounts, own);
        let mut counter = |name: &str, help: &str| {
            let counter = Counter::default();
            own.register(name, help, counter.clone());
            counter
        };
        let audit_failures = counter("audit_failures", "Requests that could not be written to the audit log");
        let unaudited =
            counter("unaudited_answers", "Requests that were answered though they are not in the audit log");
        let connections_total = counter("connections", "Connections that were accepted");
        let connections = Gauge::default();
        own.register("connections_open", "Connections that are open", connections.clone());
        stores.register(own);
        own.register_collector(Box::new(standing));
        Self { registry, requests, audit_failures, unaudited, connections, connections_total }
    }

    /// All of it in Prometheus' text format, version 0.0.4.
    pub(crate) fn text(&self) -> Zeroizing<Vec<u8>> {
        let mut text = String::with_capacity(16 << 10);
        // A string takes everything.
        let _ = prometheus_text::encode(&mut text, &self.registry);
        Zeroizing::new(text.into_bytes())
    }
}
