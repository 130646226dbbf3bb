//! Replacing one file as a whole, or not at all.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use cap_std::fs::{Dir, File, OpenOptions};

/// The steps of a write, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Step {
    /// Waiting for other writers.
    Lock,
    /// Adding to `.gitignore`; only for files with values, and only if it is not there yet.
    Ignore,
    /// Removing what a killed run left behind.
    Clean,
    /// Creating the new file under a temporary name.
    Create,
    /// Writing the first half of the contents; a write may stop anywhere.
    Write,
    /// Writing the second half.
    WriteRest,
    /// Bringing the contents to the disk.
    Sync,
    /// Putting the new file in the place of the old one.
    Rename,
    /// Bringing the new name to the disk.
    SyncDirectory,
}

impl Step {
    /// Every step, in order.
    pub const ALL: [Self; 9] = [
        Self::Lock,
        Self::Ignore,
        Self::Clean,
        Self::Create,
        Self::Write,
        Self::WriteRest,
        Self::Sync,
        Self::Rename,
        Self::SyncDirectory,
    ];

    /// The step in the words of an error: "cannot … the file".
    #[must_use]
    pub fn operation(self) -> &'static str {
        match self {
            Self::Lock => "lock the directory of",
            Self::Clean => "clean up beside",
            Self::Ignore => "add to",
            Self::Create => "create a temporary file for",
            Self::Write | Self::WriteRest => "write",
            Self::Sync => "sync",
            Self::Rename => "replace",
            Self::SyncDirectory => "sync the directory of",
        }
    }
}

/// Called before each step of a write. An error that it returns is taken for the step's own failure, so that tests can fill
/// the disk at any point; tests that kill the process do it there as well.
pub type Observer = Arc<dyn Fn(Step) -> io::Result<()> + Send + Sync>;

/// The file of one write, and who watches.
pub(super) struct Replace<'a> {
    pub(super) directory: &'a Dir,
    pub(super) name: &'a str,
    pub(super) observer: Option<&'a Observer>,
}

impl Replace<'_> {
    /// Writes `contents` under a temporary name in the same directory and renames it.
    pub(super) fn run(&self, contents: &[u8], mode: u32) -> Result<(), (Step, io::Error)> {
        let (temporary, file) = self.step(Step::Create, || self.create())?;
        let done = self.fill(file, contents, mode).and_then(|()| {
            self.step(Step::Rename, || self.directory.rename(&temporary, self.directory, self.name))
        });
        if let Err(error) = done {
            // The write has failed already; what is left over is of mode 0600 and goes with the next run.
            let _ = self.directory.remove_file(&temporary);
            return Err(error);
        }
        self.step(Step::SyncDirectory, || sync_directory(self.directory))
    }

    fn fill(&self, mut file: File, contents: &[u8], mode: u32) -> Result<(), (Step, io::Error)> {
        let (first, second) = contents.split_at(contents.len() / 2);
        self.step(Step::Write, || file.write_all(first))?;
        self.step(Step::WriteRest, || file.write_all(second))?;
        self.step(Step::Sync, || {
            set_mode(&file, mode)?;
            file.sync_all()
        })
    }

    fn create(&self) -> io::Result<(String, File)> {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        private_mode(&mut options);
        loop {
            let unique = (std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed));
            let temporary = format!("{}{}-{}{SUFFIX}", prefix(self.name), unique.0, unique.1);
            match self.directory.open_with(&temporary, &options) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                opened => return Ok((temporary, opened?)),
            }
        }
    }

    /// Removes temporary files that a killed run left behind. Call it under the lock: then no other run owns one.
    pub(super) fn clean(&self) -> io::Result<()> {
        for entry in self.directory.entries()? {
            let entry = entry?;
            let name = entry.file_name();
            let is_temporary = name.to_str().is_some_and(is_temporary);
            if is_temporary && entry.file_type()?.is_file() {
                self.directory.remove_file(&name)?;
            }
        }
        Ok(())
    }

    pub(super) fn step<T>(
        &self,
        step: Step,
        action: impl FnOnce() -> io::Result<T>,
    ) -> Result<T, (Step, io::Error)> {
        let watched = self.observer.map_or(Ok(()), |observer| observer(step));
        watched.and_then(|()| action()).map_err(|error| (step, error))
    }
}

const SUFFIX: &str = ".tmp";

/// The names of the temporary files of `name`, as a pattern of `.gitignore`.
pub(super) fn temporary_pattern(name: &str) -> String {
    format!("{}*{SUFFIX}", prefix(name))
}

fn prefix(name: &str) -> String {
    format!(".{name}.")
}

/// Whether the name has the form that [`Replace::create`] gives.
fn is_temporary(name: &str) -> bool {
    let unique = name
        .strip_prefix('.')
        .and_then(|rest| rest.strip_suffix(SUFFIX))
        .and_then(|rest| rest.rsplit_once('.'));
    unique.and_then(|(_, unique)| unique.split_once('-')).is_some_and(|(process, counter)| {
        let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        number(process) && number(counter)
    })
}

/// Mode 0600 from the first byte: the umask can only take bits away.
#[cfg(unix)]
pub(super) fn private_mode(options: &mut OpenOptions) {
    use cap_std::fs::OpenOptionsExt;
    options.mode(0o600);
}

#[cfg(not(unix))]
pub(super) fn private_mode(_: &mut OpenOptions) {}

#[cfg(unix)]
fn set_mode(file: &File, mode: u32) -> io::Result<()> {
    use cap_std::fs::{Permissions, PermissionsExt};
    file.set_permissions(Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_: &File, _: u32) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
pub(super) fn sync_directory(directory: &Dir) -> io::Result<()> {
    directory.open(".")?.sync_all()
}

/// Other systems have no way to sync a directory.
#[cfg(not(unix))]
pub(super) fn sync_directory(_: &Dir) -> io::Result<()> {
    Ok(())
}
