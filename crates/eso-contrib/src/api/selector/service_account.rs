//! A `ServiceAccount`.

use k8s_bundle::{Namespace, ObjectName};
use serde::{Deserialize, Serialize};

use crate::api::Checker;
use crate::api::store_spec::StoreScope;

/// A `ServiceAccount`, for which the operator requests a token.
///
/// In a `ClusterSecretStore` without a namespace, it is that of the namespace of each `ExternalSecret`; see
/// [`SecretKeySelector`](super::SecretKeySelector).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ServiceAccountSelector {
    /// Its name.
    pub name: ObjectName,
    /// Its namespace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<Namespace>,
    /// Whom the token is for. The operator may add an audience of its own, as the provider needs it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub audiences: Vec<String>,
}

impl ServiceAccountSelector {
    /// The `ServiceAccount` `name`, in whichever namespace the store is used.
    #[must_use]
    pub fn new(name: ObjectName) -> Self {
        Self { name, namespace: None, audiences: Vec::new() }
    }

    /// The `ServiceAccount` of that namespace.
    #[must_use]
    pub fn in_namespace(mut self, namespace: Namespace) -> Self {
        self.namespace = Some(namespace);
        self
    }

    /// Asks for a token for that audience, too.
    #[must_use]
    pub fn with_audience(mut self, audience: impl Into<String>) -> Self {
        self.audiences.push(audience.into());
        self
    }

    /// Checks what the operator's `ValidateReferentServiceAccountSelector` does.
    pub(crate) fn check(&self, checker: &mut Checker<'_>, scope: StoreScope<'_>) {
        scope.check_namespace(self.namespace.as_ref(), checker);
    }
}
