//! The stores that a Secret is written to.

use k8s_bundle::ObjectName;
use serde::{Deserialize, Serialize};

use crate::api::{Checker, LabelSelector, SecretStoreRef, StoreKind};

/// A store by name, or all of a kind that a selector selects.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct PushStoreRef {
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<ObjectName>,
    /// The labels of the stores.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label_selector: Option<LabelSelector>,
    /// Their kind.
    pub kind: StoreKind,
}

impl PushStoreRef {
    /// That store.
    #[must_use]
    pub fn new(store: SecretStoreRef) -> Self {
        Self { name: Some(store.name), label_selector: None, kind: store.kind }
    }

    /// All stores of that kind that `selector` selects.
    #[must_use]
    pub fn selected(kind: StoreKind, selector: LabelSelector) -> Self {
        Self { name: None, label_selector: Some(selector), kind }
    }

    /// With neither the operator looks for a store without a name; with both it does not look at the name.
    pub(super) fn check(&self, checker: &mut Checker<'_>) {
        if self.name.is_some() == self.label_selector.is_some() {
            checker.refuse("it needs exactly one of name and labelSelector");
        }
        if let Some(selector) = &self.label_selector {
            checker.at("labelSelector", |checker| selector.check(checker));
        }
    }
}
