//! What the configuration may hold.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use bridge::config::BridgeConfig;
use bridge_contrib::BridgeWorkload;
use eso_contrib::RuntimeSync;
use force_sync::ForceSyncConfig;
use k8s_bundle::{ClusterName, Delivery, SecretManifest};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use secret_store::{SecretPath, StoreConfig};
use serde::{Deserialize, Serialize};

/// The configuration of secretbridge: one instance, its store, and the Secrets that it delivers.
///
/// Paths are relative to the configuration file. It holds references to credentials, never a credential.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "secretbridge.yaml")]
pub(crate) struct Config {
    /// The name of this set-up; its audit log is called after it.
    pub(crate) instance: Instance,
    /// Where the secrets live. Needed as soon as one is delivered by value.
    #[serde(default)]
    pub(crate) store: Option<StoreConfig>,
    /// Only what is below this path of the store belongs to this instance: every path in this file, on the command line and of
    /// the bridge is taken from here, and nothing else can be named. The whole store unless set.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) scope: Option<SecretPath>,
    /// Where the audit log is kept.
    #[serde(default)]
    pub(crate) audit: AuditConfig,
    /// The cluster that is delivered to.
    #[serde(default)]
    pub(crate) k8s: K8sConfig,
    /// The store, served to the External Secrets Operator and to every other client of Vault: `secretbridge serve`.
    #[serde(default)]
    pub(crate) bridge: BridgeConfig,
    /// The Secrets to deliver. Several entries of one name and namespace are one Secret: their keys are merged.
    #[serde(default)]
    pub(crate) secrets: Vec<SecretManifest>,
}

/// The name of a set-up: letters, digits, `-`, `_` and `.`, not starting with a full stop, at most 200 bytes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Instance(String);

impl Instance {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// For a set-up whose folder's name cannot be one.
    pub(crate) fn fallback() -> Self {
        Self("secretbridge".to_owned())
    }
}

impl TryFrom<String> for Instance {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        match events::audit::log_path(Path::new(""), &name) {
            Ok(_) => Ok(Self(name)),
            Err(error) => Err(format!("the instance's name is also the name of a file: {}", error.help())),
        }
    }
}

impl JsonSchema for Instance {
    fn schema_name() -> Cow<'static, str> {
        "Instance".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "letters, digits, '-', '_' and '.', not starting with a full stop",
            "type": "string",
            "minLength": 1,
            "maxLength": 200,
            // Letters of every alphabet, in words that all validators know: \p is not among them.
            "pattern": r"^[^\x00-,./:-@\[-\^`{-\x7f][^\x00-,/:-@\[-\^`{-\x7f]*$",
        })
    }
}

/// Where the audit log is kept.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct AuditConfig {
    /// The folder of the log, which is `<instance>.jsonl` in it.
    pub(crate) path: PathBuf,
}

impl Default for AuditConfig {
    fn default() -> Self {
        Self { path: PathBuf::from("audit") }
    }
}

/// The cluster that is delivered to.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct K8sConfig {
    /// The name of the cluster: contributors that are for another one add nothing.
    pub(crate) cluster: ClusterName,
    /// In which form charts and objects reach the cluster. A helmfile, unless said otherwise.
    pub(crate) delivery: Delivery,
    /// How Secrets reach the cluster.
    pub(crate) secrets: K8sSecretsConfig,
    /// The bridge as a workload of this cluster.
    pub(crate) bridge: BridgeWorkload,
}

impl Default for K8sConfig {
    #[expect(clippy::expect_used, reason = "the literal is a name")]
    fn default() -> Self {
        let cluster = "default".parse().expect("a cluster name");
        Self {
            cluster,
            delivery: Delivery::default(),
            secrets: K8sSecretsConfig::default(),
            bridge: BridgeWorkload::default(),
        }
    }
}

/// How Secrets reach the cluster.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct K8sSecretsConfig {
    /// Delivery by reference: what the External Secrets Operator needs. Without it, only by value.
    pub(crate) runtime_sync: RuntimeSync,
    /// Has the operator read at once what `secretbridge store` writes, as `--sync` does for one write. The bridge has settings of
    /// its own: `bridge.force_sync`.
    pub(crate) force_sync: Option<ForceSyncConfig>,
}
