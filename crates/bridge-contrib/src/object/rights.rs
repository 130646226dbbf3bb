//! What the account of the bridge may ask the API server: `rbac.authorization.k8s.io/v1`.

use k8s_bundle::{Namespace, ObjectMeta, ObjectName, Resource, Result};
use serde::Serialize;

use super::metadata;
use crate::contributor::Context;

const API: &str = "rbac.authorization.k8s.io/v1";
const GROUP: &str = "rbac.authorization.k8s.io";

const TOUCHING: &str = "touches-external-secrets";

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
        let namespaces = &context.served.touched_namespaces;
        let everywhere = namespaces.is_empty().then_some(None);
        for namespace in namespaces.iter().map(Some).chain(everywhere) {
            resources.extend(touching(context, namespace)?);
        }
    }
    Ok(resources)
}

/// To list and to annotate `ExternalSecret`s, in one namespace or in all.
fn touching(context: Context<'_>, namespace: Option<&Namespace>) -> Result<[Resource; 2]> {
    let (role, binding) =
        if namespace.is_some() { ("Role", "RoleBinding") } else { ("ClusterRole", "ClusterRoleBinding") };
    let mut meta = outside(context, TOUCHING)?;
    meta.namespace = namespace.cloned();
    let name = meta.name.to_string();
    let allowed = Rule {
        api_groups: ["external-secrets.io"],
        resources: ["externalsecrets"],
        verbs: ["list", "patch"],
    };
    let rights = Resource::new(API, role, meta.clone())?.with_field("rules", &[allowed])?;
    Ok([rights, bound(context, Resource::new(API, binding, meta)?, role, &name)?])
}

fn binding(context: Context<'_>, what: &str, role: &str) -> Result<Resource> {
    bound(context, Resource::new(API, "ClusterRoleBinding", outside(context, what)?)?, "ClusterRole", role)
}

/// The role is the account's of the bridge.
fn bound(context: Context<'_>, binding: Resource, kind: &'static str, role: &str) -> Result<Resource> {
    let (name, namespace) = (&context.workload.name, &context.workload.namespace);
    binding
        .with_field("roleRef", &RoleRef { api_group: GROUP, kind, name: role })?
        .with_field("subjects", &[Subject { kind: "ServiceAccount", name, namespace }])
}

/// Objects outside of the bridge's namespace have that one in their names, so that two bridges do not share them.
fn outside(context: Context<'_>, what: &str) -> Result<ObjectMeta> {
    let workload = context.workload;
    let name = format!("{}-{}-{what}", workload.namespace, workload.name);
    let mut meta = ObjectMeta::new(name.parse()?);
    meta.labels = metadata(context)?.labels;
    Ok(meta)
}
