//! From a configuration to what is to be written, without any value.

mod contributing;
mod declared;
mod served;

use k8s_bundle::{BundleFiles, KubernetesBundle, generate_onto};
use materializer::{Plan, PlanProblem};

use self::contributing::contributing;
use self::declared::declared;
use crate::config::{ConfigError, Loaded, Problem};
use crate::error::{Error, Result};
use crate::next::Next;
use crate::warning::{Warning, unused_stores};

/// What is to be written, without any value.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// The freely viewable files.
    pub(crate) files: BundleFiles,
    /// The Secrets.
    pub(crate) plan: Plan,
    /// What the contributors have made of the configuration.
    pub(crate) bundle: KubernetesBundle,
    /// What may not be as it was meant.
    pub(crate) warnings: Vec<Warning>,
    /// What is left to do once it is written.
    pub(crate) next: Next,
}

/// Runs the contributors and plans the Secrets; reads no store.
pub(crate) fn prepare(loaded: &Loaded) -> Result<Prepared> {
    let declared = Plan::new(&loaded.config.secrets);
    let generated = generate(loaded);
    let said = match &declared {
        Err(materializer::Error::Plan { problems }) => problems.as_slice(),
        Ok(_) | Err(_) => &[],
    };
    let mut problems = planning(loaded, said);
    let bundle = match generated {
        Ok(bundle) => bundle,
        Err(k8s_bundle::Error::Contributors { failures, .. }) => {
            problems.extend(failures.iter().flat_map(|failure| contributing(loaded, failure, said)));
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
    let next = Next::new(&bundle);
    let warnings = unused_stores(loaded, &bundle)?;
    Ok(Prepared { files: bundle.files()?, plan, next, bundle, warnings })
}

fn generate(loaded: &Loaded) -> k8s_bundle::Result<KubernetesBundle> {
    let k8s = &loaded.config.k8s;
    let bundle = KubernetesBundle::with_secrets(loaded.config.secrets.iter().cloned())
        .with_delivery(k8s.delivery.clone());
    let mut contributors = eso_contrib::contributors(&k8s.secrets.runtime_sync);
    contributors.extend(served::contributor(loaded));
    generate_onto(bundle, &k8s.cluster, &contributors)
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
