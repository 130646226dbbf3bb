//! Which of the operator's stores are this one.

/// Which of the operator's stores read from the store that was written to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stores(Vec<StoreName>);

/// One of the operator's stores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreName {
    pub(crate) kind: StoreKind,
    pub(crate) name: String,
    /// Of a `SecretStore`; any when there is none.
    pub(crate) namespace: Option<String>,
    /// `spec.provider.vault.path`.
    pub(crate) mount: Option<String>,
}

/// The kind of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum StoreKind {
    /// For all namespaces.
    #[default]
    ClusterSecretStore,
    /// For its own namespace.
    SecretStore,
}

impl Stores {
    /// These.
    #[must_use]
    pub fn new(stores: impl IntoIterator<Item = StoreName>) -> Self {
        Self(stores.into_iter().collect())
    }

    /// Whether there is none: then nothing is touched.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those that an `ExternalSecret` of `namespace` may mean by this reference.
    pub(crate) fn meant<'a>(
        &'a self,
        kind: &'a str,
        name: &'a str,
        namespace: &'a str,
    ) -> impl Iterator<Item = &'a StoreName> {
        self.0.iter().filter(move |store| {
            let is_near = store.namespace.as_deref().is_none_or(|own| own == namespace);
            store.kind.as_str() == kind && store.name == name && is_near
        })
    }
}

impl IntoIterator for Stores {
    type Item = StoreName;
    type IntoIter = std::vec::IntoIter<StoreName>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl StoreName {
    /// A `ClusterSecretStore`.
    #[must_use]
    pub fn cluster(name: impl Into<String>) -> Self {
        Self { kind: StoreKind::ClusterSecretStore, name: name.into(), namespace: None, mount: None }
    }

    /// A `SecretStore`, in whichever namespace there is one of that name.
    #[must_use]
    pub fn namespaced(name: impl Into<String>) -> Self {
        Self { kind: StoreKind::SecretStore, ..Self::cluster(name) }
    }

    /// The one of this namespace alone.
    #[must_use]
    pub fn in_namespace(self, namespace: impl Into<String>) -> Self {
        Self { namespace: Some(namespace.into()), ..self }
    }

    /// Its mount, `spec.provider.vault.path`. Without one, keys begin with the mount.
    #[must_use]
    pub fn at_mount(self, mount: impl Into<String>) -> Self {
        Self { mount: Some(mount.into()), ..self }
    }

    pub(crate) fn mount(&self) -> Option<&str> {
        self.mount.as_deref()
    }
}

impl StoreKind {
    /// As it stands in `kind`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ClusterSecretStore => "ClusterSecretStore",
            Self::SecretStore => "SecretStore",
        }
    }
}
