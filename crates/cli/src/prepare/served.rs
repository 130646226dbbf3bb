//! The bridge as a part of the bundle.

use bridge_contrib::BridgeContributor;
use k8s_bundle::Contributor;

use crate::config::{Loaded, served};

/// What adds the bridge, where it is to be a workload of the cluster.
pub(super) fn contributor(loaded: &Loaded) -> Option<Box<dyn Contributor>> {
    let k8s = &loaded.config.k8s;
    if !k8s.bridge.enabled {
        return None;
    }
    let contributor = BridgeContributor::new(k8s.bridge.clone(), served(&loaded.config));
    Some(Box::new(contributor.for_operator(k8s.secrets.runtime_sync.operator_namespace().clone())))
}
