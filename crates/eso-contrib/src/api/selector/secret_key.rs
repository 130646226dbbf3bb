//! One key of a Secret.

use k8s_bundle::{DataKey, Namespace, ObjectName};
use serde::{Deserialize, Serialize};

use crate::api::Checker;
use crate::api::store_spec::StoreScope;

/// One key of a Secret in the cluster.
///
/// A `ClusterSecretStore` says in which namespace the Secret is. Without one the operator looks in the namespace of each
/// `ExternalSecret` that uses the store ("referent authentication"): each namespace brings its own login, and the store says
/// that it is ready before anybody tried it. A `SecretStore` finds its Secrets in its own namespace only.
///
/// ```
/// # use eso_contrib::api::SecretKeySelector;
/// let token = SecretKeySelector::new("vault-token".parse()?, "token".parse()?).in_namespace("security".parse()?);
/// assert_eq!(token.name, "vault-token");
/// # Ok::<_, k8s_bundle::NameError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SecretKeySelector {
    /// The name of the Secret.
    pub name: ObjectName,
    /// The key in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<DataKey>,
    /// The namespace of the Secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<Namespace>,
}

impl SecretKeySelector {
    /// The key `key` of the Secret `name`, in whichever namespace the store is used.
    #[must_use]
    pub fn new(name: ObjectName, key: DataKey) -> Self {
        Self { name, key: Some(key), namespace: None }
    }

    /// The Secret of that namespace.
    #[must_use]
    pub fn in_namespace(mut self, namespace: Namespace) -> Self {
        self.namespace = Some(namespace);
        self
    }

    /// Checks what the operator's `ValidateReferentSecretSelector` does, and that there is a key.
    pub(crate) fn check(&self, checker: &mut Checker<'_>, scope: StoreScope<'_>) {
        self.check_with_default_key(checker, scope);
        if self.key.is_none() {
            checker.at("key", |c| c.refuse("the operator does not know which key of the Secret it is"));
        }
    }

    /// The same, where the operator has a key of its own to look for.
    pub(crate) fn check_with_default_key(&self, checker: &mut Checker<'_>, scope: StoreScope<'_>) {
        scope.check_namespace(self.namespace.as_ref(), checker);
    }

    /// The same as [`check`](Self::check), where a store of the whole cluster must name the namespace.
    pub(crate) fn check_placed(&self, checker: &mut Checker<'_>, scope: StoreScope<'_>) {
        self.check(checker, scope);
        scope.check_placed(self.namespace.as_ref(), checker);
    }
}
