//! A chart: where it is, and its release.

use serde::Serialize;
use serde_yaml::Mapping;

use super::{meta, name};
use crate::error::Result;
use crate::layout::releases;
use crate::{Flux, HelmRelease, ObjectName, Resource};

const SOURCE_API: &str = "source.toolkit.fluxcd.io/v1";
const HELM_REPOSITORY: &str = "HelmRepository";
const OCI_REPOSITORY: &str = "OCIRepository";
/// An operator may need a few attempts in a cluster that has just been made.
const RETRIES: u32 = 5;

#[derive(Serialize)]
struct RepositorySpec<'a> {
    url: &'a str,
    interval: &'a str,
    provider: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactSpec<'a> {
    url: String,
    #[serde(rename = "ref")]
    reference: Reference,
    layer_selector: LayerSelector,
    interval: &'a str,
    timeout: &'static str,
    provider: &'static str,
}

#[derive(Serialize)]
struct Reference {
    tag: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LayerSelector {
    media_type: &'static str,
    operation: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReleaseSpec<'a> {
    release_name: &'a str,
    target_namespace: &'a str,
    /// Where `helm` itself keeps it: `helm list --namespace` finds the release, and so does another form of delivery.
    storage_namespace: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    chart: Option<Chart<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    chart_ref: Option<SourceRef>,
    interval: &'a str,
    install: Action,
    upgrade: Action,
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<&'a Mapping>,
}

#[derive(Serialize)]
struct Chart<'a> {
    spec: ChartSpec<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ChartSpec<'a> {
    chart: &'a str,
    version: &'a str,
    source_ref: SourceRef,
    reconcile_strategy: &'static str,
}

#[derive(Serialize)]
struct SourceRef {
    kind: &'static str,
    name: ObjectName,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Action {
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    create_namespace: bool,
    /// Helm itself never upgrades what is in a chart's folder `crds`.
    crds: &'static str,
    remediation: Remediation,
}

#[derive(Serialize)]
struct Remediation {
    retries: u32,
}

/// The repository of a release whose chart is in an index.
pub(super) fn repository(flux: &Flux, release: &HelmRelease) -> Result<Resource> {
    let spec = RepositorySpec {
        url: &release.repository.url,
        interval: flux.interval.as_str(),
        provider: "generic",
    };
    Resource::new(SOURCE_API, HELM_REPOSITORY, meta(flux, &release.repository.name)?)?.with_spec(&spec)
}

/// The chart of a release whose chart is in a registry.
pub(super) fn artifact(flux: &Flux, release: &HelmRelease, registry: &str) -> Result<Resource> {
    let spec = ArtifactSpec {
        url: format!("{}{registry}/{}", releases::OCI_SCHEME, release.chart),
        // Tags have no `+`: https://helm.sh/docs/topics/registries/
        reference: Reference { tag: release.version.replace('+', "_") },
        layer_selector: LayerSelector {
            media_type: "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
            operation: "copy",
        },
        interval: flux.interval.as_str(),
        timeout: "60s",
        provider: "generic",
    };
    Resource::new(SOURCE_API, OCI_REPOSITORY, meta(flux, release.name.as_str())?)?.with_spec(&spec)
}

pub(super) fn release(flux: &Flux, release: &HelmRelease) -> Result<Resource> {
    let (chart, chart_ref) = if releases::registry(release).is_some() {
        let artifact = SourceRef { kind: OCI_REPOSITORY, name: name(flux, release.name.as_str())? };
        (None, Some(artifact))
    } else {
        let repository = SourceRef { kind: HELM_REPOSITORY, name: name(flux, &release.repository.name)? };
        let spec = ChartSpec {
            chart: &release.chart,
            version: &release.version,
            source_ref: repository,
            reconcile_strategy: "ChartVersion",
        };
        (Some(Chart { spec }), None)
    };
    let action = |create_namespace| Action {
        create_namespace,
        crds: "CreateReplace",
        remediation: Remediation { retries: RETRIES },
    };
    let spec = ReleaseSpec {
        release_name: release.name.as_str(),
        target_namespace: release.namespace.as_str(),
        storage_namespace: release.namespace.as_str(),
        chart,
        chart_ref,
        interval: flux.interval.as_str(),
        install: action(release.create_namespace),
        upgrade: action(false),
        values: (!release.values.is_empty()).then_some(&release.values),
    };
    let meta = meta(flux, release.name.as_str())?;
    Resource::new("helm.toolkit.fluxcd.io/v2", "HelmRelease", meta)?.with_spec(&spec)
}
