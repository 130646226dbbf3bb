//! Temporary.
use std::path::PathBuf;
#[derive(Debug, Clone, serde::Deserialize, schemars::JsonSchema)]
#[serde(tag = "provider", rename_all = "kebab-case")]
pub(crate) enum StoreConfig { Age(AgeConfig), File(FileConfig) }
#[derive(Debug, Clone, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AgeConfig { pub path: PathBuf, #[serde(default)] pub identities: Vec<String>, pub passphrase: Option<secret_store::CredentialRef> }
#[derive(Debug, Clone, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileConfig { pub path: PathBuf }
#[derive(Debug, Clone, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RuntimeSyncConfig { pub enabled: bool, pub bridge_url: Option<String>, pub chart_version: Option<String>, pub token_source: Option<String> }
