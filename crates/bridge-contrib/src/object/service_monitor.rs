//! `monitoring.coreos.com/v1 ServiceMonitor`, of the Prometheus operator.

use k8s_bundle::{ObjectName, Resource, Result};
use serde::Serialize;

use super::labels::Selector;
use super::{PORT, metadata, tls_secret};
use crate::contributor::Context;
use crate::{KeyOfSecret, Tls};

#[derive(Serialize)]
struct Spec<'a> {
    selector: Selector<'a>,
    endpoints: [Endpoint<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Endpoint<'a> {
    port: &'static str,
    path: &'static str,
    scheme: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    authorization: Option<Authorization<'a>>,
    tls_config: TlsConfig<'a>,
}

#[derive(Serialize)]
struct Authorization<'a> {
    r#type: &'static str,
    credentials: &'a KeyOfSecret,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TlsConfig<'a> {
    ca: Source<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cert: Option<Source<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_secret: Option<FileOfSecret<'a>>,
    server_name: String,
}

#[derive(Serialize)]
struct Source<'a> {
    secret: FileOfSecret<'a>,
}

#[derive(Serialize)]
struct FileOfSecret<'a> {
    name: &'a ObjectName,
    key: &'static str,
}

/// How Prometheus finds and asks the pods; none unless it is wanted.
pub(crate) fn resource(context: Context<'_>, tls: &Tls) -> Result<Option<Resource>> {
    let Some(monitoring) = &context.workload.monitoring else { return Ok(None) };
    let authority = tls_secret(context, tls)?;
    let shown = monitoring.client_certificate.as_ref();
    let tls_config = TlsConfig {
        ca: Source { secret: FileOfSecret { name: &authority, key: "ca.crt" } },
        cert: shown.map(|name| Source { secret: FileOfSecret { name, key: "tls.crt" } }),
        key_secret: shown.map(|name| FileOfSecret { name, key: "tls.key" }),
        server_name: format!("{}.{}.svc", context.workload.name, context.workload.namespace),
    };
    let token = monitoring.token.as_ref();
    let authorization = token.map(|credentials| Authorization { r#type: "Bearer", credentials });
    let endpoint = Endpoint { port: PORT, path: "/metrics", scheme: "https", authorization, tls_config };
    let labels = monitoring.labels.iter();
    let metadata = labels
        .fold(metadata(context)?, |metadata, (key, value)| metadata.with_label(key.clone(), value.clone()));
    Resource::new("monitoring.coreos.com/v1", "ServiceMonitor", metadata)?
        .with_spec(&Spec { selector: Selector::of(context), endpoints: [endpoint] })
        .map(Some)
}
