//! Volumes, claims, and where they are mounted.

use k8s_bundle::{ObjectName, Result};
use serde::Serialize;

use super::config_map;
use crate::contributor::Context;
use crate::{Quantity, Tls};

/// `r--r-----`: the group is the pod's own.
const READ_ONLY: u16 = 0o440;

/// Where things are in a pod.
pub(super) mod place {
    pub(in super::super) const CONFIG: &str = "/etc/secretbridge";
    pub(in super::super) const TLS: &str = "/etc/secretbridge-tls";
    pub(in super::super) const AUDIT: &str = "/var/lib/secretbridge/audit";
    pub(in super::super) const STORE: &str = "/var/lib/secretbridge/store";
}

#[derive(Serialize)]
pub(super) struct Volume {
    name: &'static str,
    #[serde(flatten)]
    source: Source,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Source {
    #[serde(rename_all = "camelCase")]
    Projected { default_mode: u16, sources: Vec<Projection> },
    #[serde(rename_all = "camelCase")]
    Secret { secret_name: ObjectName, default_mode: u16 },
    #[serde(rename_all = "camelCase")]
    EmptyDir { size_limit: Quantity },
    #[serde(rename_all = "camelCase")]
    PersistentVolumeClaim { claim_name: ObjectName },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Projection {
    ConfigMap { name: ObjectName },
    Secret { name: ObjectName },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Mounted {
    name: &'static str,
    mount_path: &'static str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    read_only: bool,
}

/// With the type that the API server writes into it, so that what is applied is what is there.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Claim {
    api_version: &'static str,
    kind: &'static str,
    metadata: ClaimName,
    spec: ClaimSpec,
}

#[derive(Serialize)]
struct ClaimName {
    name: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ClaimSpec {
    access_modes: [&'static str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    storage_class_name: Option<ObjectName>,
    resources: ClaimResources,
}

#[derive(Serialize)]
struct ClaimResources {
    requests: Storage,
}

#[derive(Serialize)]
struct Storage {
    storage: Quantity,
}

/// Whether pods have claims of their own, which only a `StatefulSet` gives them.
pub(super) fn has_claims(context: Context<'_>) -> bool {
    context.served.is_local || context.workload.audit.storage_class.is_some()
}

/// What is there for every pod alike.
pub(super) fn volumes(context: Context<'_>, tls: ObjectName) -> Result<Vec<Volume>> {
    let mut sources = vec![Projection::ConfigMap { name: config_map::name(context)? }];
    sources.extend(context.workload.credentials.clone().map(|name| Projection::Secret { name }));
    let mut volumes = vec![
        Volume { name: "config", source: Source::Projected { default_mode: READ_ONLY, sources } },
        Volume { name: "tls", source: Source::Secret { secret_name: tls, default_mode: READ_ONLY } },
    ];
    if !has_claims(context) {
        let size_limit = context.workload.audit.size.clone();
        volumes.push(Volume { name: "audit", source: Source::EmptyDir { size_limit } });
    }
    if let (true, Some(claim_name)) = (context.served.is_local, context.workload.store.claim.clone()) {
        volumes.push(Volume { name: "store", source: Source::PersistentVolumeClaim { claim_name } });
    }
    Ok(volumes)
}

/// What each pod has of its own.
pub(super) fn claims(context: Context<'_>) -> Vec<Claim> {
    let (audit, store) = (&context.workload.audit, &context.workload.store);
    let mut claims = Vec::new();
    if has_claims(context) {
        claims.push(claim("audit", &audit.size, audit.storage_class.as_ref()));
    }
    if context.served.is_local && store.claim.is_none() {
        claims.push(claim("store", &store.size, store.storage_class.as_ref()));
    }
    claims
}

fn claim(name: &'static str, size: &Quantity, class: Option<&ObjectName>) -> Claim {
    let resources = ClaimResources { requests: Storage { storage: size.clone() } };
    let spec = ClaimSpec { access_modes: ["ReadWriteOnce"], storage_class_name: class.cloned(), resources };
    Claim { api_version: "v1", kind: "PersistentVolumeClaim", metadata: ClaimName { name }, spec }
}

pub(super) fn mounts(context: Context<'_>) -> Vec<Mounted> {
    let mount = |name, mount_path, read_only| Mounted { name, mount_path, read_only };
    let mut mounts = vec![
        mount("config", place::CONFIG, true),
        mount("tls", place::TLS, true),
        mount("audit", place::AUDIT, false),
    ];
    if context.served.is_local {
        mounts.push(mount("store", place::STORE, false));
    }
    mounts
}

/// Paths in a pod, for the configuration that it gets.
impl Tls {
    /// The folder of the certificate and its key, `tls.crt` and `tls.key`.
    pub const FOLDER: &'static str = place::TLS;
}

impl crate::StoreVolume {
    /// The folder of a store of files.
    pub const FOLDER: &'static str = place::STORE;
}

impl crate::AuditVolume {
    /// The folder of the audit log.
    pub const FOLDER: &'static str = place::AUDIT;
}
