//! The manifests of one Secret become one.

use std::collections::BTreeMap;

use super::{DeclaredProblem, DeclaredProblemKind, DeclaredSecret};
use crate::{DataKey, GoDuration, SecretId, SecretManifest};

/// The manifests of one Secret with their positions, the first apart from the others.
pub(super) struct Group<'a> {
    pub(super) id: SecretId,
    pub(super) first: (usize, &'a SecretManifest),
    pub(super) others: Vec<(usize, &'a SecretManifest)>,
}

impl<'a> Group<'a> {
    pub(super) fn merge(self, problems: &mut Vec<DeclaredProblem>) -> DeclaredSecret<'a> {
        let (_, first) = self.first;
        self.same_of_all(problems);
        let refresh_interval = self.refresh_interval(problems);
        let labels = self.union(SecretManifest::labels, problems, |label, first, second| {
            let (label, first, second) = (label.clone(), first.clone(), second.clone());
            (None, DeclaredProblemKind::Labels { label, first, second })
        });
        let annotations = self.union(SecretManifest::annotations, problems, |annotation, _, _| {
            (None, DeclaredProblemKind::Annotations { annotation: annotation.clone() })
        });
        let data = self.union(SecretManifest::data, problems, |key, first, second| {
            let (first, second) = (first.clone(), second.clone());
            (Some(key.clone()), DeclaredProblemKind::Sources { first, second })
        });
        self.rules(data.keys().copied(), problems);
        DeclaredSecret {
            manifests: self.positions(),
            secret_type: first.secret_type(),
            sync_mode: first.sync_mode(),
            immutable: first.immutable(),
            refresh_interval,
            labels,
            annotations: annotations.into_iter().map(|(key, value)| (key, value.as_str())).collect(),
            data,
            id: self.id,
        }
    }

    fn all(&self) -> impl Iterator<Item = (usize, &'a SecretManifest)> {
        core::iter::once(self.first).chain(self.others.iter().copied())
    }

    fn positions(&self) -> Vec<usize> {
        self.all().map(|(position, _)| position).collect()
    }

    /// What a Secret has once, and every manifest says.
    fn same_of_all(&self, problems: &mut Vec<DeclaredProblem>) {
        let (position, first) = self.first;
        for &(other, manifest) in &self.others {
            let both = vec![position, other];
            if manifest.sync_mode() != first.sync_mode() {
                let (first, second) = (first.sync_mode(), manifest.sync_mode());
                let kind = DeclaredProblemKind::SyncModes { first, second };
                problems.push(self.problem(None, both.clone(), kind));
            }
            if manifest.secret_type() != first.secret_type() {
                let (first, second) = (first.secret_type().clone(), manifest.secret_type().clone());
                let kind = DeclaredProblemKind::Types { first, second };
                problems.push(self.problem(None, both.clone(), kind));
            }
            if manifest.immutable() != first.immutable() {
                problems.push(self.problem(None, both, DeclaredProblemKind::Immutable));
            }
        }
    }

    /// What a Secret has once, and not every manifest says.
    fn refresh_interval(&self, problems: &mut Vec<DeclaredProblem>) -> Option<&'a GoDuration> {
        let mut given =
            self.all().filter_map(|(position, manifest)| Some((position, manifest.refresh_interval()?)));
        let (owner, first) = given.next()?;
        for (position, second) in given {
            if second.as_duration() != first.as_duration() {
                let (first, second) = (first.clone(), second.clone());
                let kind = DeclaredProblemKind::RefreshIntervals { first, second };
                problems.push(self.problem(None, vec![owner, position], kind));
            }
        }
        Some(first)
    }

    fn union<K: Ord, V: Eq>(
        &self,
        of: fn(&'a SecretManifest) -> &'a BTreeMap<K, V>,
        problems: &mut Vec<DeclaredProblem>,
        conflict: impl Fn(&K, &V, &V) -> (Option<DataKey>, DeclaredProblemKind),
    ) -> BTreeMap<&'a K, &'a V> {
        let mut all: BTreeMap<&K, (&V, usize)> = BTreeMap::new();
        for (position, manifest) in self.all() {
            for (name, value) in of(manifest) {
                let (first, owner) = *all.entry(name).or_insert((value, position));
                if first != value {
                    let (key, kind) = conflict(name, first, value);
                    problems.push(self.problem(key, vec![owner, position], kind));
                }
            }
        }
        all.into_iter().map(|(name, (value, _))| (name, value)).collect()
    }

    /// The rules of the type, if it is clear which type it is.
    fn rules(&self, keys: impl Iterator<Item = &'a DataKey>, problems: &mut Vec<DeclaredProblem>) {
        let secret_type = self.first.1.secret_type();
        if self.others.iter().any(|(_, manifest)| manifest.secret_type() != secret_type) {
            return;
        }
        let of_keys = secret_type.check_keys(keys);
        let of_object = secret_type.check_object(&self.id.namespace, &self.id.name);
        for problem in of_keys.into_iter().chain(of_object) {
            problems.push(self.problem(None, self.positions(), DeclaredProblemKind::Type(problem)));
        }
    }

    fn problem(
        &self,
        key: Option<DataKey>,
        manifests: Vec<usize>,
        kind: DeclaredProblemKind,
    ) -> DeclaredProblem {
        let SecretId { namespace, name } = self.id.clone();
        DeclaredProblem { namespaces: vec![namespace], name, key, manifests, kind }
    }
}
