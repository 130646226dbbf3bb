//! `policy/v1 PodDisruptionBudget`.

use k8s_bundle::{Resource, Result};
use serde::Serialize;

use super::labels::Selector;
use super::metadata;
use crate::contributor::Context;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec<'a> {
    max_unavailable: u32,
    selector: Selector<'a>,
}

/// One pod at a time goes. None for a single pod: it would keep its node from being drained for ever.
pub(crate) fn resource(context: Context<'_>) -> Result<Option<Resource>> {
    if context.workload.replicas(context.served) < 2 {
        return Ok(None);
    }
    let spec = Spec { max_unavailable: 1, selector: Selector::of(context) };
    Resource::new("policy/v1", "PodDisruptionBudget", metadata(context)?)?.with_spec(&spec).map(Some)
}
