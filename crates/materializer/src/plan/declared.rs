//! From what is declared to what is to be done: sources become paths and fields, texts templates, and annotations leave room
//! for ours.

use std::collections::HashMap;

use k8s_bundle::{
    ANNOTATIONS_MAX, AnnotationKey, DataFrom, DataKey, DeclaredSecret, LabelKey, SecretManifest,
    SecretTemplate, SourceRef, SyncMode, declared_secrets,
};
use secret_template::Template;

use super::{
    Plan, PlanProblem, PlanProblemKind, PlannedFrom, PlannedKey, PlannedSecret, PlannedTemplate,
    PlannedTemplates, SOURCE_ANNOTATION, Source, TemplatePlace,
};
use crate::encode;
use crate::suggest::nearest_name;

pub(super) fn plan(manifests: &[&SecretManifest]) -> Result<Plan, Vec<PlanProblem>> {
    let (declared, contradictions) = declared_secrets(manifests.iter().copied());
    let mut problems: Vec<_> =
        contradictions.into_iter().map(|problem| problem.map(PlanProblemKind::Declared)).collect();
    let mut parts = Parts::default();
    for (position, manifest) in manifests.iter().enumerate() {
        let wrong = |key: Option<&DataKey>, kind| PlanProblem::of_manifest(position, manifest, key, kind);
        if manifest.sync_mode() == SyncMode::BuildTime && has_source_annotation(manifest) {
            problems.push(wrong(None, PlanProblemKind::ReservedAnnotation));
        }
        parts.add(manifest, |key, kind| problems.push(wrong(key, kind)));
    }
    let secrets = declared.into_iter().map(|secret| {
        problems.extend(unread_fields(&secret, manifests, &parts));
        let manifests = secret.manifests.clone();
        let planned = parts.planned(secret);
        problems.extend(too_large(&planned, manifests));
        planned
    });
    let secrets = secrets.collect();
    if problems.is_empty() { Ok(Plan::from_secrets(secrets)) } else { Err(PlanProblem::together(problems)) }
}

fn has_source_annotation(manifest: &SecretManifest) -> bool {
    manifest.annotations().contains_key(SOURCE_ANNOTATION)
        || manifest
            .template()
            .is_some_and(|template| template.metadata.annotations.contains_key(SOURCE_ANNOTATION))
}

/// What the manifests are made of, read once for all Secrets that they declare. What cannot be read is a problem already, and
/// left out of the Secret.
#[derive(Default)]
struct Parts<'a> {
    sources: HashMap<&'a SourceRef, Source>,
    /// By where the entry stands, as a declared Secret refers to it too.
    data_from: HashMap<*const DataFrom, PlannedFrom>,
    /// By name and text.
    templates: HashMap<(&'a str, &'a str), PlannedTemplate>,
}

impl<'a> Parts<'a> {
    fn add(
        &mut self,
        manifest: &'a SecretManifest,
        mut wrong: impl FnMut(Option<&DataKey>, PlanProblemKind),
    ) {
        let mode = manifest.sync_mode();
        for (key, source) in manifest.data() {
            match Source::try_from(source) {
                Ok(parsed) => _ = self.sources.insert(source, parsed),
                Err(error) => wrong(Some(key), PlanProblemKind::Source(error)),
            }
        }
        for entry in manifest.data_from() {
            match PlannedFrom::new(entry, mode) {
                Ok(planned) => _ = self.data_from.insert(entry, planned),
                Err(problems) => problems.into_iter().for_each(|problem| wrong(None, problem)),
            }
        }
        for Written { key, place, name, text } in manifest.template().into_iter().flat_map(texts) {
            let mut wrong = |problem| wrong(key, PlanProblemKind::Template { place: place.clone(), problem });
            match Template::parse(name, text) {
                Ok(template) => {
                    if mode == SyncMode::BuildTime {
                        template.unrendered().into_iter().for_each(&mut wrong);
                    }
                    self.templates.insert((name, text), PlannedTemplate::new(template));
                }
                Err(problems) => problems.into_iter().for_each(&mut wrong),
            }
        }
    }

