//! The operator.

use std::collections::BTreeMap;

use k8s_bundle::{
    ClusterSelector, Contributor, ContributorError, HelmRelease, HelmRepository, KubernetesBundle,
};
use serde_yaml::{Mapping, Value};

use crate::RuntimeSync;
use crate::api::provider::Provider;

const NAME: &str = "external-secrets";
const REPOSITORY: &str = "https://charts.external-secrets.io";

/// Installs the operator: the chart `external-secrets/external-secrets` at the pinned version, with one replica of each part.
///
/// The chart brings the resource definitions, so this release comes before anything that is one of them. Where a store reads
/// from Bitwarden through the chart's own server ([`uses_the_charts_server`]), the chart is told to install that server. The
/// server does not start without the Secret `bitwarden-tls-certs` in the operator's namespace (keys `tls.crt`, `tls.key` and
/// `ca.crt`), which the chart does not make: declare it as a manifest that is delivered by value, or have cert-manager make it.
///
/// The user's [`chart_values`](RuntimeSync::chart_values) are merged over all of that.
///
/// [`uses_the_charts_server`]: crate::api::provider::BitwardenProvider::uses_the_charts_server
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

    fn needs_bitwarden_server(&self) -> bool {
        self.config.stores().values().any(|store| match &store.spec.provider {
            Provider::Bitwarden(bitwarden) => bitwarden.uses_the_charts_server(),
            _ => false,
        })
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
        let mut release = release
            .create_namespace(true)
            .with_value("installCRDs", &true)?
            .with_value("webhook", &one_replica)?
            .with_value("certController", &one_replica)?;
        if self.needs_bitwarden_server() {
            release = release.with_value("bitwarden-sdk-server", &BTreeMap::from([("enabled", true)]))?;
        }
        merge(&mut release.values, self.config.chart_values());
        bundle.add_helm_release(release);
        Ok(())
    }
}

/// Puts `over` over `values`, as Helm does with several files of values: maps are merged, all else is replaced.
fn merge(values: &mut Mapping, over: &Mapping) {
    for (key, over) in over {
        match (values.get_mut(key), over) {
            (Some(Value::Mapping(values)), Value::Mapping(over)) => merge(values, over),
            (Some(value), over) => *value = over.clone(),
            (None, over) => {
                values.insert(key.clone(), over.clone());
            }
        }
    }
}
