//! Where the files of a bundle go.

mod directory;
mod git;
mod header;
mod ignore;
mod lock;
mod path;
mod replace;

use core::fmt::Debug;

pub use directory::DirectoryWriter;
pub use git::GitCheck;
pub use header::{PUBLIC_HEADER, SECRET_HEADER, is_generated, is_public};
pub use path::BundlePath;
pub use replace::{Observer, Step};

use crate::error::Result;

/// Takes the files of a bundle. [`DirectoryWriter`] is the real one; tests use one in memory.
///
/// Object safe and synchronous.
pub trait BundleWriter: Debug + Send + Sync {
    /// Whether [`write_secret`](Self::write_secret) would be allowed for `file`, before any value is read. Writes nothing.
    ///
    /// # Errors
    /// The refusals of [`write_secret`](Self::write_secret).
    fn check_secret(&self, file: &BundlePath) -> Result<()>;

    /// Writes a file that anyone may see (mode 0644). Unless `contents` differ from what is there, nothing is touched.
    /// `contents` start with [`PUBLIC_HEADER`].
    ///
    /// # Errors
    /// A refusal if what is there was not generated; failures of the file system.
    fn write(&self, file: &BundlePath, contents: &[u8]) -> Result<Written>;

    /// Writes a file with secret values (mode 0600 from its first byte). It replaces the old file as a whole or not at all.
    /// `contents` start with [`SECRET_HEADER`]; the caller wipes them.
    ///
    /// # Errors
    /// A refusal if Git tracks the file or cannot say whether it does, if something other than a regular file is there, or
    /// if a link leads out of the bundle; failures of the file system.
    fn write_secret(&self, file: &BundlePath, contents: &[u8]) -> Result<Written>;

    /// Removes a generated file; `false` if there is none.
    ///
    /// # Errors
    /// A refusal if the file was not generated; failures of the file system.
    fn remove(&self, file: &BundlePath) -> Result<bool>;

    /// The files under `folder` that start with [`PUBLIC_HEADER`], sorted. Files with values are never among them.
    ///
    /// # Errors
    /// Failures of the file system. A folder that does not exist is empty.
    fn list_generated(&self, folder: &BundlePath) -> Result<Vec<BundlePath>>;
}

/// What a write did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Written {
    /// There was no such file.
    Created,
    /// The file was replaced.
    Updated,
    /// The file was as it should be, and was not touched.
    Unchanged,
}

impl Written {
    /// Whether the file is another one than before.
    #[must_use]
    pub fn changed(self) -> bool {
        self != Self::Unchanged
    }
}
