//! The directory that nothing leads out of.

use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::UNIX_EPOCH;

use cap_std::ambient_authority;
use cap_std::fs::{Dir, OpenOptions, OpenOptionsExt as _};
use rustix::fs::OFlags;
use rustix::io::Errno;
use zeroize::Zeroizing;

use super::case::is_folding;
use super::error::{self, Fault};
use crate::SecretVersion;
use crate::buffer::read_to_end;

/// The largest file of a secret, in bytes.
pub(super) const LIMIT: usize = 16 * 1024 * 1024;

/// Where a tree is and what its files may be like: what it takes to open its root, again and again.
#[derive(Debug)]
pub(super) struct Site {
    pub(super) path: PathBuf,
    /// The store, as errors name it.
    pub(super) store: String,
    /// Whether files that others may use are refused, and a root that others may write to.
    pub(super) private: bool,
    /// The file system that it was on when the store was opened.
    device: Option<u64>,
    /// The number of the root in which names that differ in case were found to be two. Zero is none's.
    tells_case: AtomicU64,
}

impl Site {
    /// # Errors
    /// When there is no such directory, or it may not be used.
    pub(super) fn new(path: PathBuf, store: String, private: bool) -> Result<Self, Fault> {
        let mut site = Self { path, store, private, device: None, tells_case: AtomicU64::new(0) };
        let root = site.open().map_err(|fault| match fault {
            Fault::RootGone(root) => Fault::NoRoot(root),
            fault => fault,
        })?;
        let device = root.device;
        site.device = Some(device);
        Ok(site)
    }

    /// Opens the root. Each operation does, so that a directory that was replaced or mounted over is seen.
    pub(super) fn open(&self) -> Result<Root<'_>, Fault> {
        let shown = || self.path.display().to_string();
        let failed = |error: io::Error| match Errno::from_io_error(&error) {
            Some(Errno::NOENT) => Fault::RootGone(shown()),
            Some(Errno::NOTDIR) => Fault::RootNotADirectory(shown()),
            _ => Fault::io("open", shown(), error),
        };
        let dir = Dir::open_ambient_dir(&self.path, ambient_authority()).map_err(failed)?;
        let dir = dir.into_std_file();
        let metadata = dir.metadata().map_err(failed)?;
        if self.device.is_some_and(|device| device != metadata.dev()) {
            return Err(Fault::RootMoved(shown()));
        }
        let mode = metadata.mode() & 0o777;
        // Files keep readers out by themselves; who may write to the directory may replace them.
        if self.private && mode & 0o022 != 0 {
            return Err(Fault::RootOpenToOthers(shown(), mode));
        }
        let dir = Dir::from_std_file(dir);
        let root = Root { dir, device: metadata.dev(), inode: metadata.ino(), site: self };
        root.check_case()?;
        Ok(root)
    }
}

/// The root of a tree, open.
#[derive(Debug)]
pub(super) struct Root<'a> {
    pub(super) dir: Dir,
    device: u64,
    inode: u64,
    pub(super) site: &'a Site,
}

