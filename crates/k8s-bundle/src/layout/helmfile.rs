//! Helm releases as helmfile reads them: <https://helmfile.readthedocs.io/en/latest/configuration/>.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_yaml::Mapping;

use crate::error::{Error, Result};
use crate::writer::PUBLIC_HEADER;
use crate::{HelmRelease, yaml};

const OCI_SCHEME: &str = "oci://";

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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    values: Vec<&'a Mapping>,
}

/// The file, unless there are no releases.
pub(super) fn contents(releases: &[HelmRelease]) -> Result<Option<Vec<u8>>> {
    if releases.is_empty() {
        return Ok(None);
    }
    refuse_same_release(releases)?;
    let helmfile =
        Helmfile { repositories: repositories(releases)?, releases: releases.iter().map(release).collect() };
    let mut contents = PUBLIC_HEADER.as_bytes().to_vec();
    yaml::append(&mut contents, &helmfile)
        .map_err(|source| Error::Yaml { what: format!("write {}", super::HELMFILE), source })?;
    Ok(Some(contents))
}

fn release(release: &HelmRelease) -> Release<'_> {
    Release {
        name: release.name.as_str(),
        namespace: release.namespace.as_str(),
        create_namespace: release.create_namespace,
        chart: release.chart_reference(),
        version: &release.version,
        values: if release.values.is_empty() { Vec::new() } else { vec![&release.values] },
    }
}

fn repositories(releases: &[HelmRelease]) -> Result<Vec<Repository<'_>>> {
    let mut by_name: BTreeMap<&str, &HelmRelease> = BTreeMap::new();
    for release in releases {
        let first = by_name.entry(&release.repository.name).or_insert(release);
        if first.repository.url != release.repository.url {
            let problem = format!(
                "repository {:?} is at {} and at {}",
                release.repository.name, first.repository.url, release.repository.url
            );
            return Err(Error::HelmConflict { first: describe(first), second: describe(release), problem });
        }
    }
    Ok(by_name.into_values().map(repository).collect())
}

fn repository(release: &HelmRelease) -> Repository<'_> {
    let repository = &release.repository;
    let registry = repository.url.strip_prefix(OCI_SCHEME);
    Repository { name: &repository.name, url: registry.unwrap_or(&repository.url), oci: registry.is_some() }
}

fn refuse_same_release(releases: &[HelmRelease]) -> Result<()> {
    let mut seen = BTreeMap::new();
    for release in releases {
        if let Some(first) = seen.insert((&release.namespace, &release.name), release) {
            let problem = "they have the same name and namespace".to_owned();
            return Err(Error::HelmConflict { first: describe(first), second: describe(release), problem });
        }
    }
    Ok(())
}

fn describe(release: &HelmRelease) -> String {
    format!(
        "Helm release {}/{} ({} {})",
        release.namespace,
        release.name,
        release.chart_reference(),
        release.version
    )
}
