//! The store that points at the bridge, and the token that opens it.

use k8s_bundle::{
    ClusterSelector, Contributor, ContributorError, KubernetesBundle, SecretId, SecretManifest, SourceRef,
    SyncMode,
};

use crate::api::{ClusterSecretStore, StoreSpec};
use crate::error::{Error, SecretProblem, SecretProblemKind};
use crate::{Result, RuntimeSync};

/// Adds the `ClusterSecretStore` that points at the bridge, and declares the Secret with the bridge's token, without which
/// the store could not log in.
///
/// The token is delivered by value: what opens the bridge cannot come through the bridge. Its bytes are delivered as the
/// store has them, and the operator does not trim them: a token with a trailing newline never leaves the operator's HTTP
/// client. Store it without one (`printf %s`, not `echo`).
#[derive(Debug, Clone)]
pub struct ClusterSecretStoreWithToken {
    config: RuntimeSync,
    target: ClusterSelector,
}

impl ClusterSecretStoreWithToken {
    /// For every cluster, if run-time sync is on and there is a source for the bridge's token.
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

    fn check_token_is_by_value(&self, bundle: &KubernetesBundle) -> Result<()> {
        let token =
            SecretId::new(self.config.operator_namespace().clone(), self.config.token_secret_name().clone());
        let is_by_reference = |(position, manifest): (usize, &SecretManifest)| {
            let is_token = manifest.ids().any(|id| id == token);
            (is_token && manifest.sync_mode() == SyncMode::ExternalSecrets).then_some(position)
        };
        let manifests: Vec<_> = bundle.secrets().iter().enumerate().filter_map(is_by_reference).collect();
        if manifests.is_empty() {
            return Ok(());
        }
        let SecretId { namespace, name } = token;
        let kind = SecretProblemKind::BridgeToken;
        let problem = SecretProblem { namespaces: vec![namespace], name, key: None, manifests, kind };
        Err(Error::Secrets { problems: vec![problem] })
    }

    fn token_secret(&self, source: &SourceRef) -> Result<SecretManifest> {
        let manifest = SecretManifest::builder(self.config.token_secret_name())
            .namespace(self.config.operator_namespace())
            .data(self.config.token_key(), source.clone())
            .build();
        Ok(manifest.map_err(k8s_bundle::Error::from)?)
    }
}

impl Contributor for ClusterSecretStoreWithToken {
    fn name(&self) -> &'static str {
        "external-secrets-cluster-secret-store"
    }

    fn target_cluster(&self) -> &ClusterSelector {
        &self.target
    }

    fn should_contribute(&self) -> bool {
        self.config.enabled() && self.config.token_source().is_some()
    }

    fn contribute(&self, bundle: &mut KubernetesBundle) -> Result<(), ContributorError> {
        let (Some(source), Some(bridge)) = (self.config.token_source(), self.config.bridge()) else {
            return Err(Error::NoStore.into());
        };
        self.check_token_is_by_value(bundle)?;
        let store = ClusterSecretStore::new(self.config.store_name().clone(), StoreSpec::new(bridge.into()));
        let store = store.to_resource(self.config.chart_version())?;
        bundle.add_secret(self.token_secret(source)?);
        bundle.add_resource(store);
        Ok(())
    }
}
