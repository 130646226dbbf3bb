//! One `ExternalSecret` per Secret that is delivered by reference.

use k8s_bundle::{
    ClusterSelector, Contributor, ContributorError, DataKey, DeclaredSecret, GoDuration, KubernetesBundle,
    Resource, SecretManifest, SecretType, SourceRef,
};

use super::declared::by_reference;
use super::manifest_field::of_manifests;
use super::many_keys::{data_from, not_default, remote_key};
use crate::api::provider::Provider;
use crate::api::{ExternalSecret, RemoteRef, Template};
use crate::error::{Error, SecretProblem};
use crate::{Result, RuntimeSync, SelectedStore};

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
            let Some(secret) = self.external_secret(declared, manifests, &mut problems) else { continue };
            match secret.to_resource(self.config.chart_version()) {
                Ok(resource) => resources.push(resource),
                Err(Error::Resource { problems: refused, .. }) => {
                    problems.extend(
                        refused.into_iter().map(|problem| of_manifests(problem, declared, manifests)),
                    );
                }
                Err(other) => return Err(other),
            }
        }
        if problems.is_empty() {
            return Ok(resources);
        }
        Err(Error::Secrets { problems: SecretProblem::together(problems) })
    }

    /// What is declared, in the operator's words; nothing if it cannot be said in them.
    fn external_secret(
        &self,
        declared: &DeclaredSecret<'_>,
        manifests: &[SecretManifest],
        problems: &mut Vec<SecretProblem>,
    ) -> Option<ExternalSecret> {
        let mut refuse = |key: Option<&DataKey>, kind| {
            let has_it =
                |position: &usize| key.is_none_or(|key| manifests[*position].data().contains_key(key));
            problems.push(SecretProblem {
                namespaces: vec![declared.id.namespace.clone()],
                name: declared.id.name.clone(),
                key: key.cloned(),
                manifests: declared.manifests.iter().copied().filter(has_it).collect(),
                kind,
            });
        };
        let store = self.config.store_for(declared.store_ref, &declared.id.namespace);
        let store = store.map_err(|kind| refuse(None, kind)).ok()?;
        for (key, source) in &declared.data {
            if let Err(kind) = store.check_source(source) {
                refuse(Some(key), kind);
            }
        }
        let mut secret = empty(declared, &store);
        for (key, source) in &declared.data {
            secret = secret.with_data((*key).clone(), remote_ref(source, &store.provider));
        }
        for entry in &declared.data_from {
            match data_from(entry, &store.provider) {
                Ok(from) => secret.spec.data_from.push(from),
                Err(kind) => refuse(None, kind),
            }
        }
        // An entry that is left out would be missed in what is counted after it, and its keys in templates.
        (secret.spec.data_from.len() == declared.data_from.len()).then_some(secret)
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

/// The Secret without its keys.
fn empty(declared: &DeclaredSecret<'_>, store: &SelectedStore<'_>) -> ExternalSecret {
    let id = declared.id.clone();
    let mut secret = ExternalSecret::new(id.namespace, id.name, store.reference.clone());
    secret.spec.refresh_policy = declared.refresh_policy;
    secret.spec.refresh_interval = declared.refresh_interval.map(GoDuration::as_duration);
    secret.spec.target.creation_policy = declared.creation_policy;
    secret.spec.target.deletion_policy = declared.deletion_policy;
    secret.spec.target.immutable = declared.immutable;
    secret.spec.target.template = Some(template(declared));
    secret
}

/// There is always one: without, a Secret inherits the labels of its `ExternalSecret`.
fn template(declared: &DeclaredSecret<'_>) -> Template {
    let mut template = Template::default();
    let is_shared = declared.creation_policy.is_some_and(|policy| policy.shares_secret());
    // A Secret that somebody else makes has its type, which the API server lets nobody change.
    template.secret_type = Some(declared.secret_type.clone())
        .filter(|secret_type| !is_shared || *secret_type != SecretType::Opaque);
    if let Some(declared) = &declared.template {
        template.engine_version = declared.engine_version;
        template.merge_policy = declared.merge_policy;
        template.data.clone_from(&declared.data);
        template.metadata.labels.clone_from(&declared.metadata.labels);
        template.metadata.annotations.clone_from(&declared.metadata.annotations);
    }
    for (key, value) in &declared.labels {
        template.metadata = template.metadata.with_literal_label((*key).clone(), (*value).clone());
    }
    for (key, text) in &declared.annotations {
        template.metadata = template.metadata.with_literal_annotation((*key).clone(), text);
    }
    template
}

fn remote_ref(source: &SourceRef, provider: &Provider) -> RemoteRef {
    let mut remote = RemoteRef::whole(remote_key(provider, source.key(), source.metadata_policy()));
    remote.property = provider.remote_property(source.key(), source.property()).map(str::to_owned);
    remote.version = source.version().map(str::to_owned);
    remote.decoding_strategy = not_default(source.decoding_strategy());
    remote.metadata_policy = not_default(source.metadata_policy());
    remote.null_byte_policy = not_default(source.null_byte_policy());
    remote
}
