//! What contributors have against a configuration, with the places in it.

use eso_contrib::api::{FieldProblem, FieldProblemKind};
use eso_contrib::{Error, SecretProblem, SecretProblemKind};
use k8s_bundle::{ContributorFailure, SecretId};
use materializer::{PlanProblem, PlanProblemKind};

use super::declared::{declared, declared_in};
use crate::config::{Loaded, Problem, nearest};

/// What a contributor has against the declarations. What the plan has said already is not said again.
pub(super) fn contributing(
    loaded: &Loaded,
    failure: &ContributorFailure,
    said: &[PlanProblem],
) -> Vec<Problem> {
    match failure.error.downcast_ref::<Error>() {
        Some(error) => of_operator(loaded, error, said),
        None => vec![Problem::new(format!("{}: {}", failure.contributor, failure.error))],
    }
}

fn of_operator(loaded: &Loaded, error: &Error, said: &[PlanProblem]) -> Vec<Problem> {
    let help = |problem: Problem| match error.help() {
        Some(help) => problem.help(help),
        None => problem,
    };
    match error {
        Error::RuntimeSyncOff { secrets } => {
            let at = |problem: Problem, secret: &SecretId| {
                let places = loaded.places_of(secret.namespace.as_str(), secret.name.as_str(), None);
                places.into_iter().fold(problem, Problem::at)
            };
            vec![secrets.iter().fold(help(Problem::new(error.to_string())), at)]
        }
        Error::Secrets { problems } => {
            let new = problems.iter().filter(|problem| !is_said(&problem.kind, said));
            new.map(|problem| of_secret(loaded, problem)).collect()
        }
        Error::Resource { object, problems } => {
            let problem = |problem: &FieldProblem| {
                let place = loaded.place_of_object(object, &problem.field);
                Problem::new(format!("{object}: {problem}")).help(problem.kind.help()).at(place)
            };
            problems.iter().map(problem).collect()
        }
        Error::Several { errors } => {
            errors.iter().flat_map(|error| of_operator(loaded, error, said)).collect()
        }
        error => vec![help(Problem::new(error.to_string()))],
    }
}

fn of_secret(loaded: &Loaded, problem: &SecretProblem) -> Problem {
    let help = problem.kind.help();
    match &problem.kind {
        SecretProblemKind::UnknownStore { store, stores } => {
            let known: Vec<_> = stores.iter().map(AsRef::as_ref).collect();
            let near = nearest(store.as_str(), &known);
            let help = near.map_or_else(|| help.to_owned(), |near| format!("did you mean `{near}`?"));
            declared_in(loaded, problem, &help, "store_ref")
        }
        SecretProblemKind::StoreElsewhere { store, .. } => {
            let place = loaded.place_of_store(store.as_str(), "namespaces");
            declared_in(loaded, problem, help, "store_ref").at(place)
        }
        SecretProblemKind::Field { field, .. } => declared_in(loaded, problem, help, field),
        _ => declared(loaded, problem, help),
    }
}

/// Whether a plan of the same manifests fails for the same reason, or for one that includes it: a path that the operator
/// would resolve to another is none that a store takes.
fn is_said(kind: &SecretProblemKind, said: &[PlanProblem]) -> bool {
    let is_same = |planned: &PlanProblem| match (&planned.kind, kind) {
        (
            PlanProblemKind::Template { problem: planned, .. } | PlanProblemKind::Transform(planned),
            SecretProblemKind::Field { problem: FieldProblemKind::Template(problem), .. },
        ) => planned == problem,
        _ => matches!(kind, SecretProblemKind::Declared(_) | SecretProblemKind::UnstablePath { .. }),
    };
    said.iter().any(is_same)
}
