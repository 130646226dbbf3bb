//! Nothing that was asked for is dropped in silence.

use std::collections::BTreeSet;

use k8s_bundle::{
    ClusterSelector, Contributor, ContributorError, KubernetesBundle, SecretId, SecretManifest, SyncMode,
};

use crate::RuntimeSync;
use crate::error::Error;

/// Fails if manifests ask for delivery by reference while run-time sync is off. Adds nothing.
#[derive(Debug, Clone)]
pub struct RuntimeSyncRequired {
    enabled: bool,
    target: ClusterSelector,
}

impl RuntimeSyncRequired {
    /// For every cluster, if run-time sync is off.
    #[must_use]
    pub fn new(config: &RuntimeSync) -> Self {
        Self { enabled: config.enabled(), target: ClusterSelector::All }
    }

    /// For these clusters only.
    #[must_use]
    pub fn for_cluster(mut self, target: impl Into<ClusterSelector>) -> Self {
        self.target = target.into();
        self
    }
}

impl Contributor for RuntimeSyncRequired {
    fn name(&self) -> &'static str {
        "external-secrets-required"
    }

    fn target_cluster(&self) -> &ClusterSelector {
        &self.target
    }

    fn should_contribute(&self) -> bool {
        !self.enabled
    }

    fn contribute(&self, bundle: &mut KubernetesBundle) -> Result<(), ContributorError> {
        let by_reference =
            bundle.secrets().iter().filter(|manifest| manifest.sync_mode() == SyncMode::ExternalSecrets);
        let secrets: BTreeSet<SecretId> = by_reference.flat_map(SecretManifest::ids).collect();
        if secrets.is_empty() {
            return Ok(());
        }
        Err(Error::RuntimeSyncOff { secrets: secrets.into_iter().collect() }.into())
    }
}
