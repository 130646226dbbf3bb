//! `monitoring.coreos.com/v1 ServiceMonitor`, of the Prometheus operator.

use k8s_bundle::{ObjectName, Resource, Result};
use serde::Serialize;

use super::labels::Selector;
use super::{PORT, metadata, tls_secret};
use crate::Tls;
use crate::contributor::Context;

#[derive(Serialize)]
struct Spec<'a> {
    selector: Selector<'a>,
    endpoints: [Endpoint; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Endpoint {
    port: &'static str,
    path: &'static str,
    scheme: &'static str,
    tls_config: TlsConfig,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TlsConfig {
    ca: Ca,
    server_name: String,
}

#[derive(Serialize)]
struct Ca {
    secret: KeyOfSecret,
}

#[derive(Serialize)]
struct KeyOfSecret {
    name: ObjectName,
    key: &'static str,
}

/// How Prometheus finds and asks the pods; none unless it is wanted.
pub(crate) fn resource(context: Context<'_>, tls: &Tls) -> Result<Option<Resource>> {
    let Some(monitoring) = &context.workload.monitoring else { return Ok(None) };
    let ca = Ca { secret: KeyOfSecret { name: tls_secret(context, tls)?, key: "ca.crt" } };
    let server_name = format!("{}.{}.svc", context.workload.name, context.workload.namespace);
    let endpoint =
        Endpoint { port: PORT, path: "/metrics", scheme: "https", tls_config: TlsConfig { ca, server_name } };
    let labels = monitoring.labels.iter();
    let metadata = labels
        .fold(metadata(context)?, |metadata, (key, value)| metadata.with_label(key.clone(), value.clone()));
    Resource::new("monitoring.coreos.com/v1", "ServiceMonitor", metadata)?
        .with_spec(&Spec { selector: Selector::of(context), endpoints: [endpoint] })
        .map(Some)
}
