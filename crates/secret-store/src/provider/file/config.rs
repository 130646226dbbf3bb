//! How the configuration names a tree of files.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::FileStore;
use crate::{OpenContext, Result};

/// A directory tree of plain files.
///
/// ```yaml
/// store: { provider: file, path: store }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FileConfig {
    /// The root directory; relative to the configuration file.
    pub path: PathBuf,
    /// Whether files that others may read, and a root that others may write to, are accepted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub readable_by_others: bool,
}

impl FileConfig {
    /// A tree at `path` that only its owner may use.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), readable_by_others: false }
    }

    /// Opens the store.
    ///
    /// # Errors
    /// As [`FileStore::open`].
    pub async fn open(&self, context: &OpenContext) -> Result<FileStore> {
        FileStore::open_tree(context.resolve(&self.path), !self.readable_by_others).await
    }
}
