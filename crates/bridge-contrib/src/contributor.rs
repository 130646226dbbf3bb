//! What fills a bundle with the bridge.

use std::error::Error;

use k8s_bundle::{ClusterSelector, Contributor, ContributorError, KubernetesBundle, Namespace, Resource};

use crate::object::{
    certificate, config_map, disruption_budget, network_policy, rights, service, service_account,
    service_monitor, workload,
};
use crate::{BridgeWorkload, ConfigProblem, Served};

/// Adds the bridge to the bundle of the cluster that it serves.
#[derive(Debug, Clone)]
pub struct BridgeContributor {
    workload: BridgeWorkload,
    served: Served,
    operator: Namespace,
    target: ClusterSelector,
}

impl BridgeContributor {
    /// For every cluster, if the workload is enabled; it lets in the operator in `external-secrets-system`.
    #[must_use]
    pub fn new(workload: BridgeWorkload, served: Served) -> Self {
        let operator = match Namespace::new("external-secrets-system") {
            Ok(operator) => operator,
            Err(error) => unreachable!("{error}"),
        };
        Self { workload, served, operator, target: ClusterSelector::All }
    }

    /// With the operator in this namespace.
    #[must_use]
    pub fn for_operator(mut self, namespace: Namespace) -> Self {
        self.operator = namespace;
        self
    }

    /// For these clusters only.
    #[must_use]
    pub fn for_cluster(mut self, target: impl Into<ClusterSelector>) -> Self {
        self.target = target.into();
        self
    }

    fn resources(&self) -> Result<Vec<Resource>, ContributorError> {
        let problems = self.workload.problems(&self.served);
        let (Some(image), Some(tls), true) = (&self.workload.image, &self.workload.tls, problems.is_empty())
        else {
            return Err(problems_in_words(&problems));
        };
        let context = Context { workload: &self.workload, served: &self.served, operator: &self.operator };
        let mut resources = vec![service_account::resource(context)?, config_map::resource(context)?];
        resources.extend(rights::resources(context)?);
        resources.extend(certificate::resource(context, tls)?);
        resources.push(service::resource(context)?);
        resources.push(workload::resource(context, image, tls)?);
        resources.extend(disruption_budget::resource(context)?);
        resources.push(network_policy::resource(context)?);
        resources.extend(service_monitor::resource(context, tls)?);
        Ok(resources)
    }
}

impl Contributor for BridgeContributor {
    fn name(&self) -> &'static str {
        "bridge"
    }

    fn target_cluster(&self) -> &ClusterSelector {
        &self.target
    }

    fn should_contribute(&self) -> bool {
        self.workload.enabled
    }

    fn contribute(&self, bundle: &mut KubernetesBundle) -> Result<(), ContributorError> {
        for resource in self.resources()? {
            bundle.add_resource(resource);
        }
        Ok(())
    }
}

/// What every object is made of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) workload: &'a BridgeWorkload,
    pub(crate) served: &'a Served,
    pub(crate) operator: &'a Namespace,
}

fn problems_in_words(problems: &[ConfigProblem]) -> Box<dyn Error + Send + Sync> {
    let words: Vec<_> = problems.iter().map(ToString::to_string).collect();
    words.join("; ").into()
}
