//! What both kinds of store have in common.

mod condition;
mod refresh;
mod retry;
mod scope;

use core::time::Duration;

use serde::{Deserialize, Serialize};

pub use condition::StoreCondition;
pub use retry::RetrySettings;
pub(crate) use scope::StoreScope;

use super::Checker;
use super::provider::Provider;
use crate::EsoVersion;

/// `spec` of a [`SecretStore`](super::SecretStore) and of a [`ClusterSecretStore`](super::ClusterSecretStore).
///
/// It reads what the operator's documentation has under `spec`:
///
/// ```
/// # use eso_contrib::api::StoreSpec;
/// let spec: StoreSpec = k8s_bundle::yaml::from_str("
/// provider:
///   vault:
///     server: https://vault.acme.lab:8200
///     path: kv
///     auth: { kubernetes: { mountPath: kubernetes, role: eso, serviceAccountRef: { name: eso, namespace: security } } }
/// ")?;
/// assert_eq!(spec.provider.name(), "vault");
/// # Ok::<_, k8s_bundle::yaml::YamlError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct StoreSpec {
    /// Which of several operators in the cluster minds the store; the one whose `controllerClass` this is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub controller: Option<String>,
    /// Which namespaces may use a `ClusterSecretStore`: those that one of these is true for. Without any, all may.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<StoreCondition>,
    /// What it reads from.
    pub provider: Provider,
    /// How often the operator looks whether the store answers; whole seconds, as a number or as a duration in Go's
    /// notation. It is written as a number, which every chart takes.
    #[serde(default, with = "refresh", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "refresh::schema"))]
    pub refresh_interval: Option<Duration>,
    /// How often the operator tries again when the store does not answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_settings: Option<RetrySettings>,
}

impl StoreSpec {
    /// A store that reads from `provider`, all else as the operator has it.
    #[must_use]
    pub fn new(provider: Provider) -> Self {
        Self {
            controller: None,
            conditions: Vec::new(),
            provider,
            refresh_interval: None,
            retry_settings: None,
        }
    }

    /// Lets namespaces use the store for which `condition` is true, beside those of earlier conditions.
    #[must_use]
    pub fn with_condition(mut self, condition: StoreCondition) -> Self {
        self.conditions.push(condition);
        self
    }

    /// Has the operator look that often whether the store answers.
    #[must_use]
    pub fn with_refresh_interval(mut self, interval: Duration) -> Self {
        self.refresh_interval = Some(interval);
        self
    }

    /// How often the operator tries again when the store does not answer.
    #[must_use]
    pub fn with_retry_settings(mut self, settings: RetrySettings) -> Self {
        self.retry_settings = Some(settings);
        self
    }

    /// Everything that the operator of that version would refuse.
    pub(crate) fn check(&self, checker: &mut Checker<'_>, scope: StoreScope<'_>) {
        if !self.conditions.is_empty() && scope != StoreScope::Cluster {
            checker.at("conditions", |c| {
                c.refuse("the operator looks at them in a ClusterSecretStore only; a SecretStore serves its own namespace");
            });
        }
        for (position, condition) in self.conditions.iter().enumerate() {
            checker.at(&format!("conditions[{position}]"), |c| condition.check(c));
        }
        if self.refresh_interval.is_some_and(|interval| interval.subsec_nanos() != 0) {
            checker.at("refreshInterval", |c| c.refuse("it is not a whole number of seconds"));
        }
        checker.at("provider", |c| self.provider.check(c, scope));
    }

    /// The spec as it is written for the operator of that version: every default that its definition has, spelt out.
    pub(crate) fn spelt_out(&self, version: &EsoVersion) -> Self {
        let mut spec = self.clone();
        spec.provider.spell_out(version);
        spec
    }
}
