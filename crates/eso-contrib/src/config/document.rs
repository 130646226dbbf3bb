//! The fields of `k8s.secrets.runtime_sync`.

use std::collections::BTreeMap;

use k8s_bundle::{DataKey, Namespace, ObjectName, SourceRef, yaml};
use serde::Deserialize;

use super::{MountPath, ResourceConfig, ServerUrl, StoreConfig};
use crate::EsoVersion;
use crate::api::provider::{CaBundle, CaProvider};
use crate::error::{Error, Result, StoreProblem};

/// Delivery by reference: the External Secrets Operator reads secrets from the bridge, in the cluster.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend("if" = {
    "properties": { "enabled": { "const": true } }, "required": ["enabled"]
}, "then" = { "anyOf": [{ "required": ["token_source"] }, { "required": ["stores"] }] })))]
#[serde(default, deny_unknown_fields)]
pub(super) struct Document {
    /// Whether the operator, its stores and the resources for it are generated.
    pub(super) enabled: bool,
    /// Where the bridge listens, as seen from the cluster: scheme, host and port.
    pub(super) bridge_url: ServerUrl,
    /// The authorities that the bridge's certificate may be signed by, as PEM; unless set, those of the operator's image.
    pub(super) bridge_ca: Option<CaBundle>,
    /// The object of the cluster that has these authorities, in place of `bridge_ca`.
    pub(super) bridge_ca_provider: Option<CaProvider>,
    /// The exact version of the operator's chart; it decides the API version of the resources.
    pub(super) chart_version: EsoVersion,
    /// Where in the store the bridge's token is; it is delivered by value. Needed when `enabled`, unless there are `stores`.
    pub(super) token_source: Option<SourceRef>,
    /// The mount of the bridge that holds the secrets.
    pub(super) mount: MountPath,
    /// The name of the bridge's `ClusterSecretStore`.
    pub(super) store_name: ObjectName,
    /// The name of the Secret that holds the bridge's token.
    pub(super) token_secret_name: ObjectName,
    /// The key of the token in its Secret.
    pub(super) token_key: DataKey,
    /// The namespace of the operator, and of the Secret with the token.
    pub(super) operator_namespace: Namespace,
    /// What the operator reads from beside the bridge, by name.
    #[serde(deserialize_with = "yaml::unique_map")]
    pub(super) stores: BTreeMap<ObjectName, StoreConfig>,
    /// Other objects of the operator, in its own words.
    pub(super) resources: Vec<ResourceConfig>,
    /// Values for the operator's chart, merged over those that are set for it.
    #[cfg_attr(feature = "schema", schemars(schema_with = "any_map"))]
    pub(super) chart_values: serde_yaml::Mapping,
}

impl Default for Document {
    fn default() -> Self {
        Self {
            enabled: false,
            bridge_url: ServerUrl::literal("http://homelab-secret-bridge.lab:8200"),
            bridge_ca: None,
            bridge_ca_provider: None,
            chart_version: EsoVersion::default(),
            token_source: None,
            mount: MountPath::default(),
            store_name: literal(ObjectName::new("homelab")),
            token_secret_name: literal(ObjectName::new("homelab-bridge-token")),
            token_key: literal(DataKey::new("token")),
            operator_namespace: literal(Namespace::new("external-secrets-system")),
            stores: BTreeMap::new(),
            resources: Vec::new(),
            chart_values: serde_yaml::Mapping::new(),
        }
    }
}

impl Document {
    pub(super) fn check(&self) -> Result<()> {
        if self.enabled && self.token_source.is_none() && self.stores.is_empty() {
            return Err(Error::NoStore);
        }
        let mut problems = Vec::new();
        let defaults = self.stores.iter().filter(|(_, store)| store.default).map(|(name, _)| name.clone());
        let defaults: Vec<_> = defaults.collect();
        if defaults.len() > 1 {
            problems.push(StoreProblem::SeveralDefaults { stores: defaults });
        }
        if self.token_source.is_some() && self.stores.contains_key(&self.store_name) {
            problems.push(StoreProblem::NameOfTheBridge { name: self.store_name.clone() });
        }
        if problems.is_empty() { Ok(()) } else { Err(Error::Stores { problems }) }
    }
}

fn literal<T>(name: core::result::Result<T, k8s_bundle::NameError>) -> T {
    match name {
        Ok(name) => name,
        Err(error) => unreachable!("{error}"),
    }
}

#[cfg(feature = "schema")]
fn any_map(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "type": "object" })
}
