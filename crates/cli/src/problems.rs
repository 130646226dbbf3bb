//! Several things that went wrong at once, each with its places in the configuration.

use materializer::{ErrorKind, Failed, Finding, Missing, MissingPart, NotReady};
use secret_store::provider::age::RekeyReport;
use serde_json::json;

use crate::config::{Loaded, Problem, Source};
use crate::error::is_unaudited;
use crate::exit::Exit;

/// How many paths are spelled out for people.
const SHOWN: usize = 10;

/// Several things that went wrong at once, each with its places in the configuration.
#[derive(Debug, thiserror::Error)]
#[error("{summary}")]
pub(crate) struct Problems {
    summary: String,
    pub(crate) exit: Exit,
    pub(crate) text: Source,
    pub(crate) all: Vec<Problem>,
}

impl Problems {
    /// Why the Secrets could not be written.
    pub(crate) fn of_build(not_ready: &NotReady, loaded: &Loaded) -> Self {
        let failed = alike(&not_ready.failed);
        let failed = failed.iter().map(|group| unread(group));
        let missing = not_ready.missing.iter().map(|missing| absent(missing, loaded));
        let blind = not_ready.no_suggestions.iter().map(|error| {
            Problem::new(format!(
                "no near path is suggested, because the store does not say what it has: {error}"
            ))
        });
        let invalid = not_ready.invalid.iter().map(|finding| unfit(finding, loaded));
        let all = failed.chain(missing).chain(blind).chain(invalid).collect();
        let summary = not_ready.to_string().lines().next().unwrap_or_default().to_owned();
        let exit = match not_ready.kind() {
            ErrorKind::Missing => Exit::Missing,
            ErrorKind::Value => Exit::Value,
            _ if not_ready.failed.iter().all(|failed| is_unaudited(&failed.error)) => Exit::Output,
            _ => Exit::Store,
        };
        Self { summary, exit, text: loaded.source.clone(), all }
    }

    /// What could not be encrypted anew, if that is anything.
    pub(crate) fn of_rekey(report: &RekeyReport, loaded: &Loaded) -> Option<Self> {
        let number = report.failed.len();
        let problems = report.failed.iter().map(|(path, error)| {
            let details = json!({ "kind": error.kind().as_str(), "paths": [path] });
            with_help(Problem::new(error.to_string()).details(details), error.help())
        });
        let summary = match number {
            0 => return None,
            1 => "a secret could not be encrypted anew, and is as it was".to_owned(),
            _ => format!("{number} secrets could not be encrypted anew, and are as they were"),
        };
        Some(Self { summary, exit: Exit::Store, text: loaded.source.clone(), all: problems.collect() })
    }
}

fn with_help(problem: Problem, help: Option<&str>) -> Problem {
    match help {
        Some(help) => problem.help(help),
        None => problem,
    }
}

/// Failures that differ in their paths alone, together.
fn alike(failed: &[Failed]) -> Vec<Vec<&Failed>> {
    let mut groups: Vec<Vec<&Failed>> = Vec::new();
    for failed in failed {
        let same = |other: &&Failed| {
            other.error.help().is_some()
                && (other.error.kind(), other.error.help()) == (failed.error.kind(), failed.error.help())
                && pathless(other) == pathless(failed)
        };
        match groups.iter_mut().find(|group| group.first().is_some_and(same)) {
            Some(group) => group.push(failed),
            None => groups.push(vec![failed]),
        }
    }
    groups
}

/// The error's text with a mark where the path, or the file of it, is named.
fn pathless(failed: &Failed) -> String {
    let text = failed.error.clone().with_path(None).to_string();
    let Some(path) = failed.paths.first() else { return text };
    let file = format!("/{path}");
    let mut parts = text.split(&file);
    let mut marked = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_whole = part.is_empty() || part.starts_with(['.', ' ', ':', ',', ')']);
        marked.push_str(if is_whole { "/*" } else { &file });
        let form = [".yaml", ".json"].into_iter().find(|form| is_whole && part.starts_with(form));
        marked.push_str(&part[form.map_or(0, str::len)..]);
    }
    marked
}

fn unread(group: &[&Failed]) -> Problem {
    let [first, others @ ..] = group else { return Problem::new("a secret could not be read") };
    let paths: Vec<_> = group.iter().flat_map(|failed| &failed.paths).map(AsRef::<str>::as_ref).collect();
    let details = json!({ "kind": first.error.kind().as_str(), "paths": paths });
    let more: Vec<_> = others.iter().flat_map(|failed| &failed.paths).map(ToString::to_string).collect();
    let message = match more.as_slice() {
        [] => first.to_string(),
        more if more.len() > SHOWN => {
            format!("{first}\nthe same for {} and {} more", more[..SHOWN].join(", "), more.len() - SHOWN)
        }
        more => format!("{first}\nthe same for {}", more.join(", ")),
    };
    with_help(Problem::new(message).details(details), first.error.help())
}

fn absent(missing: &Missing, loaded: &Loaded) -> Problem {
    let text = missing.to_string();
    let what = text.lines().next().unwrap_or_default();
    let needs: Vec<_> = missing
        .needed_by
        .iter()
        .map(|need| match &need.key {
            Some(key) => format!("{}, key {key}", need.secret),
            None => format!("{}, keys from {}", need.secret, need.source),
        })
        .collect();
    let needed_by: Vec<_> = missing
        .needed_by
        .iter()
        .map(|need| json!({ "namespace": need.secret.namespace, "name": need.secret.name, "key": need.key }))
        .collect();
    let (field, nearest) = match &missing.what {
        MissingPart::Secret { nearest } => (None, nearest.iter().map(ToString::to_string).collect()),
        MissingPart::Field { field, nearest, .. } => {
            (Some(field), nearest.iter().map(ToString::to_string).collect::<Vec<_>>())
        }
        _ => (None, Vec::new()),
    };
    let mut details =
        json!({ "kind": "missing", "path": missing.path, "nearest": nearest, "needed_by": needed_by });
    if let Some(field) = field {
        details["field"] = json!(field);
    }
    let problem =
        Problem::new(format!("{what}\nneeded by {}", needs.join("; "))).help(missing.help()).details(details);
    let places = missing.needed_by.iter().flat_map(|need| {
        let key = need.key.as_ref().map(AsRef::as_ref);
        loaded.places_of(need.secret.namespace.as_str(), need.secret.name.as_str(), key)
    });
    places.fold(problem, Problem::at)
}

fn unfit(finding: &Finding, loaded: &Loaded) -> Problem {
    let secret = &finding.secret;
    let mut details = json!({ "kind": "unfit-value", "namespace": secret.namespace, "name": secret.name });
    if let Some(key) = &finding.key {
        details["key"] = json!(key);
    }
    let problem = Problem::new(finding.to_string()).help(finding.help.clone()).details(details);
    let places = loaded.places_of(secret.namespace.as_str(), secret.name.as_str(), finding.key.as_deref());
    places.into_iter().fold(problem, Problem::at)
}
