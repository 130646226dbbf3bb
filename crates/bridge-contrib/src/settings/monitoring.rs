//! How Prometheus asks.

use std::collections::BTreeMap;

use k8s_bundle::{DataKey, LabelKey, LabelValue, Namespace, ObjectName};
use serde::{Deserialize, Serialize};

use crate::{ConfigProblem, Metrics, Served};

/// A `ServiceMonitor` of the Prometheus operator.
///
/// ```yaml
/// monitoring:
///   token: { name: metrics-token, key: token }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Monitoring {
    /// The namespace of Prometheus, which is let in; `monitoring` unless set.
    pub namespace: Option<Namespace>,
    /// Labels that Prometheus selects monitors by.
    pub labels: BTreeMap<LabelKey, LabelValue>,
    /// Where, in the namespace of the bridge, the token is that Prometheus shows: one that may read `sys/metrics`. Needed unless
    /// `bridge.metrics.access` is `open`.
    pub token: Option<KeyOfSecret>,
    /// A Secret of type `kubernetes.io/tls` in the namespace of the bridge: what Prometheus shows where every client has to show a
    /// certificate.
    pub client_certificate: Option<ObjectName>,
}

/// A key of a Secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct KeyOfSecret {
    /// The name of the Secret.
    pub name: ObjectName,
    /// The key in it.
    pub key: DataKey,
}

impl Monitoring {
    /// Why Prometheus would be told nothing.
    pub(super) fn problems(&self, served: &Served) -> Vec<ConfigProblem> {
        let mut problems = Vec::new();
        match served.metrics {
            Metrics::Off => {
                let message = "Prometheus would find no metrics: `bridge.metrics.access` is `off`";
                let help = "say `bridge: { metrics: { access: open } }`: the network policy lets in the operator and Prometheus alone";
                problems.push(ConfigProblem::new(&["monitoring"], message, help));
            }
            Metrics::Token if self.token.is_none() => {
                let message = "Prometheus would be refused: it has no token to show";
                let help = "name a Secret with one that may read `sys/metrics`, `token: { name: …, key: … }`, or say `bridge: { metrics: { access: open } }`: the network policy lets in the operator and Prometheus alone";
                problems.push(ConfigProblem::new(&["monitoring"], message, help));
            }
            Metrics::Token | Metrics::Open => {}
        }
        if served.needs_client_certificates && self.client_certificate.is_none() {
            let message = "Prometheus would be refused: it has no certificate to show";
            let help = "name a Secret of type `kubernetes.io/tls`, `client_certificate: …`, or let `bridge.tls.client_auth` be `optional`";
            problems.push(ConfigProblem::new(&["monitoring"], message, help));
        }
        problems
    }
}
