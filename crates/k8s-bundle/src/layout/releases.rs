//! What is wrong with Helm releases, whatever form they are delivered in.

use std::collections::BTreeMap;

use crate::error::{Error, Result};
use crate::{HelmRelease, ObjectName};

/// Where charts are, as the forms of delivery tell apart.
pub(super) const OCI_SCHEME: &str = "oci://";

/// The names of what a form of delivery makes become values of labels.
const PREFIXED_MAX: usize = 63;

/// Refuses releases that contradict each other, or hold texts that are no chart, version or address.
pub(super) fn check(releases: &[HelmRelease]) -> Result<()> {
    releases.iter().try_for_each(check_texts)?;
    let mut names = BTreeMap::new();
    let mut repositories: BTreeMap<&str, &HelmRelease> = BTreeMap::new();
    for release in releases {
        if let Some(first) = names.insert((&release.namespace, &release.name), release) {
            let problem = "they have the same name and namespace".to_owned();
            return Err(conflict(first, release, problem));
        }
    }
    for release in releases {
        let first = repositories.entry(&release.repository.name).or_insert(release);
        if first.repository.url != release.repository.url {
            let problem = format!(
                "repository {:?} is at {} and at {}",
                release.repository.name, first.repository.url, release.repository.url
            );
            return Err(conflict(first, release, problem));
        }
    }
    Ok(())
}

/// The texts become arguments of `helm`: none is to be taken for an option.
fn check_texts(release: &HelmRelease) -> Result<()> {
    let repository = &release.repository;
    let texts = [
        ("repository", &repository.name),
        ("address of the repository", &repository.url),
        ("chart", &release.chart),
        ("version", &release.version),
    ];
    for (what, text) in texts {
        let is_odd = |c: char| c.is_whitespace() || c.is_control();
        if text.is_empty() || text.starts_with('-') || text.contains(is_odd) {
            let object = format!("Helm release {}/{}", release.namespace, release.name);
            return Err(Error::InvalidObject { object, problem: format!("{what} {text:?} is not valid") });
        }
    }
    Ok(())
}

fn conflict(first: &HelmRelease, second: &HelmRelease, problem: String) -> Error {
    Error::HelmConflict { first: describe(first), second: describe(second), problem }
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

/// `oci://…` without the scheme; nothing for an index.
pub(super) fn registry(release: &HelmRelease) -> Option<&str> {
    release.repository.url.strip_prefix(OCI_SCHEME).map(|registry| registry.trim_end_matches('/'))
}

/// `<prefix>-<what>`: the name of an object that a form of delivery makes.
pub(super) fn prefixed(prefix: &ObjectName, what: &str) -> Result<ObjectName> {
    let name = ObjectName::new(format!("{prefix}-{what}"))?;
    if name.as_str().len() > PREFIXED_MAX {
        let problem = format!("it has more than {PREFIXED_MAX} characters: give the delivery a shorter name");
        return Err(Error::InvalidObject { object: name.to_string(), problem });
    }
    Ok(name)
}
