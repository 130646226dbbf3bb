//! Why Secrets cannot be written: what is missing, told from what could not be read.

use secret_store::{Error, ErrorKind, FieldName, Secret, SecretPath, SecretStore};

use crate::not_ready::{Failed, Missing, MissingPart, Need, NotReady};
use crate::plan::{Origin, Plan, PlannedFrom, PlannedKey, PlannedSecret};
use crate::read::Answers;
use crate::suggest::{Suggestions, nearest_field};

/// What is missing and what failed, into `not_ready`. The store is asked once more, for the paths that there are, when a
/// whole secret is missing.
pub(crate) async fn explain(
    answers: &Answers,
    store: &dyn SecretStore,
    plan: &Plan,
    not_ready: &mut NotReady,
) {
    failed(answers, plan, not_ready);
    for secret in plan.by_value() {
        for key in secret.keys() {
            let source = key.source();
            let missing = missing(answers.of(key.read_index()), source.version.as_ref(), Some(key.field()));
            if let Some(what) = missing {
                add(&mut not_ready.missing, Some(key.path()), what, Need::of_key(secret, key));
            }
        }
        for from in secret.data_from() {
            if let Some((path, what)) = missing_of(answers, from) {
                add(&mut not_ready.missing, path, what, Need::of_many(secret, from));
            }
        }
    }
    not_ready.missing.sort_by(|a, b| a.path.cmp(&b.path));
    suggest(store, not_ready).await;
}

fn failed(answers: &Answers, plan: &Plan, not_ready: &mut NotReady) {
    for (path, error) in answers.errors(plan) {
        if error.kind() == ErrorKind::NotFound {
            continue;
        }
        let same = |other: &&mut Failed| {
            (other.error.kind(), other.error.detail().reason(), other.error.help())
                == (error.kind(), error.detail().reason(), error.help())
        };
        if let Some(failed) = not_ready.failed.iter_mut().find(same) {
            failed.paths.extend(path.cloned());
        } else {
            let paths = path.into_iter().cloned().collect();
            not_ready.failed.push(Failed { error: error.clone(), paths });
        }
    }
    for failed in &mut not_ready.failed {
        failed.paths.sort_unstable();
        failed.paths.dedup();
    }
}

fn missing(
    answer: &Result<Secret, Error>,
    version: Option<&String>,
    field: Option<&FieldName>,
) -> Option<MissingPart> {
    match answer {
        Ok(secret) => {
            let field = field.filter(|field| secret.fields.get(field.as_str()).is_none())?;
            let fields: Vec<_> = secret.fields.names().cloned().collect();
            let nearest = nearest_field(field, &fields);
            Some(MissingPart::Field { field: field.clone(), fields, nearest })
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Some(match version {
            Some(version) => MissingPart::Version { version: version.clone() },
            None => MissingPart::Secret { nearest: Vec::new() },
        }),
        Err(_) => None,
    }
}

fn missing_of<'a>(answers: &Answers, from: &'a PlannedFrom) -> Option<(Option<&'a SecretPath>, MissingPart)> {
    match &from.origin {
        Origin::Path { path, version, property, read } => {
            let what = missing(answers.of(*read), version.as_ref(), property.as_ref())?;
            Some((Some(path), what))
        }
        Origin::Prefix { prefix, pattern: Some(pattern), list } => {
            let is_gone = |answer: &Result<Secret, Error>| {
                answer.as_ref().is_err_and(|error| error.kind() == ErrorKind::NotFound)
            };
            if !answers.matching(from)?.all(|(_, answer)| is_gone(answer)) {
                return None;
            }
            let there = answers.listed(*list)?.cloned().collect();
            Some((prefix.as_ref(), MissingPart::Match { regexp: pattern.regexp().clone(), there }))
        }
        _ => None,
    }
}

async fn suggest(store: &dyn SecretStore, not_ready: &mut NotReady) {
    let secrets = |missing: &&mut Missing| matches!(missing.what, MissingPart::Secret { .. });
    let wanted = not_ready.missing.iter_mut().filter(secrets).count();
    if wanted == 0 {
        return;
    }
    let paths = match store.list(None).await {
        Ok(paths) => paths,
        Err(error) => {
            not_ready.no_suggestions = Some(error);
            return;
        }
    };
    let suggestions = Suggestions::new(&paths, wanted);
    for missing in &mut not_ready.missing {
        if let (MissingPart::Secret { nearest }, Some(path)) = (&mut missing.what, &missing.path) {
            *nearest = suggestions.nearest(path);
        }
    }
}

fn add(all: &mut Vec<Missing>, path: Option<&SecretPath>, what: MissingPart, need: Need) {
    match all.iter_mut().find(|missing| missing.path.as_ref() == path && missing.what == what) {
        Some(missing) => missing.needed_by.push(need),
        None => all.push(Missing { path: path.cloned(), what, needed_by: vec![need] }),
    }
}

impl Need {
    fn of_key(secret: &PlannedSecret, key: &PlannedKey) -> Self {
        let source = key.source().to_string();
        Self { secret: secret.id().clone(), key: Some(key.key().clone()), source }
    }

    fn of_many(secret: &PlannedSecret, from: &PlannedFrom) -> Self {
        Self { secret: secret.id().clone(), key: None, source: from.to_string() }
    }
}
