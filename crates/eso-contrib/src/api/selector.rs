//! References to one key of a Secret.

use k8s_bundle::{DataKey, Namespace, ObjectName};
use serde::Serialize;

/// One key of a Secret in the cluster, as resources of the whole cluster refer to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SecretKeySelector {
    /// The name of the Secret.
    pub name: ObjectName,
    /// The key in it.
    pub key: DataKey,
    /// Its namespace. Without one, the operator looks in the namespace of each `ExternalSecret` that uses the store.
    pub namespace: Namespace,
}

impl SecretKeySelector {
    /// The key `key` of the Secret `namespace/name`.
    #[must_use]
    pub fn new(namespace: Namespace, name: ObjectName, key: DataKey) -> Self {
        Self { name, key, namespace }
    }
}
