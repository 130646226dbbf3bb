//! One key of the Secret.

use k8s_bundle::DataKey;
use serde::{Deserialize, Serialize};

use super::{RemoteRef, SourceRef};
use crate::EsoVersion;
use crate::api::Checker;

/// One key of the Secret, and the value that it gets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Data {
    /// The key of the Secret; for templates, the name of the value.
    pub secret_key: DataKey,
    /// Where the value comes from.
    pub remote_ref: RemoteRef,
    /// Another store than that of the whole `ExternalSecret`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_ref: Option<SourceRef>,
}

impl Data {
    /// The key `secret_key`, with the value at `remote_ref`.
    #[must_use]
    pub fn new(secret_key: DataKey, remote_ref: RemoteRef) -> Self {
        Self { secret_key, remote_ref, source_ref: None }
    }

    /// Whether it is read from the store of the whole `ExternalSecret`.
    pub(super) fn uses_common_store(&self) -> bool {
        self.source_ref.is_none()
    }

    pub(super) fn check(&self, checker: &mut Checker<'_>) {
        checker.at("remoteRef", |checker| self.remote_ref.check(checker));
        if let Some(source) = &self.source_ref {
            checker.at("sourceRef", |checker| {
                source.check(checker);
                if source.generator_ref.is_some() {
                    checker.at("generatorRef", |checker| {
                        checker.refuse("the operator ignores it in data; take the generator in dataFrom");
                    });
                }
            });
        }
    }

    pub(super) fn spell_out(&mut self, version: &EsoVersion) {
        self.remote_ref.spell_out(version);
    }
}
