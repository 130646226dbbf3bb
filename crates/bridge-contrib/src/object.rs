//! The objects, each with the fields that are set here.

pub(crate) mod certificate;
pub(crate) mod config_map;
pub(crate) mod disruption_budget;
mod labels;
pub(crate) mod network_policy;
mod pod;
pub(crate) mod rights;
pub(crate) mod service;
pub(crate) mod service_account;
pub(crate) mod service_monitor;
mod volume;
pub(crate) mod workload;

use k8s_bundle::{ObjectMeta, ObjectName, Result};

use self::labels::Labels;
use crate::Tls;
use crate::contributor::Context;

/// The name of the port, in the container, the service and the monitor.
const PORT: &str = "https";

/// The metadata of an object of the bridge's own name.
fn metadata(context: Context<'_>) -> Result<ObjectMeta> {
    named(context, context.workload.name.clone())
}

fn named(context: Context<'_>, name: ObjectName) -> Result<ObjectMeta> {
    let metadata = ObjectMeta::new(name).in_namespace(context.workload.namespace.clone());
    Labels::of(context)
        .all()
        .try_fold(metadata, |metadata, (key, value)| Ok(metadata.with_label(key.parse()?, value.parse()?)))
}

/// The name of something that belongs to the bridge: `secretbridge-tls`.
fn suffixed(context: Context<'_>, suffix: &str) -> Result<ObjectName> {
    Ok(format!("{}-{suffix}", context.workload.name).parse()?)
}

/// The Secret that the certificate is in.
fn tls_secret(context: Context<'_>, tls: &Tls) -> Result<ObjectName> {
    match tls {
        Tls::Issuer(_) => suffixed(context, "tls"),
        Tls::Secret(name) => Ok(name.clone()),
    }
}
