//! `v1 Service`.

use k8s_bundle::{Resource, Result};
use serde::Serialize;

use super::labels::Labels;
use super::{PORT, metadata};
use crate::contributor::Context;

#[derive(Serialize)]
struct Spec<'a> {
    selector: Labels<'a>,
    ports: [Forwarded; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Forwarded {
    name: &'static str,
    port: u16,
    target_port: &'static str,
    protocol: &'static str,
}

/// The address of all pods that are ready.
pub(crate) fn resource(context: Context<'_>) -> Result<Resource> {
    let port = Forwarded { name: PORT, port: context.served.port, target_port: PORT, protocol: "TCP" };
    let spec = Spec { selector: Labels::of(context), ports: [port] };
    Resource::new("v1", "Service", metadata(context)?)?.with_spec(&spec)
}
