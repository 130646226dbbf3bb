//! `sys/metrics`: what is counted.

use crate::api::{Failure, Query, Reply};
use crate::metrics::{CONTENT_TYPE, Metrics};

/// # Errors
/// 400 for another format than Prometheus' own.
pub(crate) fn metrics(metrics: &Metrics, query: Query<'_>) -> Result<Reply, Failure> {
    match query.get("format").as_deref() {
        Some("prometheus") => Ok(Reply::text(CONTENT_TYPE, metrics.text())),
        _ => Err(Failure::bad_request("metrics come in one format here: ask with ?format=prometheus")),
    }
}