impl Root<'_> {
    /// A file of the tree as errors name it.
    pub(super) fn shown(&self, file: &str) -> String {
        error::shown(&self.site.path, file)
    }

    /// Fails when names that differ in case are one. Costs nothing once they were found to be two.
    ///
    /// Not on a Mac, where they are one unless somebody has chosen otherwise: people build and write there, who may read all of it.
    pub(super) fn check_case(&self) -> Result<(), Fault> {
        if cfg!(target_vendor = "apple") {
            return Ok(());
        }
        let known = &self.site.tells_case;
        if known.load(Ordering::Relaxed) == self.inode {
            return Ok(());
        }
        match is_folding(&self.dir) {
            Ok(Some(true)) => return Err(Fault::CaseFolded(self.site.path.display().to_string())),
            Ok(Some(false)) => known.store(self.inode, Ordering::Relaxed),
            // Nothing is there that tells, or its names are for others: whoever reads or writes will hear of what is wrong.
            Ok(None) | Err(_) => {}
        }
        Ok(())
    }

    /// Fails unless the root is still what its path leads to: what makes an absent file an absent secret.
    pub(super) fn confirm(&self) -> Result<(), Fault> {
        let now = self.site.open()?;
        if (now.device, now.inode) == (self.device, self.inode) {
            Ok(())
        } else {
            Err(Fault::RootGone(self.site.path.display().to_string()))
        }
    }

    /// Opens a file, or whatever is there under its name; none when nothing is.
    pub(super) fn open_file(&self, file: &str) -> Result<Option<Opened>, Fault> {
        let mut options = OpenOptions::new();
        // A pipe that somebody has put there does not hang the reader.
        options.read(true).custom_flags(OFlags::NONBLOCK.bits().cast_signed());
        let opened = self.dir.open_with(file, &options).and_then(|opened| {
            let file = opened.into_std();
            let metadata = file.metadata()?;
            Ok(Opened { file, metadata })
        });
        match opened {
            Ok(opened) => Ok(Some(opened)),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(self.explain("open", file, error)),
        }
    }

    /// What an error on the way to `file` means.
    pub(super) fn explain(&self, doing: &'static str, file: &str, error: io::Error) -> Fault {
        match Errno::from_io_error(&error) {
            // cap-std's own error for a path that leads out of the directory has no number.
            None if error.kind() == io::ErrorKind::PermissionDenied => {
                Fault::LeavesRoot(self.shown(&self.first_link(file)))
            }
            Some(Errno::XDEV) => Fault::LeavesRoot(self.shown(&self.first_link(file))),
            Some(Errno::LOOP) => Fault::LinkCircle(self.shown(&self.first_link(file))),
            Some(Errno::NXIO) => Fault::NotAFile(self.shown(file)),
            _ => Fault::io(doing, self.shown(file), error),
        }
    }

    /// The first link on the way to `file` that cannot be followed to its end; for want of one, the file.
    fn first_link(&self, file: &str) -> String {
        links(file)
            .find(|part| self.is_link(part) && self.dir.metadata(part).is_err())
            .unwrap_or(file)
            .to_owned()
    }

    /// The link to nothing on the way to a file that is absent, if that is why.
    pub(super) fn dangling_link(&self, file: &str) -> Option<String> {
        links(file)
            .find(|part| self.is_link(part) && self.dir.metadata(part).is_err_and(|error| is_absent(&error)))
            .map(|part| self.shown(part))
    }

    pub(super) fn is_link(&self, file: &str) -> bool {
        self.dir.symlink_metadata(file).is_ok_and(|metadata| metadata.is_symlink())
    }
}

/// `a/b/c` as `a`, `a/b`, `a/b/c`.
fn links(file: &str) -> impl Iterator<Item = &str> {
    let ends = file.match_indices('/').map(|(end, _)| end).chain([file.len()]);
    ends.map(|end| &file[..end])
}

/// Whether the error says that nothing has that name: there is none, or something on the way is no directory.
pub(super) fn is_absent(error: &io::Error) -> bool {
    matches!(Errno::from_io_error(error), Some(Errno::NOENT | Errno::NOTDIR))
}

/// Something of the tree, open for reading.
#[derive(Debug)]
pub(super) struct Opened {
    file: File,
    metadata: Metadata,
}

impl Opened {
    pub(super) fn is_dir(&self) -> bool {
        self.metadata.is_dir()
    }

    pub(super) fn is_file(&self) -> bool {
        self.metadata.is_file()
    }

    pub(super) fn mode(&self) -> u32 {
        self.metadata.mode() & 0o777
    }

    pub(super) fn version(&self) -> SecretVersion {
        version(&self.metadata)
    }

    pub(super) fn read_to_end(&mut self) -> io::Result<Zeroizing<Vec<u8>>> {
        read_to_end(&mut self.file, usize::try_from(self.metadata.len()).unwrap_or(LIMIT), LIMIT)
    }
}

/// The version of a file: which file it is, and when it was written. The writer sees to it that no two writes of a store
/// happen at the same time; so a file that gets the number of one that is gone is still told from it.
pub(super) fn version(metadata: &Metadata) -> SecretVersion {
    SecretVersion::new(format!("{:x}-{:x}", metadata.ino(), written_at(metadata)))
}

/// Nanoseconds since 1970 at which a file was written.
pub(super) fn written_at(metadata: &Metadata) -> u128 {
    let modified = metadata.modified().ok();
    modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok()).map_or(0, |age| age.as_nanos())
}

/// Makes the names in a directory durable.
pub(super) fn sync(dir: &Dir) -> io::Result<()> {
    // cap-std may open directories in a way that only names them.
    dir.open(Path::new("."))?.sync_all()
}
