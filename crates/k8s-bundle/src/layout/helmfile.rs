//! Helm releases as helmfile reads them: <https://helmfile.readthedocs.io/en/latest/configuration/>.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_yaml::Mapping;

use super::releases::OCI_SCHEME;
use super::{HELMFILE, Layout};
use crate::HelmRelease;
use crate::error::Result;

#[derive(Serialize)]
struct Helmfile<'a> {
    repositories: Vec<Repository<'a>>,
    releases: Vec<Release<'a>>,
}

#[derive(Serialize)]
struct Repository<'a> {
    name: &'a str,
    url: &'a str,
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    oci: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Release<'a> {
    name: &'a str,
    namespace: &'a str,
    create_namespace: bool,
    chart: String,
    version: &'a str,
    /// Until its pods are ready: an operator whose webhook does not answer yet refuses every object.
    wait: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    values: Vec<&'a Mapping>,
}

/// The file, unless there are no releases.
pub(super) fn add(layout: &mut Layout, releases: &[HelmRelease]) -> Result<()> {
    if releases.is_empty() {
        return Ok(());
    }
    let helmfile =
        Helmfile { repositories: repositories(releases), releases: releases.iter().map(release).collect() };
    layout.add_yaml(HELMFILE, &helmfile)
}

fn release(release: &HelmRelease) -> Release<'_> {
    Release {
        name: release.name.as_str(),
        namespace: release.namespace.as_str(),
        create_namespace: release.create_namespace,
        chart: release.chart_reference(),
        version: &release.version,
        wait: true,
        values: if release.values.is_empty() { Vec::new() } else { vec![&release.values] },
    }
}

fn repositories(releases: &[HelmRelease]) -> Vec<Repository<'_>> {
    let by_name: BTreeMap<&str, &HelmRelease> =
        releases.iter().map(|release| (release.repository.name.as_str(), release)).collect();
    by_name.into_values().map(repository).collect()
}

fn repository(release: &HelmRelease) -> Repository<'_> {
    let repository = &release.repository;
    let registry = repository.url.strip_prefix(OCI_SCHEME);
    Repository { name: &repository.name, url: registry.unwrap_or(&repository.url), oci: registry.is_some() }
}
