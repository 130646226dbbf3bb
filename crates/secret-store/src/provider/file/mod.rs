//! A directory tree of plain files: one file for each secret.
//!
//! | file | holds |
//! |---|---|
//! | `<path>` | a plain value, byte for byte: the field [`value`](crate::VALUE_FIELD) |
//! | `<path>.yaml`, `<path>.json` | a map of fields |
//!
//! In a map, text is text, `!!binary` is bytes in base64 (YAML only), and whatever is a number, a boolean, a list or a map
//! becomes its JSON text ([`ValueKind::Json`](crate::ValueKind::Json)): `port: 5432` gives the bytes `5432`. What is
//! not in quotes and not a number or boolean of JSON is text as it is written: `yes`, `0x1F`, `2024-01-01`. A null, a
//! duplicate field, an alias and a second document are errors.
//!
//! **Forms.** A secret that is new is written as a plain file when it is a plain value of bytes, else as YAML. One that
//! is there keeps its form; only a plain file becomes YAML when it has to hold more than a plain value. Two files for one
//! path are an error that names both. A path does not end in `.yaml`, `.yml`, `.json` or `.age`; a `.yml` file is an error
//! that says to rename it.
//!
//! **What counts.** Names that start with a full stop are not the store's. Every other file is a secret. A plain file
//! is in the way of a directory of the same name: so `a` and `a/b` are not both plain values, while `a.yaml` and `a/b` go
//! together.
//!
//! **Permissions.** Directories are made with mode 0700, files with 0600. A file that others may use
//! is refused, and so is a root that others may write to, with the `chmod` that mends it, unless
//! [`FileConfig::readable_by_others`] is set.
//!
//! **Links** are followed as long as they stay in the tree. One that leads out of it, also by being swapped while it is
//! read, is refused. A write does not replace a link.
//!
//! **Writes** take turns among threads and processes (a lock on `.secretbridge.lock` in the root), are complete or not
//! there after a crash, and are on disk when they return. Readers need no lock and may be on a file system that cannot
//! be written to.
//!
//! **Not found** means that the root is there and the file is not. A root that has gone, or that has another file
//! system mounted than when the store was opened, is [`Unavailable`](crate::Error::Unavailable).

mod config;

use std::path::PathBuf;

use async_trait::async_trait;

pub use self::config::FileConfig;
use super::tree::{Bare, Layout, Tree};
use crate::{
    ReadOptions, Result, Secret, SecretFields, SecretPath, SecretStore, SecretVersion, StoreInfo,
    VersionedStore, WriteOptions,
};

/// A directory tree of plain files. A clone is the same store.
///
/// ```
/// # tokio_test(async {
/// use secret_store::provider::file::FileStore;
/// use secret_store::{SecretFields, SecretPath, SecretStore, SecretStoreExt, WriteOptions};
///
/// # let folder = tempfile::tempdir()?;
/// # let folder = folder.path();
/// let store = FileStore::open(folder).await?;
/// let path = SecretPath::new("web/session-key")?;
/// store.write(&path, SecretFields::plain("correct horse"), WriteOptions::replace()).await?;
/// assert_eq!(store.read_field(&path, "value").await?, "correct horse".into());
/// assert_eq!(std::fs::read(folder.join("web/session-key"))?, b"correct horse");
/// # Ok(())
/// # });
/// # fn tokio_test(test: impl Future<Output = Result<(), Box<dyn std::error::Error>>>) {
/// #     tokio::runtime::Runtime::new().unwrap().block_on(test).unwrap();
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct FileStore {
    tree: Tree,
}

impl FileStore {
    /// Opens the tree at `root`, which must be a directory that only its owner may write to.
    ///
    /// # Errors
    /// [`Invalid`](crate::Error::Invalid) when there is no such directory;
    /// [`PermissionDenied`](crate::Error::PermissionDenied) when it may not be used, or others may write to it.
    pub async fn open(root: impl Into<PathBuf>) -> Result<Self> {
        Self::open_tree(root.into(), true).await
    }

    /// Opens the tree at `root`, whoever may read it: for what an orchestrator mounts with modes of its own.
    ///
    /// # Errors
    /// As [`open`](Self::open), but for permissions of others.
    pub async fn open_readable_by_others(root: impl Into<PathBuf>) -> Result<Self> {
        Self::open_tree(root.into(), false).await
    }

    async fn open_tree(root: PathBuf, private: bool) -> Result<Self> {
        let layout = Layout { provider: "file", root, ending: "", private };
        Ok(Self { tree: Tree::open(layout, Box::new(Bare)).await? })
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl SecretStore for FileStore {
    fn info(&self) -> StoreInfo {
        self.tree.info()
    }

    async fn read(&self, path: &SecretPath, options: ReadOptions) -> Result<Secret> {
        self.tree.read(path, options).await
    }

    async fn read_many(&self, paths: &[SecretPath]) -> Vec<Result<Secret>> {
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
