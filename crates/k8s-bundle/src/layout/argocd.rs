//! Applications for Argo CD: <https://argo-cd.readthedocs.io/en/stable/operator-manual/application.yaml>.

use serde::Serialize;
use serde_yaml::Mapping;

use super::{ARGOCD_FOLDER, Layout, OBJECTS_FOLDER, kustomization, releases};
use crate::error::Result;
use crate::{AnnotationKey, ArgoCd, ArgoCdDestination, HelmRelease, ObjectMeta, Resource};

const SYNC_WAVE: &str = "argocd.argoproj.io/sync-wave";
/// Before the wave 0 of Applications that say nothing, which may need the Secrets.
const CHARTS_WAVE: &str = "-2";
const OBJECTS_WAVE: &str = "-1";
const SERVER_SIDE_APPLY: &str = "ServerSideApply=true";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec<'a> {
    project: &'a str,
    source: Source<'a>,
    destination: Destination<'a>,
    sync_policy: SyncPolicy,
}

#[derive(Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
enum Source<'a> {
    Chart {
        #[serde(rename = "repoURL")]
        repo_url: &'a str,
        chart: &'a str,
        target_revision: &'a str,
        helm: Helm<'a>,
    },
    Folder {
        #[serde(rename = "repoURL")]
        repo_url: &'a str,
        target_revision: &'a str,
        path: String,
    },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Helm<'a> {
    release_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    values_object: Option<&'a Mapping>,
}

#[derive(Serialize)]
struct Destination<'a> {
    #[serde(flatten)]
    cluster: &'a ArgoCdDestination,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SyncPolicy {
    #[serde(skip_serializing_if = "Option::is_none")]
    automated: Option<Automated>,
    sync_options: Vec<&'static str>,
    retry: Retry,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Automated {
    prune: bool,
    self_heal: bool,
}

#[derive(Serialize)]
struct Retry {
    limit: u32,
    backoff: Backoff,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Backoff {
    duration: &'static str,
    factor: u32,
    max_duration: &'static str,
}

/// The Applications, unless there is nothing to deliver.
pub(super) fn add(
    layout: &mut Layout,
    argocd: &ArgoCd,
    releases: &[HelmRelease],
    has_objects: bool,
) -> Result<()> {
    let mut listed = Vec::new();
    for release in releases {
        listed.push(layout.add_to(ARGOCD_FOLDER, &chart(argocd, release)?)?);
    }
    if has_objects {
        listed.push(layout.add_to(ARGOCD_FOLDER, &objects(argocd)?)?);
    }
    if listed.is_empty() {
        return Ok(());
    }
    listed.sort();
    kustomization::add(layout, ARGOCD_FOLDER, listed.iter().map(String::as_str))
}

fn chart(argocd: &ArgoCd, release: &HelmRelease) -> Result<Resource> {
    let source = Source::Chart {
        repo_url: releases::registry(release).unwrap_or(&release.repository.url),
        chart: &release.chart,
        target_revision: &release.version,
        helm: Helm {
            release_name: release.name.as_str(),
            values_object: (!release.values.is_empty()).then_some(&release.values),
        },
    };
    // The resource definitions of an operator are larger than an annotation may be, which the client side would need.
    let mut options = vec![SERVER_SIDE_APPLY];
    if release.create_namespace {
        options.push("CreateNamespace=true");
    }
    let namespace = Some(release.namespace.as_str());
    application(argocd, release.name.as_str(), CHARTS_WAVE, source, namespace, options)
}

fn objects(argocd: &ArgoCd) -> Result<Resource> {
    let source = Source::Folder {
        repo_url: argocd.repo_url.as_str(),
        target_revision: argocd.revision.as_str(),
        path: argocd.path.join(OBJECTS_FOLDER),
    };
    let options = vec![SERVER_SIDE_APPLY, "SkipDryRunOnMissingResource=true"];
    application(argocd, "objects", OBJECTS_WAVE, source, None, options)
}

fn application(
    argocd: &ArgoCd,
    what: &str,
    wave: &str,
    source: Source<'_>,
    namespace: Option<&str>,
    sync_options: Vec<&'static str>,
) -> Result<Resource> {
    let spec = Spec {
        project: argocd.project.as_str(),
        source,
        destination: Destination { cluster: &argocd.destination, namespace },
        sync_policy: SyncPolicy {
            automated: argocd.automated.then_some(Automated { prune: true, self_heal: true }),
            sync_options,
            retry: retry(),
        },
    };
    let meta = ObjectMeta::new(releases::prefixed(&argocd.name, what)?)
        .in_namespace(argocd.namespace.clone())
        .with_annotation(AnnotationKey::new(SYNC_WAVE)?, wave);
    Resource::new("argoproj.io/v1alpha1", "Application", meta)?.with_spec(&spec)
}

/// About half an hour: the objects find no resource definitions until the operator is there. A longer one would hold on to
/// a bad commit, as retries stay with theirs.
fn retry() -> Retry {
    Retry { limit: 10, backoff: Backoff { duration: "15s", factor: 2, max_duration: "5m" } }
}
