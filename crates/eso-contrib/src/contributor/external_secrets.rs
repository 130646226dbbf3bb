//! One `ExternalSecret` per Secret that is delivered by reference.

use k8s_bundle::{ClusterSelector, Contributor, ContributorError, DeclaredSecret, KubernetesBundle};

use super::declared::by_reference;

use crate::api::{ExternalSecret, RemoteRef, SecretStoreRef};
use crate::{Result, RuntimeSync};

/// Adds one `ExternalSecret` for each Secret that the bundle's manifests declare with `sync_mode: external-secrets`: one per
/// namespace, its keys sorted, of the type and with the labels and annotations that the manifests give the Secret.
///
/// Several manifests of one Secret are merged. What they contradict each other in is an error, and so is a Secret that is
/// delivered both by value and by reference; all problems are reported at once. What is wrong with Secrets
/// by value alone is not looked at here.
#[derive(Debug, Clone)]
pub struct ExternalSecrets {
    config: RuntimeSync,
    target: ClusterSelector,
}

impl ExternalSecrets {
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

    fn external_secret(&self, declared: DeclaredSecret<'_>) -> ExternalSecret {
        let store = SecretStoreRef::cluster(self.config.store_name().clone());
        let mut secret = ExternalSecret::new(declared.id.namespace, declared.id.name, store);
        if let Some(interval) = declared.refresh_interval {
            secret.refresh_interval = interval.as_duration();
        }
        secret.target.immutable = declared.immutable;
        secret.target.template.secret_type = declared.secret_type.clone();
        secret.target.template.metadata.labels =
            declared.labels.into_iter().map(|(key, value)| (key.clone(), value.clone())).collect();
        secret.target.template.metadata.annotations =
            declared.annotations.into_iter().map(|(key, value)| (key.clone(), value.to_owned())).collect();
        for (key, source) in declared.data {
            let remote = RemoteRef::new(remote_key(self.config.mount(), source.key()), source.property());
            secret = secret.with_data(key.clone(), remote);
        }
        secret
    }
}

impl Contributor for ExternalSecrets {
    fn name(&self) -> &'static str {
        "external-secrets"
    }

    fn target_cluster(&self) -> &ClusterSelector {
        &self.target
    }

    fn should_contribute(&self) -> bool {
        self.config.enabled()
    }

    fn contribute(&self, bundle: &mut KubernetesBundle) -> Result<(), ContributorError> {
        let declared = by_reference(bundle.secrets())?;
        let version = self.config.chart_version();
        let resources = declared
            .into_iter()
            .map(|declared| self.external_secret(declared).to_resource(version))
            .collect::<Result<Vec<_>>>()?;
        for resource in resources {
            bundle.add_resource(resource);
        }
        Ok(())
    }
}
