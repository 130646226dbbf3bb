//! The manifests of one Secret become one.

use std::collections::BTreeMap;

use super::{DeclaredProblem, DeclaredProblemKind, DeclaredSecret};
use crate::reload::{self, RELOAD_VALUE};
use crate::{DataFrom, DataKey, SecretId, SecretManifest};

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
        let choices = self.choices(problems);
        let labels = self.union(SecretManifest::labels, problems, |label, first, second| {
            let (label, first, second) = (label.clone(), first.clone(), second.clone());
            (None, DeclaredProblemKind::Labels { label, first, second })
        });
        let annotations = self.union(SecretManifest::annotations, problems, |annotation, _, _| {
            (None, DeclaredProblemKind::Annotations { annotation: annotation.clone() })
        });
        let data = self.union(SecretManifest::data, problems, |key, first, second| {
            let (first, second) = (Box::new(first.clone()), Box::new(second.clone()));
            (Some(key.clone()), DeclaredProblemKind::Sources { first, second })
        });
        let template = self.template(problems);
        let mut secret = DeclaredSecret {
            manifests: self.positions(),
            secret_type: first.secret_type(),
            sync_mode: first.sync_mode(),
            immutable: first.immutable(),
            refresh_interval: choices.refresh_interval,
            refresh_policy: choices.refresh_policy,
            creation_policy: choices.creation_policy,
            deletion_policy: choices.deletion_policy,
            store_ref: choices.store_ref,
            labels,
            annotations: annotations.into_iter().map(|(key, value)| (key, value.as_str())).collect(),
            data,
            data_from: self.data_from(),
            template,
            id: self.id.clone(),
        };
        self.whole(&secret, choices.reload, problems);
        if let Some(reload) = choices.reload {
            secret.annotations.insert(reload::annotations(reload).0, RELOAD_VALUE);
        }
        secret
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (usize, &'a SecretManifest)> {
        core::iter::once(self.first).chain(self.others.iter().copied())
    }

    pub(super) fn positions(&self) -> Vec<usize> {
        self.all().map(|(position, _)| position).collect()
    }

    fn data_from(&self) -> Vec<&'a DataFrom> {
        let mut entries: Vec<&DataFrom> = Vec::new();
        for entry in self.all().flat_map(|(_, manifest)| manifest.data_from()) {
            if !entries.contains(&entry) {
                entries.push(entry);
            }
        }
        entries
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

    fn union<K: Ord, V: Eq>(
        &self,
        of: fn(&'a SecretManifest) -> &'a BTreeMap<K, V>,
        problems: &mut Vec<DeclaredProblem>,
        conflict: impl Fn(&K, &V, &V) -> (Option<DataKey>, DeclaredProblemKind),
    ) -> BTreeMap<&'a K, &'a V> {
        self.union_of(|manifest| Some(of(manifest)), problems, conflict)
    }

    pub(super) fn union_of<K: Ord, V: Eq>(
        &self,
        of: impl Fn(&'a SecretManifest) -> Option<&'a BTreeMap<K, V>>,
        problems: &mut Vec<DeclaredProblem>,
        conflict: impl Fn(&K, &V, &V) -> (Option<DataKey>, DeclaredProblemKind),
    ) -> BTreeMap<&'a K, &'a V> {
        let mut all: BTreeMap<&K, (&V, usize)> = BTreeMap::new();
        for (position, manifest) in self.all() {
            for (name, value) in of(manifest).into_iter().flatten() {
                let (first, owner) = *all.entry(name).or_insert((value, position));
                if first != value {
                    let (key, kind) = conflict(name, first, value);
                    problems.push(self.problem(key, vec![owner, position], kind));
                }
            }
        }
        all.into_iter().map(|(name, (value, _))| (name, value)).collect()
    }

    pub(super) fn problem(
        &self,
        key: Option<DataKey>,
        manifests: Vec<usize>,
        kind: DeclaredProblemKind,
    ) -> DeclaredProblem {
        let SecretId { namespace, name } = self.id.clone();
        DeclaredProblem { namespaces: vec![namespace], name, key, manifests, kind }
    }
}
