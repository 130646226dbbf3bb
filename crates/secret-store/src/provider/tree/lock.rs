//! One writer at a time, in all processes.

use std::fs::{File, TryLockError};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::thread;
use std::time::Duration;

use cap_std::fs::{MetadataExt as _, OpenOptions, OpenOptionsExt as _};

use super::error::Fault;
use super::root::{Root, is_absent};

/// The file that writers lock, in the root. It says when the last write was.
pub(super) const LOCK_FILE: &str = ".secretbridge.lock";

/// How long a writer waits for another one.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

const FIRST_PAUSE: Duration = Duration::from_micros(100);
const LONGEST_PAUSE: Duration = Duration::from_millis(50);

/// The right to write, until it is dropped.
#[derive(Debug)]
pub(super) struct WriteLock(File);

impl WriteLock {
    /// # Errors
    /// [`Fault::Locked`] when another writer has the lock for as long as `patience`.
    pub(super) fn acquire(root: &Root<'_>, patience: Duration) -> Result<Self, Fault> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).mode(0o600);
        lock(root, &options, patience, File::try_lock).map(Self)
    }

    /// A moment in nanoseconds since 1970 that no earlier write of this store has had: `now`, or the one after the last.
    pub(super) fn next_moment(&self, now: u128) -> io::Result<u128> {
        let mut text = [0; 40];
        let length = self.0.read_at(&mut text, 0)?;
        let last = str::from_utf8(&text[..length]).ok().and_then(|text| text.trim_end().parse::<u128>().ok());
        let moment = last.map_or(now, |last| now.max(last + 1));
        self.0.write_all_at(format!("{moment:039}\n").as_bytes(), 0)?;
        Ok(moment)
    }
}

/// The right to see no half of a write, until it is dropped.
#[derive(Debug)]
pub(super) struct ReadLock {
    _file: Option<File>,
}

impl ReadLock {
    /// Where no lock can be had (nobody has written yet, or the tree can only be read), there is nobody to wait for.
    ///
    /// # Errors
    /// [`Fault::Locked`] when a writer has the lock for as long as `patience`.
    pub(super) fn acquire(root: &Root<'_>, patience: Duration) -> Result<Self, Fault> {
        match lock(root, OpenOptions::new().read(true), patience, File::try_lock_shared) {
            Ok(file) => Ok(Self { _file: Some(file) }),
            Err(Fault::Io { .. }) => Ok(Self { _file: None }),
            Err(fault) => Err(fault),
        }
    }
}

fn lock(
    root: &Root<'_>,
    options: &OpenOptions,
    patience: Duration,
    try_lock: impl Fn(&File) -> Result<(), TryLockError>,
) -> Result<File, Fault> {
    let failed = |error| root.explain("lock", LOCK_FILE, error);
    let mut waited = Duration::ZERO;
    let mut pause = FIRST_PAUSE;
    loop {
        let file = root.dir.open_with(LOCK_FILE, options).map_err(failed)?.into_std();
        match try_lock(&file) {
            Ok(()) if is_current(root, &file).map_err(failed)? => return Ok(file),
            // Somebody has put another file in its place: that is the one to lock.
            Ok(()) | Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        if waited >= patience {
            return Err(Fault::Locked(root.shown(LOCK_FILE)));
        }
        thread::sleep(pause);
        waited += pause;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

fn is_current(root: &Root<'_>, file: &File) -> io::Result<bool> {
    match root.dir.symlink_metadata(LOCK_FILE) {
        Ok(named) => Ok(named.ino() == std::os::unix::fs::MetadataExt::ino(&file.metadata()?)),
        Err(error) if is_absent(&error) => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::super::root::Site;
    use super::*;

    #[test]
    fn a_writer_waits_only_so_long_and_names_the_lock_file() {
        let folder = tempfile::tempdir().unwrap();
        let site = Site::new(folder.path().to_owned(), "file store".to_owned(), true).unwrap();
        let root = site.open().unwrap();
        let patience = Duration::from_millis(5);
        let held = WriteLock::acquire(&root, patience).unwrap();
        let fault = WriteLock::acquire(&root, patience).unwrap_err();
        let error = fault.into_error("write", None, "file store");
        assert_eq!(error.kind(), crate::ErrorKind::Unavailable);
        assert!(error.to_string().contains(LOCK_FILE), "{error}");
        assert!(ReadLock::acquire(&root, patience).is_err());
        drop(held);
        WriteLock::acquire(&root, patience).unwrap();
    }

    #[test]
    fn a_lock_on_a_file_that_was_replaced_is_worth_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let site = Site::new(folder.path().to_owned(), "file store".to_owned(), true).unwrap();
        let root = site.open().unwrap();
        let file = File::create(folder.path().join(LOCK_FILE)).unwrap();
        assert!(is_current(&root, &file).unwrap());
        std::fs::remove_file(folder.path().join(LOCK_FILE)).unwrap();
        assert!(!is_current(&root, &file).unwrap());
        // The number of the file that is gone may be used again: it is still open here, so that it is not.
        let lock = WriteLock::acquire(&root, Duration::ZERO).unwrap();
        assert!(!is_current(&root, &file).unwrap());
        drop(lock);
    }

    #[test]
    fn no_moment_comes_twice() {
        let folder = tempfile::tempdir().unwrap();
        let site = Site::new(folder.path().to_owned(), "file store".to_owned(), true).unwrap();
        let lock = WriteLock::acquire(&site.open().unwrap(), Duration::ZERO).unwrap();
        let moments = [5, 5, 4, 9, 6].map(|now| lock.next_moment(now).unwrap());
        assert_eq!(moments, [5, 6, 7, 9, 10]);
    }
}
