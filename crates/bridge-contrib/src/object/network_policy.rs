//! `networking.k8s.io/v1 NetworkPolicy`.

use std::collections::BTreeMap;

use k8s_bundle::{Namespace, Resource, Result};
use serde::Serialize;

use super::labels::Selector;
use super::metadata;
use crate::contributor::Context;

/// The label that every namespace has with its own name.
const NAME_OF_NAMESPACE: &str = "kubernetes.io/metadata.name";

/// The ports of API servers, as a service and as they listen.
const API_SERVER: [u16; 2] = [443, 6443];

/// The ports of name servers: that of the service, and that at which the pods of `OpenShift` listen. Where they are is another
/// matter in each cluster: in `kube-system`, in a namespace of their own, or on the node itself.
const DNS: [u16; 2] = [53, 5353];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec<'a> {
    pod_selector: Selector<'a>,
    policy_types: [&'static str; 2],
    ingress: Vec<Ingress<'a>>,
    /// None stands for none: the API server drops an empty list.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    egress: Vec<Egress>,
}

#[derive(Serialize)]
struct Ingress<'a> {
    from: Vec<Peer<'a>>,
    ports: Vec<Port>,
}

#[derive(Serialize)]
struct Egress {
    ports: Vec<Port>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Peer<'a> {
    namespace_selector: NamespaceSelector<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NamespaceSelector<'a> {
    match_labels: BTreeMap<&'static str, &'a str>,
}

#[derive(Serialize)]
struct Port {
    port: u16,
    protocol: &'static str,
}

/// Who may ask, and what may be asked: nobody else, and nothing else.
pub(crate) fn resource(context: Context<'_>) -> Result<Resource> {
    let spec = Spec {
        pod_selector: Selector::of(context),
        policy_types: ["Ingress", "Egress"],
        ingress: vec![ingress(context)],
        egress: egress(context),
    };
    Resource::new("networking.k8s.io/v1", "NetworkPolicy", metadata(context)?)?.with_spec(&spec)
}

fn ingress(context: Context<'_>) -> Ingress<'_> {
    let operator = std::slice::from_ref(context.operator);
    let clients = context.workload.clients.as_deref().unwrap_or(operator).iter();
    let monitoring = context.workload.monitoring.as_ref();
    let prometheus =
        monitoring.map(|monitoring| monitoring.namespace.as_ref().map_or("monitoring", Namespace::as_str));
    let mut namespaces: Vec<_> = clients.map(Namespace::as_str).chain(prometheus).collect();
    namespaces.sort_unstable();
    namespaces.dedup();
    Ingress {
        from: namespaces.into_iter().map(in_namespace).collect(),
        ports: vec![tcp(context.served.port)],
    }
}

/// A policy knows no names of hosts: what is on the network can only be told by its ports.
fn egress(context: Context<'_>) -> Vec<Egress> {
    let api_server = API_SERVER.iter().filter(|_| context.served.asks_the_api_server());
    let mut ports: Vec<_> = context.served.store_ports.iter().chain(&context.workload.egress_ports).collect();
    ports.extend(api_server);
    ports.sort_unstable();
    ports.dedup();
    if ports.is_empty() {
        return Vec::new();
    }
    let dns = DNS.map(|port| [Port { port, protocol: "UDP" }, tcp(port)]);
    vec![
        Egress { ports: dns.into_iter().flatten().collect() },
        Egress { ports: ports.into_iter().map(|port| tcp(*port)).collect() },
    ]
}

fn in_namespace(name: &str) -> Peer<'_> {
    Peer {
        namespace_selector: NamespaceSelector { match_labels: BTreeMap::from([(NAME_OF_NAMESPACE, name)]) },
    }
}

fn tcp(port: u16) -> Port {
    Port { port, protocol: "TCP" }
}
