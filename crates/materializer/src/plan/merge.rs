//! From manifests to Secrets: those of one namespace and name become one, and every contradiction is reported.

use std::collections::BTreeMap;

use k8s_bundle::{ANNOTATIONS_MAX, AnnotationKey, DataKey, LabelKey, LabelValue, SecretManifest, SyncMode};

use super::{
    Plan, PlanProblem, PlanProblemKind, PlannedKey, PlannedSecret, SOURCE_ANNOTATION, SecretId, Source,
};
use crate::encode;

pub(super) fn merge(manifests: &[&SecretManifest]) -> Result<Plan, Vec<PlanProblem>> {
    let mut problems = Vec::new();
    let sources: Vec<_> = manifests
        .iter()
        .enumerate()
        .map(|(index, manifest)| sources(index, manifest, &mut problems))
        .collect();
    let mut groups: BTreeMap<SecretId, Vec<usize>> = BTreeMap::new();
    for (index, manifest) in manifests.iter().enumerate() {
        for namespace in manifest.namespaces() {
            let id = SecretId::new(namespace.clone(), manifest.name().clone());
            groups.entry(id).or_default().push(index);
        }
    }
    let secrets = groups
        .into_iter()
        .map(|(id, members)| Group { id, members, manifests, sources: &sources }.merge(&mut problems))
        .collect();
    if problems.is_empty() { Ok(Plan::from_secrets(secrets)) } else { Err(together(problems)) }
}

/// The sources of one manifest; a key whose source can be none is left out.
fn sources<'a>(
    index: usize,
    manifest: &'a SecretManifest,
    problems: &mut Vec<PlanProblem>,
) -> Vec<(&'a DataKey, Source)> {
    let mut sources = Vec::with_capacity(manifest.data().len());
    for (key, source) in manifest.data() {
        match Source::try_from(source) {
            Ok(source) => sources.push((key, source)),
            Err(error) => problems.push(PlanProblem {
                namespaces: manifest.namespaces().to_vec(),
                name: manifest.name().clone(),
                key: Some(key.clone()),
                manifests: vec![index],
                kind: PlanProblemKind::Source(error),
            }),
        }
    }
    sources
}

/// The manifests of one Secret.
struct Group<'a> {
    id: SecretId,
    members: Vec<usize>,
    manifests: &'a [&'a SecretManifest],
    sources: &'a [Vec<(&'a DataKey, Source)>],
}

