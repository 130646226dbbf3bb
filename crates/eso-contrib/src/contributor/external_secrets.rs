//! One `ExternalSecret` per Secret that is delivered by reference.

use k8s_bundle::{
    ClusterSelector, Contributor, ContributorError, KubernetesBundle, Resource, SecretManifest,
};

use super::declared::by_reference;
use super::manifest_field::{of_field, of_key, of_secret};
use super::operators_words::external_secret;
use crate::error::{Error, SecretProblem};
use crate::{Result, RuntimeSync};

/// Adds one `ExternalSecret` for each Secret that the bundle's manifests declare with `sync_mode: external-secrets`: one per
/// namespace, its keys sorted, of the type and with the labels and annotations that the manifests give the Secret.
///
/// Several manifests of one Secret are merged. What they contradict each other in is an error, and so is a Secret that is
/// delivered both by value and by reference, a store that does not exist, and whatever the operator of the pinned chart
/// would refuse; all problems are reported at once. What is wrong with Secrets by value alone is not looked at here.
///
/// ```
/// use eso_contrib::{ExternalSecrets, RuntimeSync};
/// use k8s_bundle::{Contributor, KubernetesBundle, SecretManifest, SourceRef, yaml};
///
/// let manifest: SecretManifest = yaml::from_str("
/// name: s3
/// namespace: backups
/// sync_mode: external-secrets
/// refresh_policy: OnChange
/// data: { key: { key: infrastructure/minio, property: accessKey } }
/// template: { data: { s3.conf: 'access_key = {{ .key }}' } }
/// ")?;
/// let mut bundle = KubernetesBundle::with_secrets([manifest]);
/// let config = RuntimeSync::on(SourceRef::new("BRIDGE_TOKEN")?);
/// ExternalSecrets::new(&config.clone().with_chart_version("0.20.4".parse()?)).contribute(&mut bundle)?;
/// assert_eq!(bundle.resources().len(), 1);
///
/// let old = ExternalSecrets::new(&config.with_chart_version("0.10.4".parse()?)).contribute(&mut bundle).unwrap_err();
/// assert_eq!(old.to_string(), "backups/s3: refresh_policy: \
///     chart 0.10.4 has no refreshPolicy; 0.16.0 is the first that has (manifest 1)");
/// # Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
/// ```
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

    /// All resources, or everything that is wrong.
    fn resources(&self, manifests: &[SecretManifest]) -> Result<Vec<Resource>> {
        let (declared, mut problems) = by_reference(manifests);
        let mut resources = Vec::with_capacity(declared.len());
        for declared in &declared {
            let store = match self.config.store_for(declared.store_ref, &declared.id.namespace) {
                Ok(store) => store,
                Err(kind) => {
                    problems.push(of_secret(kind, declared));
                    continue;
                }
            };
            for (key, source) in &declared.data {
                problems.extend(
                    store.check_source(source).err().map(|kind| of_key(kind, key, declared, manifests)),
                );
            }
            let (secret, mut refused) = external_secret(declared, &store);
            match secret.to_resource(self.config.chart_version()) {
                Ok(resource) => resources.push(resource),
                Err(Error::Resource { problems, .. }) => refused.extend(problems),
                Err(other) => return Err(other),
            }
            problems.extend(refused.into_iter().map(|problem| of_field(problem, declared, manifests)));
        }
        if problems.is_empty() {
            return Ok(resources);
        }
        Err(Error::Secrets { problems: SecretProblem::together(problems) })
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
        for resource in self.resources(bundle.secrets())? {
            bundle.add_resource(resource);
        }
        Ok(())
    }
}
