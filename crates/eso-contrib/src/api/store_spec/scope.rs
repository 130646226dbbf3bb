//! Which kind of store it is, and what follows for the namespaces in it.

use k8s_bundle::Namespace;

use crate::api::Checker;

/// What a store serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StoreScope<'a> {
    /// A `ClusterSecretStore`.
    Cluster,
    /// A `SecretStore` of that namespace.
    Namespace(&'a Namespace),
}

impl StoreScope<'_> {
    /// A `SecretStore` reaches into no other namespace.
    pub(crate) fn check_namespace(self, namespace: Option<&Namespace>, checker: &mut Checker<'_>) {
        if let (Self::Namespace(own), Some(other)) = (self, namespace)
            && own != other
        {
            checker.at("namespace", |c| {
                c.refuse(format!(
                    "a SecretStore of {own} cannot reach into {other}: leave the namespace away"
                ));
            });
        }
    }

    /// A `ClusterSecretStore` must say which namespace it is.
    pub(crate) fn check_placed(self, namespace: Option<&Namespace>, checker: &mut Checker<'_>) {
        if self == Self::Cluster && namespace.is_none() {
            checker.at("namespace", |c| c.refuse("a ClusterSecretStore needs it here"));
        }
    }
}
