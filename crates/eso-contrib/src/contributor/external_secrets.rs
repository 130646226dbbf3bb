//! One `ExternalSecret` per Secret that is delivered by reference.

use k8s_bundle::{
    ClusterSelector, Contributor, ContributorError, DeclaredSecret, GoDuration, KubernetesBundle,
};

use super::declared::by_reference;
use crate::RuntimeSync;
use crate::api::{ExternalSecret, RemoteRef, Template};
use crate::error::SecretProblemKind;

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

    fn external_secret(&self, declared: DeclaredSecret<'_>) -> Result<ExternalSecret, SecretProblemKind> {
        let store = self.config.store_for(None, &declared.id.namespace)?;
        let mut secret =
            ExternalSecret::new(declared.id.namespace, declared.id.name, store.reference.clone());
        secret.spec.refresh_interval = declared.refresh_interval.map(GoDuration::as_duration);
        secret.spec.target.immutable = declared.immutable;
        let mut template = Template::new(declared.secret_type.clone());
        for (key, value) in declared.labels {
            template.metadata = template.metadata.with_literal_label(key.clone(), value.clone());
        }
        for (key, text) in declared.annotations {
            template.metadata = template.metadata.with_literal_annotation(key.clone(), text);
        }
        secret.spec.target.template = Some(template);
        for (key, source) in declared.data {
            let remote = RemoteRef::new(store.provider.remote_key(source.key()), source.property());
            secret = secret.with_data(key.clone(), remote);
        }
        Ok(secret)
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
        let mut resources = Vec::new();
        for declared in declared {
            resources.push(self.external_secret(declared)?.to_resource(version)?);
        }
        for resource in resources {
            bundle.add_resource(resource);
        }
        Ok(())
    }
}
