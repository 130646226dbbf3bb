//! Problems of a Secret, with the places of its manifests.

use std::fmt::Display;

use k8s_bundle::DeclaredProblem;

use crate::config::{Loaded, Problem};

/// What is wrong with a Secret, at each of its manifests.
pub(super) fn declared<K: Display>(loaded: &Loaded, problem: &DeclaredProblem<K>, help: &str) -> Problem {
    let key = problem.key.as_ref().map(AsRef::as_ref);
    let places = problem.manifests.iter().map(|index| loaded.place_of(*index, key));
    places.fold(named(problem, help), Problem::at)
}

/// The same, at that field of each manifest.
pub(super) fn declared_in<K: Display>(
    loaded: &Loaded,
    problem: &DeclaredProblem<K>,
    help: &str,
    field: &str,
) -> Problem {
    let places = problem.manifests.iter().map(|index| loaded.place_of_field(*index, field));
    places.fold(named(problem, help), Problem::at)
}

fn named<K: Display>(problem: &DeclaredProblem<K>, help: &str) -> Problem {
    let ids: Vec<_> =
        problem.namespaces.iter().map(|namespace| format!("{namespace}/{}", problem.name)).collect();
    let key = problem.key.as_ref().map(|key| format!(", key {key}")).unwrap_or_default();
    Problem::new(format!("{}{key}: {}", ids.join(", "), problem.kind)).help(help)
}
