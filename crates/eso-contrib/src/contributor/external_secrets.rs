//! One `ExternalSecret` per Secret that is delivered by reference.

use k8s_bundle::{
    ClusterSelector, Contributor, ContributorError, DataKey, DeclaredSecret, GoDuration, KubernetesBundle,
};

use super::declared::by_reference;
use crate::api::{ExternalSecret, RemoteRef, Template};
use crate::error::{Error, SecretProblem, SecretProblemKind, all};
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

    fn external_secret(&self, declared: DeclaredSecret<'_>) -> Result<ExternalSecret, Vec<SecretProblem>> {
        let problem = |key: Option<&DataKey>, kind: SecretProblemKind| SecretProblem {
            namespaces: vec![declared.id.namespace.clone()],
            name: declared.id.name.clone(),
            key: key.cloned(),
            manifests: declared.manifests.clone(),
            kind,
        };
        let store = self.config.store_for(None, &declared.id.namespace);
        let store = store.map_err(|kind| vec![problem(None, kind)])?;
        let refused = declared.data.iter().filter_map(|(key, source)| {
            store.check_source(source).err().map(|kind| problem(Some(key), kind))
        });
        let refused: Vec<_> = refused.collect();
        if !refused.is_empty() {
            return Err(refused);
        }
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
            let mut remote = RemoteRef::whole(store.provider.remote_key(source.key()));
            remote.property =
                store.provider.remote_property(source.key(), source.property()).map(str::to_owned);
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
        let (mut secrets, mut problems) = (Vec::new(), Vec::new());
        for declared in declared {
            match self.external_secret(declared) {
                Ok(secret) => secrets.push(secret),
                Err(refused) => problems.extend(refused),
            }
        }
        if !problems.is_empty() {
            return Err(Error::Secrets { problems: SecretProblem::together(problems) }.into());
        }
        let resources = all(secrets.into_iter().map(|secret| secret.to_resource(version)))?;
        for resource in resources {
            bundle.add_resource(resource);
        }
        Ok(())
    }
}
