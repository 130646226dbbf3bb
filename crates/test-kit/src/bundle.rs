//! A bundle writer in memory.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use k8s_bundle::{BundlePath, BundleWriter, Error, Result, Written, is_generated, is_public};

/// A [`BundleWriter`] that keeps the files in memory, with their modes, and fails where it is told to.
///
/// ```
/// use k8s_bundle::{BundleWriter as _, PUBLIC_HEADER};
/// use test_kit::InMemoryBundleWriter;
///
/// let writer = InMemoryBundleWriter::new();
/// writer.write(&"k8s/a.yaml".parse()?, format!("{PUBLIC_HEADER}kind: Namespace\n").as_bytes())?;
/// assert_eq!(writer.file("k8s/a.yaml").unwrap().mode, 0o644);
/// assert!(writer.text("k8s/a.yaml").ends_with("kind: Namespace\n"));
/// # Ok::<_, k8s_bundle::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct InMemoryBundleWriter {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    files: BTreeMap<BundlePath, WrittenFile>,
    log: Vec<BundlePath>,
    failures: BTreeMap<BundlePath, Failure>,
}

#[derive(Debug, Clone, Copy)]
enum Failure {
    Io(io::ErrorKind),
    Tracked,
}

/// A file as it was written. `Debug` shows how long it is.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WrittenFile {
    /// What is in it.
    pub contents: Vec<u8>,
    /// Its mode: 0644, or 0600 with values.
    pub mode: u32,
    /// Whether it was written as a file with secret values.
    pub secret: bool,
}

impl fmt::Debug for WrittenFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { contents, mode, secret } = self;
        write!(f, "WrittenFile {{ bytes: {}, mode: {mode:o}, secret: {secret} }}", contents.len())
    }
}

impl InMemoryBundleWriter {
    /// A writer of an empty bundle.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With a file that is there already, as somebody else wrote it.
    ///
    /// # Panics
    /// When `path` is not a path in a bundle.
    #[must_use]
    #[track_caller]
    pub fn with_file(self, path: &str, contents: impl Into<Vec<u8>>) -> Self {
        let file = WrittenFile { contents: contents.into(), mode: 0o644, secret: false };
        self.lock().files.insert(bundle_path(path), file);
        self
    }

    /// With a file of which every write, removal and check fails, as a disk does.
    ///
    /// # Panics
    /// When `path` is not a path in a bundle.
    #[must_use]
    #[track_caller]
    pub fn failing_at(self, path: &str, kind: io::ErrorKind) -> Self {
        self.lock().failures.insert(bundle_path(path), Failure::Io(kind));
        self
    }

    /// With a file that Git tracks, so that no value may be written to it.
    ///
    /// # Panics
    /// When `path` is not a path in a bundle.
    #[must_use]
    #[track_caller]
    pub fn tracked_by_git(self, path: &str) -> Self {
        self.lock().failures.insert(bundle_path(path), Failure::Tracked);
        self
    }

    /// All files.
    #[must_use]
    pub fn files(&self) -> BTreeMap<BundlePath, WrittenFile> {
        self.lock().files.clone()
    }

    /// The file at `path`, if there is one.
    ///
    /// # Panics
    /// When `path` is not a path in a bundle.
    #[must_use]
    #[track_caller]
    pub fn file(&self, path: &str) -> Option<WrittenFile> {
        self.lock().files.get(&bundle_path(path)).cloned()
    }

    /// The text of the file at `path`.
    ///
    /// # Panics
    /// When there is no such file, or it is not text: the message has the files that there are.
    #[must_use]
    #[track_caller]
    pub fn text(&self, path: &str) -> String {
        let Some(file) = self.file(path) else {
            panic!(
                "no file {path}; there are {:?}",
                self.files().keys().map(BundlePath::as_str).collect::<Vec<_>>()
            );
        };
        core::str::from_utf8(&file.contents).expect("the file is text").to_owned()
    }

    /// The path of each write that changed a file, in order.
    #[must_use]
    pub fn writes(&self) -> Vec<BundlePath> {
        self.lock().log.clone()
    }

    fn put(&self, path: &BundlePath, contents: &[u8], secret: bool) -> Result<Written> {
        let mut state = self.lock();
        state.check(path, if secret { "write values to" } else { "write" })?;
        let mode = if secret { 0o600 } else { 0o644 };
        let file = WrittenFile { contents: contents.to_vec(), mode, secret };
        let written = match state.files.get(path) {
            Some(old) if *old == file => return Ok(Written::Unchanged),
            Some(old) if !secret && !is_generated(&old.contents) => {
                return Err(Error::NotGenerated { path: path.as_str().into() });
            }
            Some(_) => Written::Updated,
            None => Written::Created,
        };
        state.files.insert(path.clone(), file);
        state.log.push(path.clone());
        Ok(written)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn check(&self, path: &BundlePath, operation: &'static str) -> Result<()> {
        let file = path.as_str().into();
        match self.failures.get(path) {
            None => Ok(()),
            Some(Failure::Tracked) => Err(Error::Tracked { path: file }),
            Some(Failure::Io(kind @ io::ErrorKind::StorageFull)) => {
                Err(Error::DiskFull { operation, path: file, source: (*kind).into() })
            }
            Some(Failure::Io(kind @ io::ErrorKind::PermissionDenied)) => {
                Err(Error::NotPermitted { operation, path: file, source: (*kind).into() })
            }
            Some(Failure::Io(kind)) => Err(Error::Io { operation, path: file, source: (*kind).into() }),
        }
    }
}

#[track_caller]
fn bundle_path(path: &str) -> BundlePath {
    match BundlePath::new(path) {
        Ok(path) => path,
        Err(error) => panic!("{error}"),
    }
}

impl BundleWriter for InMemoryBundleWriter {
    fn check_secret(&self, file: &BundlePath) -> Result<()> {
        self.lock().check(file, "write values to")
    }

    fn write(&self, file: &BundlePath, contents: &[u8]) -> Result<Written> {
        self.put(file, contents, false)
    }

    fn write_secret(&self, file: &BundlePath, contents: &[u8]) -> Result<Written> {
        self.put(file, contents, true)
    }

    fn remove(&self, file: &BundlePath) -> Result<bool> {
        let mut state = self.lock();
        state.check(file, "remove")?;
        match state.files.get(file) {
            None => Ok(false),
            Some(old) if !is_generated(&old.contents) => {
                Err(Error::NotGenerated { path: file.as_str().into() })
            }
            Some(_) => Ok(state.files.remove(file).is_some()),
        }
    }

    fn list_generated(&self, folder: &BundlePath) -> Result<Vec<BundlePath>> {
        let below = format!("{folder}/");
        let state = self.lock();
        let files = state.files.iter().filter(|(path, file)| {
            path.as_str().starts_with(&below) && is_public(&file.contents) && !file.secret
        });
        Ok(files.map(|(path, _)| path.clone()).collect())
    }
}
