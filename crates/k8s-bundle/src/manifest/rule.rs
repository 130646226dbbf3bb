//! Rules about how the Secret is delivered and what it carries beside its data.

use super::document::Document;
use super::{ManifestProblem, SyncMode, by_value};
use crate::meta::{ANNOTATIONS_MAX, not_carried};
use crate::policy::Choices;
use crate::reload::{self, RELOAD_VALUE};
use crate::{AnnotationKey, DataFrom};

pub(super) fn of_delivery(document: &Document, data_from: &[(usize, DataFrom)]) -> Vec<ManifestProblem> {
    let mut problems = match document.sync_mode {
        SyncMode::BuildTime => by_value::refuse(document, data_from),
        SyncMode::ExternalSecrets => Vec::new(),
    };
    let choices = Choices {
        refresh_policy: document.refresh_policy,
        has_interval: document.refresh_interval.is_some(),
        creation_policy: document.creation_policy,
        deletion_policy: document.deletion_policy,
        immutable: document.immutable,
    };
    problems.extend(choices.problems().map(ManifestProblem::Policy));
    problems.extend(given_twice(document));
    problems.extend(reload_contradicted(document));
    problems.extend(annotations_not_carried(document));
    problems.extend(annotations_too_large(document));
    problems
}

/// Labels and annotations are literal or a template, and not both.
fn given_twice(document: &Document) -> Vec<ManifestProblem> {
    let Some(template) = &document.template else { return Vec::new() };
    let labels = template.metadata.labels.keys().filter(|key| document.labels.contains_key(*key));
    let annotations =
        template.metadata.annotations.keys().filter(|key| document.annotations.contains_key(*key));
    let labels = labels.map(|key| ManifestProblem::LabelTwice(key.clone()));
    labels.chain(annotations.map(|key| ManifestProblem::AnnotationTwice(key.clone()))).collect()
}

fn reload_contradicted(document: &Document) -> Vec<ManifestProblem> {
    let Some(reload) = document.reload else { return Vec::new() };
    let literal = document.annotations.iter();
    let templates = document.template.iter().flat_map(|template| &template.metadata.annotations);
    let contradicted = |&(key, value): &(&AnnotationKey, &String)| reload::contradicts(reload, key, value);
    let problem = |(key, _): (&AnnotationKey, _)| ManifestProblem::ReloadContradicted {
        annotation: key.clone(),
        reload,
    };
    literal.chain(templates).filter(contradicted).map(problem).collect()
}

/// Templates are looked at by whoever renders them, or writes them for the operator.
fn annotations_not_carried(document: &Document) -> impl Iterator<Item = ManifestProblem> {
    document.annotations.iter().filter_map(|(key, value)| {
        let character = not_carried(value)?;
        Some(ManifestProblem::AnnotationNotCarried { annotation: key.clone(), character })
    })
}

/// Templates are not counted: how long they become is not known.
fn annotations_too_large(document: &Document) -> Option<ManifestProblem> {
    let declared = document.annotations.iter().map(|(key, value)| key.as_str().len() + value.len());
    let reload = document.reload.map(|reload| reload::annotations(reload).0);
    let added = reload.filter(|key| !document.annotations.contains_key(*key));
    let added = added.map(|key| key.as_str().len() + RELOAD_VALUE.len());
    let actual = declared.chain(added).sum();
    (actual > ANNOTATIONS_MAX)
        .then_some(ManifestProblem::AnnotationsTooLarge { actual, max: ANNOTATIONS_MAX })
}
