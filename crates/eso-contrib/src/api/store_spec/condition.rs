//! Which namespaces may use a `ClusterSecretStore`.

use k8s_bundle::Namespace;
use serde::{Deserialize, Serialize};

use crate::api::{Checker, LabelSelector};

/// Namespaces that may use a `ClusterSecretStore`: those that one of the three is true for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct StoreCondition {
    /// By the namespace's labels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace_selector: Option<LabelSelector>,
    /// By name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub namespaces: Vec<Namespace>,
    /// By a regular expression in Go's notation (RE2). It may match anywhere in the name: write `^team-.*$` for a prefix.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub namespace_regexes: Vec<String>,
}

impl StoreCondition {
    /// These namespaces.
    #[must_use]
    pub fn namespaces(namespaces: impl IntoIterator<Item = Namespace>) -> Self {
        Self { namespaces: namespaces.into_iter().collect(), ..Self::default() }
    }

    pub(crate) fn check(&self, checker: &mut Checker<'_>) {
        if let Some(selector) = &self.namespace_selector {
            checker.at("namespaceSelector", |c| selector.check(c));
        }
        for (position, regex) in self.namespace_regexes.iter().enumerate() {
            if let Err(problem) = crate::api::regex::check(regex) {
                checker.at(&format!("namespaceRegexes[{position}]"), |c| c.refuse(problem));
            }
        }
    }
}
