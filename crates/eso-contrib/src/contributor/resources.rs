//! What else the user wants of the operator.

use k8s_bundle::{ClusterSelector, Contributor, ContributorError, KubernetesBundle};

use crate::RuntimeSync;
use crate::error::all;

/// Adds the objects that stand under [`resources`](RuntimeSync::resources), with every default spelt out.
///
/// Everything that the operator of the pinned chart would refuse in any of them is reported at once.
#[derive(Debug, Clone)]
pub struct DeclaredResources {
    config: RuntimeSync,
    target: ClusterSelector,
}

impl DeclaredResources {
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

impl Contributor for DeclaredResources {
    fn name(&self) -> &'static str {
        "external-secrets-resources"
    }

    fn target_cluster(&self) -> &ClusterSelector {
        &self.target
    }

    fn should_contribute(&self) -> bool {
        self.config.enabled()
    }

    fn contribute(&self, bundle: &mut KubernetesBundle) -> Result<(), ContributorError> {
        let version = self.config.chart_version();
        let resources = all(self.config.resources().iter().map(|resource| resource.to_resource(version)))?;
        for resource in resources {
            bundle.add_resource(resource);
        }
        Ok(())
    }
}
