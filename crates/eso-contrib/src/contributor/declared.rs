//! What a bundle's manifests, taken together, say about each Secret that is delivered by reference.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use k8s_bundle::{
    AnnotationKey, DataKey, GoDuration, LabelKey, LabelValue, SecretManifest, SecretType, SourceRef, SyncMode,
};

use crate::error::{Error, Result, SecretId, SecretProblem, SecretProblemReason};

/// All that is declared about one Secret.
#[derive(Debug)]
pub(super) struct DeclaredSecret<'a> {
    pub(super) secret_type: &'a SecretType,
    pub(super) immutable: bool,
    pub(super) refresh_interval: Option<&'a GoDuration>,
    pub(super) labels: BTreeMap<&'a LabelKey, &'a LabelValue>,
    pub(super) annotations: BTreeMap<&'a AnnotationKey, &'a String>,
    pub(super) data: BTreeMap<&'a DataKey, &'a SourceRef>,
}

/// Merges the manifests of each Secret. All problems are found, not the first.
pub(super) fn declared_secrets(
    manifests: &[SecretManifest],
) -> Result<BTreeMap<SecretId, DeclaredSecret<'_>>> {
    let mut secrets: BTreeMap<SecretId, (DeclaredSecret<'_>, Vec<SecretProblemReason>)> = BTreeMap::new();
    let mut by_value = BTreeSet::new();
    for manifest in manifests {
        for id in SecretId::all_of(manifest) {
            if manifest.sync_mode() == SyncMode::BuildTime {
                by_value.insert(id);
                continue;
            }
            match secrets.entry(id) {
                Entry::Vacant(vacant) => {
                    vacant.insert((DeclaredSecret::of(manifest), Vec::new()));
                }
                Entry::Occupied(mut occupied) => {
                    let (declared, problems) = occupied.get_mut();
                    declared.merge(manifest, problems);
                }
            }
        }
    }
    let mut problems = Vec::new();
    for (id, (declared, conflicts)) in &mut secrets {
        if by_value.contains(id) {
            conflicts.push(SecretProblemReason::BothModes);
        }
        declared.check(id, conflicts);
        problems.extend(conflicts.drain(..).map(|reason| SecretProblem { secret: id.clone(), reason }));
    }
    if !problems.is_empty() {
        return Err(Error::Secrets { problems });
    }
    Ok(secrets.into_iter().map(|(id, (declared, _))| (id, declared)).collect())
}

impl<'a> DeclaredSecret<'a> {
    fn of(manifest: &'a SecretManifest) -> Self {
        Self {
            secret_type: manifest.secret_type(),
            immutable: manifest.immutable(),
            refresh_interval: manifest.refresh_interval(),
            labels: manifest.labels().iter().collect(),
            annotations: manifest.annotations().iter().collect(),
            data: manifest.data().iter().collect(),
        }
    }

    fn merge(&mut self, manifest: &'a SecretManifest, problems: &mut Vec<SecretProblemReason>) {
        agree("type", self.secret_type, manifest.secret_type(), problems);
        agree("immutable", &self.immutable, &manifest.immutable(), problems);
        match (self.refresh_interval, manifest.refresh_interval()) {
            (Some(first), Some(second)) if first.as_duration() != second.as_duration() => {
                problems.push(disagreement("refresh_interval", first, second));
            }
            (None, given) => self.refresh_interval = given,
            (Some(_), _) => {}
        }
        for (key, value) in manifest.labels() {
            agree(&format!("the label {key}"), *self.labels.entry(key).or_insert(value), value, problems);
        }
        for (key, value) in manifest.annotations() {
            if *self.annotations.entry(key).or_insert(value) != value {
                problems.push(SecretProblemReason::AnnotationConflict { annotation: key.clone() });
            }
        }
        for (key, second) in manifest.data() {
            let first = *self.data.entry(key).or_insert(second);
            if first != second {
                let (key, first, second) = (key.clone(), first.clone(), second.clone());
                problems.push(SecretProblemReason::KeyConflict { key, first, second });
            }
        }
    }

    /// What can be wrong with the whole of it.
    fn check(&self, id: &SecretId, problems: &mut Vec<SecretProblemReason>) {
        if *self.secret_type == SecretType::BootstrapToken {
            problems.push(SecretProblemReason::TypeRefused);
        } else {
            let keys = self.secret_type.check_keys(self.data.keys().copied());
            let object = self.secret_type.check_object(&id.namespace, &id.name);
            problems.extend(keys.into_iter().chain(object).map(SecretProblemReason::from));
        }
        for (&key, source) in &self.data {
            // The operator joins paths as Go's `path.Join` does, which resolves these: `../x` would leave the mount.
            if source.key().split('/').any(|segment| matches!(segment, "" | "." | "..")) {
                let path = source.key().to_owned();
                problems.push(SecretProblemReason::UnstablePath { key: key.clone(), path });
            }
        }
    }
}

impl SecretId {
    /// The Secrets that a manifest declares: one per namespace.
    pub(super) fn all_of(manifest: &SecretManifest) -> impl Iterator<Item = Self> {
        let name = manifest.name();
        manifest
            .namespaces()
            .iter()
            .map(|namespace| Self { namespace: namespace.clone(), name: name.clone() })
    }
}

fn agree<T: PartialEq + Display>(what: &str, first: &T, second: &T, problems: &mut Vec<SecretProblemReason>) {
    if first != second {
        problems.push(disagreement(what, first, second));
    }
}

fn disagreement(what: &str, first: &impl Display, second: &impl Display) -> SecretProblemReason {
    SecretProblemReason::Disagreement {
        what: what.to_owned(),
        first: first.to_string(),
        second: second.to_string(),
    }
}
