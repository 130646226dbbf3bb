//! `cert-manager.io/v1 Certificate`: <https://cert-manager.io/docs/reference/api-docs/#cert-manager.io/v1.Certificate>.

use k8s_bundle::{ObjectName, Resource, Result};
use serde::Serialize;

use super::{metadata, tls_secret};
use crate::contributor::Context;
use crate::{IssuerKind, IssuerRef, Tls};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec<'a> {
    secret_name: ObjectName,
    dns_names: Vec<String>,
    issuer_ref: Issuer<'a>,
    private_key: PrivateKey,
    usages: [&'static str; 1],
}

#[derive(Serialize)]
struct Issuer<'a> {
    group: &'static str,
    kind: IssuerKind,
    name: &'a ObjectName,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PrivateKey {
    algorithm: &'static str,
    size: u16,
    rotation_policy: &'static str,
}

/// The certificate of the service, for each of its names; none where there is one already.
pub(crate) fn resource(context: Context<'_>, tls: &Tls) -> Result<Option<Resource>> {
    let Tls::Issuer(IssuerRef { name, kind }) = tls else { return Ok(None) };
    let spec = Spec {
        secret_name: tls_secret(context, tls)?,
        dns_names: dns_names(context),
        issuer_ref: Issuer { group: "cert-manager.io", kind: *kind, name },
        private_key: PrivateKey { algorithm: "ECDSA", size: 256, rotation_policy: "Always" },
        usages: ["server auth"],
    };
    Resource::new("cert-manager.io/v1", "Certificate", metadata(context)?)?.with_spec(&spec).map(Some)
}

fn dns_names(context: Context<'_>) -> Vec<String> {
    let (name, namespace) = (&context.workload.name, &context.workload.namespace);
    let short = format!("{name}.{namespace}.svc");
    vec![short.clone(), format!("{short}.cluster.local"), format!("{name}.{namespace}")]
}
