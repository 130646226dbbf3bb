//! One writer at a time, across processes.

use std::fs::File;
use std::io;

use cap_std::fs::{Dir, OpenOptions};

use super::replace::private_mode;

/// Its content does not matter: the lock is on the open file, and the system releases it when the process ends.
pub(super) const FILE: &str = ".secretbridge.lock";

/// The right to write below a directory. Released on drop.
pub(super) struct Lock {
    _file: File,
    /// Whether the file of the lock is a new one, which `.gitignore` may not know yet.
    pub(super) is_new: bool,
}

/// Waits until no other writer is at work below `root`.
pub(super) fn acquire(root: &Dir) -> io::Result<Lock> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    private_mode(&mut options);
    let (file, is_new) = match root.open_with(FILE, &options) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            (root.open_with(FILE, OpenOptions::new().write(true))?, false)
        }
        opened => (opened?, true),
    };
    let file = file.into_std();
    file.lock()?;
    Ok(Lock { _file: file, is_new })
}
