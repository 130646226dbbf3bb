//! The operator.

use std::collections::BTreeMap;

use k8s_bundle::{
    ClusterSelector, Contributor, ContributorError, HelmRelease, HelmRepository, KubernetesBundle,
};

use crate::RuntimeSync;

const NAME: &str = "external-secrets";
const REPOSITORY: &str = "https://charts.external-secrets.io";

/// Installs the operator: the chart `external-secrets/external-secrets` at the pinned version, with one replica of each part.
///
/// The chart brings the resource definitions, so this release comes before anything that is one of them.
#[derive(Debug, Clone)]
pub struct ExternalSecretsHelmRelease {
    config: RuntimeSync,
    target: ClusterSelector,
}

impl ExternalSecretsHelmRelease {
    /// For every cluster, if run-time sync is on.
    #[must_use]
    pub fn new(config: &RuntimeSync) -> Self {
        Self { config: config.clone(), target: ClusterSelector::All }
    }

    /// For these clusters only.
    #[must_use]
    pub fn for_cluster(mut self, target: impl Into<ClusterSelector>) -> Self {
        self.target = target.into();
        self
    }
}

impl Contributor for ExternalSecretsHelmRelease {
    fn name(&self) -> &'static str {
        "external-secrets-helm-release"
    }

    fn target_cluster(&self) -> &ClusterSelector {
        &self.target
    }

    fn should_contribute(&self) -> bool {
        self.config.enabled()
    }

    fn contribute(&self, bundle: &mut KubernetesBundle) -> Result<(), ContributorError> {
        let release = HelmRelease::new(
            NAME.parse()?,
            self.config.operator_namespace().clone(),
            HelmRepository::new(NAME, REPOSITORY),
            NAME,
            self.config.chart_version().to_string(),
        );
        let one_replica = BTreeMap::from([("replicaCount", 1)]);
        let release = release
            .create_namespace(true)
            .with_value("installCRDs", &true)?
            .with_value("webhook", &one_replica)?
            .with_value("certController", &one_replica)?;
        bundle.add_helm_release(release);
        Ok(())
    }
}
