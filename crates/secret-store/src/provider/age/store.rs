//! The store.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use tokio::task::spawn_blocking;

use super::config::AgeConfig;
use super::keyring::Keyring;
use super::seal::AgeSeal;
use crate::provider::tree::{Layout, Tree};
use crate::{
    OpenContext, ReadOptions, Result, Secret, SecretFields, SecretPath, SecretStore, SecretVersion,
    StoreInfo, VersionedStore, WriteOptions,
};

/// Secrets in a directory tree of age files. See the [module](super).
#[derive(Debug, Clone)]
pub struct AgeStore {
    pub(super) tree: Tree,
    pub(super) seal: Arc<AgeSeal>,
    pub(super) root: PathBuf,
}

impl AgeStore {
    /// Opens the store. Identities are looked for when the first secret is read, so that nobody is asked for a passphrase
    /// to see a list.
    ///
    /// # Errors
    /// [`Invalid`](crate::Error::Invalid) when there is no such directory;
    /// [`PermissionDenied`](crate::Error::PermissionDenied) when it may not be used.
    pub async fn open(config: &AgeConfig, context: &OpenContext) -> Result<Self> {
        let root = context.resolve(&config.path);
        let keyring = Keyring::new(config.identities.clone(), context.clone());
        let seal = Arc::new(AgeSeal { keyring, armor: config.armor });
        // Ciphertext may be read by others: it lies in Git.
        let layout = Layout { provider: "age", root: root.clone(), ending: ".age", private: false };
        let tree = Tree::open(layout, Box::new(Arc::clone(&seal))).await?;
        Ok(Self { tree, seal, root })
    }

    /// Finds the identities now, so that a batch does not fail a thousand times over, each time running a program.
    async fn find_identities(&self) -> Result<()> {
        let seal = Arc::clone(&self.seal);
        match spawn_blocking(move || seal.keyring.check()).await {
            Ok(found) => found.map_err(|failure| {
                failure.into_error("read", &self.root.display().to_string()).in_store(self.info().describe())
            }),
            // The runtime is ending, or the search has panicked: each read says so.
            Err(_) => Ok(()),
        }
    }
}

impl AgeConfig {
    /// Opens the store: see [`AgeStore::open`].
    ///
    /// # Errors
    /// As [`AgeStore::open`].
    pub async fn open(&self, context: &OpenContext) -> Result<AgeStore> {
        AgeStore::open(self, context).await
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl SecretStore for AgeStore {
    fn info(&self) -> StoreInfo {
        self.tree.info()
    }

    async fn read(&self, path: &SecretPath, options: ReadOptions) -> Result<Secret> {
        self.tree.read(path, options).await
    }

    async fn read_many(&self, paths: &[SecretPath]) -> Vec<Result<Secret>> {
        if let Err(error) = self.find_identities().await {
            return paths.iter().map(|path| Err(error.clone().with_path(Some(path.clone())))).collect();
        }
        self.tree.read_many(paths).await
    }

    async fn write(
        &self,
        path: &SecretPath,
        fields: SecretFields,
        options: WriteOptions,
    ) -> Result<SecretVersion> {
        self.tree.write(path, fields, options).await
    }

    async fn delete(&self, path: &SecretPath) -> Result<()> {
        self.tree.delete(path).await
    }

    async fn list(&self, prefix: Option<&SecretPath>) -> Result<Vec<SecretPath>> {
        self.tree.list(prefix).await
    }

    fn versioned(&self) -> Option<&dyn VersionedStore> {
        None
    }
}
