//! Which store a manifest is read from.

use std::borrow::Cow;

use k8s_bundle::{Namespace, ObjectName, SourceRef};

use super::RuntimeSync;
use crate::api::SecretStoreRef;
use crate::api::provider::Provider;
use crate::error::SecretProblemKind;

/// A store that a Secret is read from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SelectedStore<'a> {
    /// How an `ExternalSecret` refers to it.
    pub reference: SecretStoreRef,
    /// What it reads from; it knows what a path is called there.
    pub provider: Cow<'a, Provider>,
}

impl SelectedStore<'_> {
    /// Why the operator would not read `source` from the store, where that can be told.
    ///
    /// # Errors
    /// [`SecretProblemKind::SourceRefused`].
    pub fn check_source(&self, source: &SourceRef) -> Result<(), SecretProblemKind> {
        match self.provider.source_problem(source.key(), source.property()) {
            None => Ok(()),
            Some(problem) => Err(SecretProblemKind::SourceRefused {
                store: self.reference.name.clone(),
                source_ref: source.to_string(),
                problem,
            }),
        }
    }
}

impl RuntimeSync {
    /// The store that is read from where no store is named: the one that says so; else the bridge, if there is one; else the
    /// only store.
    #[must_use]
    pub fn default_store(&self) -> Option<&ObjectName> {
        let stores = self.stores();
        let said = stores.iter().find(|(_, store)| store.default).map(|(name, _)| name);
        let bridge = || self.token_source().map(|_| self.store_name());
        let only = || stores.first_key_value().filter(|_| stores.len() == 1).map(|(name, _)| name);
        said.or_else(bridge).or_else(only)
    }

    /// The names of all stores, the bridge's among them, sorted.
    #[must_use]
    pub fn store_names(&self) -> Vec<&ObjectName> {
        let bridge = self.token_source().map(|_| self.store_name());
        let mut names: Vec<_> = self.stores().keys().chain(bridge).collect();
        names.sort();
        names
    }

    /// The store that a Secret of `namespace` is read from, by the store that its manifest names, if it names one.
    ///
    /// ```
    /// # use eso_contrib::RuntimeSync;
    /// # use k8s_bundle::SourceRef;
    /// let config = RuntimeSync::on(SourceRef::new("BRIDGE_TOKEN")?);
    /// let store = config.store_for(None, &"acme-prod".parse()?)?;
    /// assert_eq!(store.reference.name, "homelab");
    /// assert_eq!(store.provider.remote_key("apps/acme"), "apps/acme");
    /// assert!(config.store_for(Some(&"vault".parse()?), &"acme-prod".parse()?).is_err());
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`SecretProblemKind::NoDefaultStore`], [`UnknownStore`](SecretProblemKind::UnknownStore) or
    /// [`StoreElsewhere`](SecretProblemKind::StoreElsewhere).
    pub fn store_for(
        &self,
        store_ref: Option<&ObjectName>,
        namespace: &Namespace,
    ) -> Result<SelectedStore<'_>, SecretProblemKind> {
        let names = || self.store_names().into_iter().cloned().collect();
        let Some(name) = store_ref.or_else(|| self.default_store()) else {
            return Err(SecretProblemKind::NoDefaultStore { stores: names() });
        };
        if let Some(store) = self.stores().get(name) {
            if !store.serves(namespace) {
                let mut namespaces = store.namespaces.clone();
                namespaces.sort();
                namespaces.dedup();
                return Err(SecretProblemKind::StoreElsewhere { store: name.clone(), namespaces });
            }
            let provider = Cow::Borrowed(&store.spec.provider);
            return Ok(SelectedStore { reference: store.reference(name), provider });
        }
        match self.bridge() {
            Some(bridge) if name == self.store_name() => {
                let provider = Cow::Owned(Provider::Vault(bridge));
                Ok(SelectedStore { reference: SecretStoreRef::cluster(name.clone()), provider })
            }
            _ => Err(SecretProblemKind::UnknownStore { store: name.clone(), stores: names() }),
        }
    }
}
