//! From what is declared to what is to be done: sources become paths and fields, and annotations leave room for ours.

use std::collections::HashMap;

use k8s_bundle::{
    ANNOTATIONS_MAX, DataKey, DeclaredSecret, DecodingStrategy, SecretManifest, SourceRef, SyncMode,
    declared_secrets,
};

use super::{Plan, PlanProblem, PlanProblemKind, PlannedKey, PlannedSecret, SOURCE_ANNOTATION, Source};
use crate::encode;

pub(super) fn plan(manifests: &[&SecretManifest]) -> Result<Plan, Vec<PlanProblem>> {
    let (declared, contradictions) = declared_secrets(manifests.iter().copied());
    let mut problems: Vec<_> =
        contradictions.into_iter().map(|problem| problem.map(PlanProblemKind::Declared)).collect();
    let mut sources = HashMap::new();
    for (position, manifest) in manifests.iter().enumerate() {
        let wrong = |key: Option<&DataKey>, kind| PlanProblem::of_manifest(position, manifest, key, kind);
        if manifest.sync_mode() == SyncMode::BuildTime
            && manifest.annotations().contains_key(SOURCE_ANNOTATION)
        {
            problems.push(wrong(None, PlanProblemKind::ReservedAnnotation));
        }
        for (key, field) in unsupported(manifest) {
            problems.push(wrong(key, PlanProblemKind::Unsupported { field }));
        }
        for (key, source) in manifest.data() {
            match Source::try_from(source) {
                Ok(parsed) => _ = sources.insert(source, parsed),
                Err(error) => problems.push(wrong(Some(key), PlanProblemKind::Source(error))),
            }
        }
    }
    let secrets = declared.into_iter().map(|secret| {
        let manifests = secret.manifests.clone();
        let planned = planned(secret, &sources);
        problems.extend(too_large(&planned, manifests));
        planned
    });
    let secrets = secrets.collect();
    if problems.is_empty() { Ok(Plan::from_secrets(secrets)) } else { Err(PlanProblem::together(problems)) }
}

/// What a Secret by value asks for and does not get.
fn unsupported(manifest: &SecretManifest) -> Vec<(Option<&DataKey>, &'static str)> {
    if manifest.sync_mode() != SyncMode::BuildTime {
        return Vec::new();
    }
    let mut fields = Vec::new();
    if !manifest.data_from().is_empty() {
        fields.push((None, "data_from"));
    }
    if manifest.template().is_some() {
        fields.push((None, "template"));
    }
    for (key, source) in manifest.data() {
        if source.version().is_some() {
            fields.push((Some(key), "version"));
        }
        if source.decoding_strategy() != DecodingStrategy::None {
            fields.push((Some(key), "decoding_strategy"));
        }
    }
    fields
}

/// A key whose source can be no path or field, which is a problem already, is left out.
fn planned(secret: DeclaredSecret<'_>, sources: &HashMap<&SourceRef, Source>) -> PlannedSecret {
    let key = |(key, source): (&DataKey, &SourceRef)| {
        let source = sources.get(source)?.clone();
        Some(PlannedKey { key: key.clone(), source, read: usize::MAX })
    };
    PlannedSecret {
        id: secret.id,
        secret_type: secret.secret_type.clone(),
        sync_mode: secret.sync_mode,
        immutable: secret.immutable,
        labels: secret.labels.into_iter().map(|(key, value)| (key.clone(), value.clone())).collect(),
        annotations: secret.annotations.into_iter().map(|(key, value)| (key.clone(), value.into())).collect(),
        keys: secret.data.into_iter().filter_map(key).collect(),
    }
}

fn too_large(secret: &PlannedSecret, manifests: Vec<usize>) -> Option<PlanProblem> {
    if secret.sync_mode != SyncMode::BuildTime {
        return None;
    }
    let actual = encode::annotations_len(secret);
    if actual <= ANNOTATIONS_MAX {
        return None;
    }
    Some(PlanProblem {
        namespaces: vec![secret.id.namespace.clone()],
        name: secret.id.name.clone(),
        key: None,
        manifests,
        kind: PlanProblemKind::AnnotationsTooLarge { actual },
    })
}
