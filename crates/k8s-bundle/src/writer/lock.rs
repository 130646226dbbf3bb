//! One writer at a time, across processes.

use std::fs::File;
use std::io;

use cap_std::fs::{Dir, OpenOptions};

use super::replace::private_mode;

/// Its content does not matter: the lock is on the open file, and the system releases it when the process ends.
pub(super) const FILE: &str = ".secretbridge.lock";

/// Waits until no other writer is at work below `root`. Released on drop.
pub(super) fn acquire(root: &Dir) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true);
    private_mode(&mut options);
    let file = root.open_with(FILE, &options)?.into_std();
    file.lock()?;
    Ok(file)
}
