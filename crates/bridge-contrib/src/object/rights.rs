//! What the account of the bridge may ask the API server: `rbac.authorization.k8s.io/v1`.

use k8s_bundle::{Namespace, ObjectMeta, ObjectName, Resource, Result};
use serde::Serialize;

use super::metadata;
use crate::contributor::Context;

const API: &str = "rbac.authorization.k8s.io/v1";
const GROUP: &str = "rbac.authorization.k8s.io";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RoleRef<'a> {
    api_group: &'static str,
    kind: &'static str,
    name: &'a str,
}

#[derive(Serialize)]
struct Subject<'a> {
    kind: &'static str,
    name: &'a ObjectName,
    namespace: &'a Namespace,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    api_groups: [&'static str; 1],
    resources: [&'static str; 1],
    verbs: [&'static str; 2],
}

/// To have tokens judged, and to annotate `ExternalSecret`s: each only where the bridge does it.
pub(crate) fn resources(context: Context<'_>) -> Result<Vec<Resource>> {
    let mut resources = Vec::new();
    if context.served.reviews_tokens {
        resources.push(binding(context, "reviews-tokens", "system:auth-delegator")?);
    }
    if context.served.touches_external_secrets {
        let role = of_cluster(context, "touches-external-secrets")?;
        let name = role.name.to_string();
        let allowed = Rule {
            api_groups: ["external-secrets.io"],
            resources: ["externalsecrets"],
            verbs: ["list", "patch"],
        };
        resources.push(Resource::new(API, "ClusterRole", role)?.with_field("rules", &[allowed])?);
        resources.push(binding(context, "touches-external-secrets", &name)?);
    }
    Ok(resources)
}

fn binding(context: Context<'_>, what: &str, role: &str) -> Result<Resource> {
    let (name, namespace) = (&context.workload.name, &context.workload.namespace);
    Resource::new(API, "ClusterRoleBinding", of_cluster(context, what)?)?
        .with_field("roleRef", &RoleRef { api_group: GROUP, kind: "ClusterRole", name: role })?
        .with_field("subjects", &[Subject { kind: "ServiceAccount", name, namespace }])
}

/// Objects of the whole cluster have the namespace in their names, so that two bridges do not share them.
fn of_cluster(context: Context<'_>, what: &str) -> Result<ObjectMeta> {
    let workload = context.workload;
    let name = format!("{}-{}-{what}", workload.namespace, workload.name);
    let mut meta = ObjectMeta::new(name.parse()?);
    meta.labels = metadata(context)?.labels;
    Ok(meta)
}
