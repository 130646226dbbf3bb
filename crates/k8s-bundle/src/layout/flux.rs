//! Objects for Flux: <https://fluxcd.io/flux/components/>.

mod chart;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{FLUX_FOLDER, Layout, OBJECTS_FOLDER, kustomization, releases};
use crate::error::Result;
use crate::{Flux, FluxSourceKind, HelmRelease, ObjectMeta, ObjectName, Resource};

/// The folder of the charts' objects: a `Kustomization` of their own, so that another can wait for it.
const CHARTS_FOLDER: &str = "flux/charts";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec<'a> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    depends_on: Vec<Named>,
    source_ref: SourceRef<'a>,
    path: String,
    interval: &'a str,
    retry_interval: &'static str,
    timeout: &'static str,
    wait: bool,
    prune: bool,
    /// Whoever removes the `Kustomization` keeps the operator and the Secrets.
    deletion_policy: &'static str,
    force: bool,
}

#[derive(Serialize)]
struct Named {
    name: ObjectName,
}

#[derive(Serialize)]
struct SourceRef<'a> {
    kind: FluxSourceKind,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<&'a str>,
}

/// The objects, unless there is nothing to deliver.
pub(super) fn add(
    layout: &mut Layout,
    flux: &Flux,
    releases: &[HelmRelease],
    has_objects: bool,
) -> Result<()> {
    let mut listed = Vec::new();
    if !releases.is_empty() {
        charts(layout, flux, releases)?;
        let of_charts = kustomization(flux, "charts", CHARTS_FOLDER, Vec::new())?;
        listed.push(layout.add_to(FLUX_FOLDER, &of_charts)?);
    }
    if has_objects {
        let charts =
            if releases.is_empty() { Vec::new() } else { vec![Named { name: name(flux, "charts")? }] };
        let of_objects = kustomization(flux, "objects", OBJECTS_FOLDER, charts)?;
        listed.push(layout.add_to(FLUX_FOLDER, &of_objects)?);
    }
    if listed.is_empty() {
        return Ok(());
    }
    kustomization::add(layout, FLUX_FOLDER, listed.iter().map(String::as_str))?;
    // Flux applies each YAML file below a folder that it syncs, except where such a list says which.
    kustomization::add(layout, "", [FLUX_FOLDER].into_iter())
}

fn charts(layout: &mut Layout, flux: &Flux, releases: &[HelmRelease]) -> Result<()> {
    let mut listed = BTreeSet::new();
    let repositories: BTreeMap<&str, &HelmRelease> = releases
        .iter()
        .filter(|release| releases::registry(release).is_none())
        .map(|release| (release.repository.name.as_str(), release))
        .collect();
    for release in repositories.into_values() {
        listed.insert(layout.add_to(CHARTS_FOLDER, &chart::repository(flux, release)?)?);
    }
    for release in releases {
        if let Some(registry) = releases::registry(release) {
            listed.insert(layout.add_to(CHARTS_FOLDER, &chart::artifact(flux, release, registry)?)?);
        }
        listed.insert(layout.add_to(CHARTS_FOLDER, &chart::release(flux, release)?)?);
    }
    kustomization::add(layout, CHARTS_FOLDER, listed.iter().map(String::as_str))
}

fn kustomization(flux: &Flux, what: &str, folder: &str, depends_on: Vec<Named>) -> Result<Resource> {
    let spec = Spec {
        depends_on,
        source_ref: SourceRef {
            kind: flux.source.kind,
            name: flux.source.name.as_str(),
            namespace: flux.source.namespace.as_ref().map(AsRef::as_ref),
        },
        path: format!("./{}", flux.path.join(folder)),
        interval: flux.interval.as_str(),
        retry_interval: "1m",
        timeout: "10m",
        wait: true,
        prune: true,
        deletion_policy: "Orphan",
        force: false,
    };
    Resource::new("kustomize.toolkit.fluxcd.io/v1", "Kustomization", meta(flux, what)?)?.with_spec(&spec)
}

fn meta(flux: &Flux, what: &str) -> Result<ObjectMeta> {
    Ok(ObjectMeta::new(name(flux, what)?).in_namespace(flux.namespace.clone()))
}

/// `<name>-<what>`.
fn name(flux: &Flux, what: &str) -> Result<ObjectName> {
    releases::prefixed(&flux.name, what)
}