impl Group<'_> {
    fn merge(self, problems: &mut Vec<PlanProblem>) -> PlannedSecret {
        self.same_of_all(problems);
        let secret = PlannedSecret {
            secret_type: self.first().secret_type().clone(),
            sync_mode: self.first().sync_mode(),
            immutable: self.first().immutable(),
            labels: self.labels(problems),
            annotations: self.annotations(problems),
            keys: self.keys(problems),
            id: self.id.clone(),
        };
        self.rules(&secret, problems);
        secret
    }

    fn first(&self) -> &SecretManifest {
        self.manifests[self.members[0]]
    }

    /// What a Secret has once.
    fn same_of_all(&self, problems: &mut Vec<PlanProblem>) {
        let first = self.first();
        for &other in &self.members[1..] {
            let manifest = self.manifests[other];
            let both = [self.members[0], other];
            if manifest.sync_mode() != first.sync_mode() {
                let (first, second) = (first.sync_mode(), manifest.sync_mode());
                problems.push(self.problem(None, &both, PlanProblemKind::SyncModes { first, second }));
            }
            if manifest.secret_type() != first.secret_type() {
                let (first, second) = (first.secret_type().clone(), manifest.secret_type().clone());
                problems.push(self.problem(None, &both, PlanProblemKind::Types { first, second }));
            }
            if manifest.immutable() != first.immutable() {
                problems.push(self.problem(None, &both, PlanProblemKind::Immutable));
            }
        }
    }

    fn keys(&self, problems: &mut Vec<PlanProblem>) -> Vec<PlannedKey> {
        let mut keys: BTreeMap<&DataKey, (&Source, usize)> = BTreeMap::new();
        for &member in &self.members {
            for (key, source) in &self.sources[member] {
                let (first, owner) = *keys.entry(*key).or_insert((source, member));
                if first != source {
                    let kind = PlanProblemKind::Sources { first: first.clone(), second: source.clone() };
                    problems.push(self.problem(Some(key), &[owner, member], kind));
                }
            }
        }
        let planned = |(key, (source, _)): (&DataKey, (&Source, usize))| PlannedKey {
            key: key.clone(),
            source: source.clone(),
            read: usize::MAX,
        };
        keys.into_iter().map(planned).collect()
    }

    fn labels(&self, problems: &mut Vec<PlanProblem>) -> BTreeMap<LabelKey, LabelValue> {
        self.union(SecretManifest::labels, problems, |label, first, second| PlanProblemKind::Labels {
            label: label.clone(),
            first: first.clone(),
            second: second.clone(),
        })
    }

    fn annotations(&self, problems: &mut Vec<PlanProblem>) -> BTreeMap<AnnotationKey, String> {
        self.union(SecretManifest::annotations, problems, |annotation, _, _| PlanProblemKind::Annotations {
            annotation: annotation.clone(),
        })
    }

    fn union<K: Ord + Clone, V: Eq + Clone>(
        &self,
        of: fn(&SecretManifest) -> &BTreeMap<K, V>,
        problems: &mut Vec<PlanProblem>,
        conflict: impl Fn(&K, &V, &V) -> PlanProblemKind,
    ) -> BTreeMap<K, V> {
        let mut all: BTreeMap<&K, (&V, usize)> = BTreeMap::new();
        for &member in &self.members {
            for (key, value) in of(self.manifests[member]) {
                let (first, owner) = *all.entry(key).or_insert((value, member));
                if first != value {
                    problems.push(self.problem(None, &[owner, member], conflict(key, first, value)));
                }
            }
        }
        all.into_iter().map(|(key, (value, _))| (key.clone(), value.clone())).collect()
    }

    /// The rules of the type, and of what is written besides the values.
    fn rules(&self, secret: &PlannedSecret, problems: &mut Vec<PlanProblem>) {
        let manifests = || self.members.iter().map(|&member| self.manifests[member]);
        if manifests().all(|manifest| manifest.secret_type() == &secret.secret_type) {
            let keys = manifests().flat_map(|manifest| manifest.data().keys());
            let object = secret.secret_type.check_object(&self.id.namespace, &self.id.name);
            for problem in secret.secret_type.check_keys(keys).into_iter().chain(object) {
                problems.push(self.problem(None, &self.members, PlanProblemKind::Type(problem)));
            }
        }
        if secret.sync_mode != SyncMode::BuildTime {
            return;
        }
        let reserved =
            |&&member: &&usize| self.manifests[member].annotations().contains_key(SOURCE_ANNOTATION);
        let declared: Vec<_> = self.members.iter().filter(reserved).copied().collect();
        if !declared.is_empty() {
            problems.push(self.problem(None, &declared, PlanProblemKind::ReservedAnnotation));
        }
        let actual = encode::annotations_len(secret);
        if actual > ANNOTATIONS_MAX {
            problems.push(self.problem(None, &self.members, PlanProblemKind::AnnotationsTooLarge { actual }));
        }
    }

    fn problem(&self, key: Option<&DataKey>, manifests: &[usize], kind: PlanProblemKind) -> PlanProblem {
        PlanProblem {
            namespaces: vec![self.id.namespace.clone()],
            name: self.id.name.clone(),
            key: key.cloned(),
            manifests: manifests.to_vec(),
            kind,
        }
    }
}

/// What is wrong in each namespace of a manifest is said once.
fn together(problems: Vec<PlanProblem>) -> Vec<PlanProblem> {
    let mut all: Vec<PlanProblem> = Vec::with_capacity(problems.len());
    for problem in problems {
        let same = all.iter_mut().find(|other| {
            (&other.name, &other.key, &other.manifests, &other.kind)
                == (&problem.name, &problem.key, &problem.manifests, &problem.kind)
        });
        match same {
            Some(same) => same.namespaces.extend(problem.namespaces),
            None => all.push(problem),
        }
    }
    for problem in &mut all {
        problem.namespaces.sort();
        problem.namespaces.dedup();
    }
    all.sort_by(|a, b| {
        (a.manifests.first(), &a.name, &a.namespaces, &a.key).cmp(&(
            b.manifests.first(),
            &b.name,
            &b.namespaces,
            &b.key,
        ))
    });
    all
}
