//! From a configuration to what is to be written, without any value.

use std::fmt::Display;

use eso_contrib::SecretProblemKind;
use k8s_bundle::{
    BundleFiles, ContributorFailure, DeclaredProblem, KubernetesBundle, SecretId, generate_onto,
};
use materializer::{Plan, PlanProblem};

use crate::config::{ConfigError, Loaded, Problem};
use crate::error::{Error, Result};

/// What is to be written, without any value.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// The freely viewable files.
    pub(crate) files: BundleFiles,
    /// The Secrets.
    pub(crate) plan: Plan,
    /// Whether there is anything for Helm to install first.
    pub(crate) has_helm: bool,
}

/// Runs the contributors and plans the Secrets; reads no store.
pub(crate) fn prepare(loaded: &Loaded) -> Result<Prepared> {
    let declared = Plan::new(&loaded.config.secrets);
    let generated = generate(loaded);
    let mut problems = match &declared {
        Err(materializer::Error::Plan { problems }) => planning(loaded, problems),
        Ok(_) | Err(_) => Vec::new(),
    };
    let bundle = match generated {
        Ok(bundle) => bundle,
        Err(k8s_bundle::Error::Contributors { failures, .. }) => {
            problems
                .extend(failures.iter().flat_map(|failure| contributing(loaded, failure, declared.is_err())));
            return Err(with_places(loaded, problems));
        }
        Err(other) => return Err(other.into()),
    };
    if !problems.is_empty() {
        return Err(with_places(loaded, problems));
    }
    let plan = match Plan::new(bundle.secrets()) {
        Ok(plan) => plan,
        Err(materializer::Error::Plan { problems }) => {
            return Err(with_places(loaded, planning(loaded, &problems)));
        }
        Err(other) => return Err(Error::materializing(other, loaded)),
    };
    if loaded.config.store.is_none() && plan.by_value().next().is_some() {
        return Err(with_places(loaded, vec![without_store(loaded, &plan)]));
    }
    Ok(Prepared { files: bundle.files()?, plan, has_helm: !bundle.helm_releases().is_empty() })
}

fn generate(loaded: &Loaded) -> k8s_bundle::Result<KubernetesBundle> {
    let k8s = &loaded.config.k8s;
    let bundle = KubernetesBundle::with_secrets(loaded.config.secrets.iter().cloned());
    generate_onto(bundle, &k8s.cluster, &eso_contrib::contributors(&k8s.secrets.runtime_sync))
}

/// What is by value has to come from somewhere.
fn without_store(loaded: &Loaded, plan: &Plan) -> Problem {
    let count = plan.by_value().count();
    let what = if count == 1 { "1 Secret is" } else { &format!("{count} Secrets are") };
    let places = plan.by_value().flat_map(|secret| {
        let id = secret.id();
        loaded.places_of(id.namespace.as_str(), id.name.as_str(), None)
    });
    let problem = Problem::new(format!("`store` is missing, and {what} delivered by value"));
    let problem = places.fold(problem, Problem::at);
    problem.help("add the store that the values come from, or sync_mode: external-secrets to what the cluster resolves")
}

fn with_places(loaded: &Loaded, problems: Vec<Problem>) -> Error {
    ConfigError::Problems { text: Box::new(loaded.source.clone()), problems }.into()
}

fn planning(loaded: &Loaded, problems: &[PlanProblem]) -> Vec<Problem> {
    problems.iter().map(|problem| declared(loaded, problem, problem.kind.help())).collect()
}

/// What is wrong with a Secret, at each of its manifests.
fn declared<K: Display>(loaded: &Loaded, problem: &DeclaredProblem<K>, help: &str) -> Problem {
    let ids: Vec<_> =
        problem.namespaces.iter().map(|namespace| format!("{namespace}/{}", problem.name)).collect();
    let key = problem.key.as_ref().map(|key| format!(", key {key}")).unwrap_or_default();
    let message = format!("{}{key}: {}", ids.join(", "), problem.kind);
    let places = problem
        .manifests
        .iter()
        .map(|index| loaded.place_of(*index, problem.key.as_ref().map(AsRef::as_ref)));
    places.fold(Problem::new(message).help(help), Problem::at)
}

/// What a contributor has against the declarations. What the plan has said already is not said again.
fn contributing(loaded: &Loaded, failure: &ContributorFailure, is_said: bool) -> Vec<Problem> {
    let help = |problem: Problem, help: Option<String>| match help {
        Some(help) => problem.help(help),
        None => problem,
    };
    let at = |problem: Problem, secret: &SecretId| {
        let places = loaded.places_of(secret.namespace.as_str(), secret.name.as_str(), None);
        places.into_iter().fold(problem, Problem::at)
    };
    match failure.error.downcast_ref::<eso_contrib::Error>() {
        Some(error @ eso_contrib::Error::RuntimeSyncOff { secrets }) => {
            let problem = help(Problem::new(error.to_string()), error.help());
            vec![secrets.iter().fold(problem, at)]
        }
        Some(eso_contrib::Error::Secrets { problems }) => problems
            .iter()
            .filter(|problem| !(is_said && is_planned(&problem.kind)))
            .map(|problem| declared(loaded, problem, problem.kind.help()))
            .collect(),
        Some(error) => vec![help(Problem::new(error.to_string()), error.help())],
        None => vec![Problem::new(format!("{}: {}", failure.contributor, failure.error))],
    }
}

/// Whether a plan of the same manifests fails for the same reason, or for one that includes it: a path that the operator
/// would resolve to another is none that a store takes.
fn is_planned(kind: &SecretProblemKind) -> bool {
    matches!(kind, SecretProblemKind::Declared(_) | SecretProblemKind::UnstablePath { .. })
}