    fn planned(&self, secret: DeclaredSecret<'_>) -> PlannedSecret {
        let key = |(key, source): (&DataKey, &SourceRef)| {
            let source = self.sources.get(source)?.clone();
            Some(PlannedKey { key: key.clone(), source, read: usize::MAX })
        };
        let from = |entry: &DataFrom| self.data_from.get(&core::ptr::from_ref(entry)).cloned();
        PlannedSecret {
            id: secret.id,
            secret_type: secret.secret_type.clone(),
            sync_mode: secret.sync_mode,
            immutable: secret.immutable,
            labels: secret.labels.into_iter().map(|(key, value)| (key.clone(), value.clone())).collect(),
            annotations: secret
                .annotations
                .into_iter()
                .map(|(key, value)| (key.clone(), value.into()))
                .collect(),
            keys: secret.data.into_iter().filter_map(key).collect(),
            data_from: secret.data_from.into_iter().filter_map(from).collect(),
            templates: secret.template.map(|template| self.templates(&template)),
        }
    }

    fn templates(&self, template: &SecretTemplate) -> PlannedTemplates {
        let planned = |(name, text): (&str, &String)| self.templates.get(&(name, text.as_str())).cloned();
        let metadata = &template.metadata;
        let data = template.data.iter();
        let data = data.filter_map(|(key, text)| Some((key.clone(), planned((key.as_str(), text))?)));
        let labels = metadata.labels.iter();
        let labels = labels.filter_map(|(key, text)| Some((key.clone(), planned((key.as_str(), text))?)));
        let annotations = metadata.annotations.iter();
        let annotations =
            annotations.filter_map(|(key, text)| Some((key.clone(), planned((key.as_str(), text))?)));
        PlannedTemplates {
            merge_policy: template.merge_policy,
            data: data.collect(),
            labels: labels.collect(),
            annotations: annotations.collect(),
        }
    }
}

/// One template of a manifest.
struct Written<'a> {
    key: Option<&'a DataKey>,
    place: TemplatePlace,
    name: &'a str,
    text: &'a str,
}

fn texts(template: &SecretTemplate) -> impl Iterator<Item = Written<'_>> {
    let data = template.data.iter().map(|(key, text)| Written {
        key: Some(key),
        place: TemplatePlace::Data,
        name: key.as_str(),
        text,
    });
    let labels = template.metadata.labels.iter().map(|(label, text): (&LabelKey, _)| Written {
        key: None,
        place: TemplatePlace::Label(label.clone()),
        name: label.as_str(),
        text,
    });
    let annotations = template.metadata.annotations.iter().map(|(key, text): (&AnnotationKey, _)| Written {
        key: None,
        place: TemplatePlace::Annotation(key.clone()),
        name: key.as_str(),
        text,
    });
    data.chain(labels).chain(annotations)
}

/// What templates read and no key gives, where all keys are known.
fn unread_fields(
    secret: &DeclaredSecret<'_>,
    manifests: &[&SecretManifest],
    parts: &Parts<'_>,
) -> Vec<PlanProblem> {
    let mut problems = Vec::new();
    if secret.sync_mode != SyncMode::BuildTime || !secret.data_from.is_empty() {
        return problems;
    }
    let keys: Vec<&str> = secret.data.keys().map(|key| key.as_str()).collect();
    for &position in &secret.manifests {
        for Written { key, place, name, text } in manifests[position].template().into_iter().flat_map(texts) {
            let Some(planned) = parts.templates.get(&(name, text)) else { continue };
            for field in planned.fields().filter(|field| !keys.contains(field)) {
                let nearest = nearest_name(field, &keys).map(ToOwned::to_owned);
                let field = field.to_owned();
                problems.push(PlanProblem {
                    namespaces: vec![secret.id.namespace.clone()],
                    name: secret.id.name.clone(),
                    key: key.cloned(),
                    manifests: vec![position],
                    kind: PlanProblemKind::TemplateField { place: place.clone(), field, nearest },
                });
            }
        }
    }
    problems
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
