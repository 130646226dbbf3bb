//! `apps/v1`: the pods.

use k8s_bundle::{ObjectName, Resource, Result};
use serde::Serialize;

use super::labels::Selector;
use super::metadata;
use super::pod::{Template, template};
use super::volume::{Claim, claims, has_claims};
use crate::contributor::Context;
use crate::{Image, Tls};

#[derive(Serialize)]
struct Deployment<'a> {
    replicas: u32,
    selector: Selector<'a>,
    strategy: Strategy,
    template: Template<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Strategy {
    r#type: &'static str,
    rolling_update: RollingUpdate,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RollingUpdate {
    max_surge: u32,
    max_unavailable: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StatefulSet<'a> {
    replicas: u32,
    service_name: &'a ObjectName,
    selector: Selector<'a>,
    template: Template<'a>,
    volume_claim_templates: Vec<Claim>,
}

/// A `Deployment`, whose new pods are ready before old ones go; or a `StatefulSet`, where pods have volumes of their own.
pub(crate) fn resource(context: Context<'_>, image: &Image, tls: &Tls) -> Result<Resource> {
    let (replicas, selector) = (context.workload.replicas(context.served), Selector::of(context));
    let template = template(context, image, tls)?;
    if has_claims(context) {
        let set = StatefulSet {
            replicas,
            service_name: &context.workload.name,
            selector,
            template,
            volume_claim_templates: claims(context),
        };
        return Resource::new("apps/v1", "StatefulSet", metadata(context)?)?.with_spec(&set);
    }
    let rolling_update = RollingUpdate { max_surge: 1, max_unavailable: 0 };
    let strategy = Strategy { r#type: "RollingUpdate", rolling_update };
    let deployment = Deployment { replicas, selector, strategy, template };
    Resource::new("apps/v1", "Deployment", metadata(context)?)?.with_spec(&deployment)
}
