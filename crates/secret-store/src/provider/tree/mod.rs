//! Secrets in a directory tree: what the `file` and the `age` provider share.
//!
//! `<path>` is a plain value, byte for byte; `<path>.yaml` or `<path>.json` a map of fields. A [`Layout`] adds an ending
//! to each name, a [`Seal`] stands between the bytes of a file and those of its secret.
//!
//! **Readers need no lock.** Files are replaced, never changed, so a file that is open stays what it is. A secret
//! changes its form only from plain to YAML: its plain file is marked, the YAML file is added, the plain file removed,
//! the mark removed. Readers look for the plain file first, and take the YAML file when the plain one is marked; so they
//! see the fields before or after at every moment, and after a crash at any of them.
//!
//! **Writers** take turns, across processes, by a lock on a file in the root. The same file holds the moment of the last
//! write, so that no two writes of a store have the same modification time, and versions (inode and modification time)
//! differ however fast writes follow each other.
//!
//! **A path is one file**, and each file has one path: where names that differ in case are one, who may not read `app/db` would ask for
//! `App/db`. Such a root is refused, as soon as there is a name in it that tells. Directories below it are not looked at, which may be
//! so by themselves (as `chattr +F` makes them), or be file systems of their own; nor is a root on a Mac, where that is usual.

mod case;
mod codec;
#[cfg(test)]
mod crash;
mod error;
mod list;
mod lock;
mod name;
mod read;
mod root;
mod seal;
#[cfg(feature = "age")]
mod sealed;
mod step;
mod write;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use tokio::sync::{Mutex, Semaphore};
use tokio::task::{JoinHandle, spawn_blocking};

#[cfg(feature = "fuzzing")]
pub(crate) use self::codec::{read_back_json, read_back_yaml};
use self::error::Fault;
use self::name::Names;
use self::root::Site;
#[cfg(feature = "age")]
pub(crate) use self::seal::Place;
pub(crate) use self::seal::{Bare, Seal};
use self::write::Session;
use crate::{
    Capabilities, Error, ReadOptions, Result, Secret, SecretFields, SecretPath, SecretVersion, StoreInfo,
    WriteOptions,
};

/// What kind of tree it is, and where.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    /// The provider's name: `age`.
    pub(crate) provider: &'static str,
    /// The root directory.
    pub(crate) root: PathBuf,
    /// What comes after every file's name: `.age`, or nothing. With an ending, a path can be a secret and have secrets
    /// below it; without one, a plain file is in the way of a directory.
    pub(crate) ending: &'static str,
    /// Whether files that others may use are refused, and a root that others may write to.
    pub(crate) private: bool,
}

/// A tree of secrets. All methods run what blocks on tokio's blocking threads.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    shared: Arc<Shared>,
    /// Writers of this process queue here and not each on a blocking thread of its own.
    turn: Arc<Mutex<()>>,
    /// Those who read one path each, as well.
    readers: Arc<Semaphore>,
}

/// How many may read at once at least, of whom some may wait for a program, or for a person at a terminal.
const LEAST_READERS: usize = 4;

/// What every operation needs.
#[derive(Debug)]
struct Shared {
    info: StoreInfo,
    site: Site,
    names: Names,
    seal: Box<dyn Seal>,
    patience: Duration,
}

/// How many paths a reader of a batch takes at a time.
const CHUNK: usize = 32;

impl Tree {
    /// Opens the tree.
    ///
    /// # Errors
    /// [`Invalid`](Error::Invalid) when there is no such directory, or names that differ in case are one in it;
    /// [`PermissionDenied`](Error::PermissionDenied) when it may not be used, or others may write to it and the layout minds.
    pub(crate) async fn open(layout: Layout, seal: Box<dyn Seal>) -> Result<Self> {
        let Layout { provider, root, ending, private } = layout;
        let capabilities = Capabilities { nested: !ending.is_empty(), ..Capabilities::full() };
        let info = StoreInfo::new(provider, root.display().to_string(), capabilities);
        let store = info.describe();
        let site = blocking(&store, None, "open", {
            let store = store.clone();
            move || Site::new(root, store, private)
        });
        let names = Names::new(ending);
        let shared = Shared { info, site: site.await?, names, seal, patience: lock::PATIENCE };
        Ok(Self {
            shared: Arc::new(shared),
            turn: Arc::default(),
            readers: Arc::new(Semaphore::new(readers())),
        })
    }

    pub(crate) fn info(&self) -> StoreInfo {
        self.shared.info.clone()
    }

    pub(crate) async fn read(&self, path: &SecretPath, options: ReadOptions) -> Result<Secret> {
        let (shared, at) = (Arc::clone(&self.shared), path.clone());
        let turn = Arc::clone(&self.readers).acquire_owned().await;
        self.run("read", Some(path), move || {
            // Held until the work is done, also when nobody waits for it any more.
            let _turn = turn;
            if options.version.is_some() {
                return Err(Fault::NoHistory);
            }
            shared.read_at(&shared.site.open()?, &at)
        })
        .await
    }

    /// Reads a batch on as many threads as there are processors.
    pub(crate) async fn read_many(&self, paths: &[SecretPath]) -> Vec<Result<Secret>> {
        let paths: Arc<[SecretPath]> = paths.into();
        let next = Arc::new(AtomicUsize::new(0));
        let readers = paths.len().div_ceil(CHUNK).min(thread::available_parallelism().map_or(1, usize::from));
        let readers: Vec<JoinHandle<_>> = (0..readers)
            .map(|_| {
                let (shared, paths, next) = (Arc::clone(&self.shared), Arc::clone(&paths), Arc::clone(&next));
                spawn_blocking(move || shared.read_chunks(&paths, &next))
            })
            .collect();
        let mut answers: Vec<Option<Result<Secret>>> = paths.iter().map(|_| None).collect();
        for reader in readers {
            for (index, answer) in finished(reader).await.unwrap_or_default() {
                answers[index] = Some(answer);
            }
        }
        let ended = |path| Fault::Ending.into_error("read", Some(path), self.shared.site.store.as_str());
        let answers = answers.into_iter().zip(paths.iter());
        answers.map(|(answer, path)| answer.unwrap_or_else(|| Err(ended(path)))).collect()
    }

    pub(crate) async fn write(
        &self,
        path: &SecretPath,
        fields: SecretFields,
        options: WriteOptions,
    ) -> Result<SecretVersion> {
        let at = path.clone();
        self.session("write", Some(path), move |session| session.write(&at, fields, &options)).await
    }

    pub(crate) async fn delete(&self, path: &SecretPath) -> Result<()> {
        let at = path.clone();
        self.session("delete", Some(path), move |session| session.delete(&at).map(drop)).await
    }

    pub(crate) async fn list(&self, prefix: Option<&SecretPath>) -> Result<Vec<SecretPath>> {
        let (shared, below) = (Arc::clone(&self.shared), prefix.cloned());
        self.run("list", prefix, move || shared.list(&shared.site.open()?, below.as_ref())).await
    }

    async fn session<T: Send + 'static>(
        &self,
        operation: &'static str,
        path: Option<&SecretPath>,
        work: impl FnOnce(&Session<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T> {
        let turn = Arc::clone(&self.turn).lock_owned().await;
        let shared = Arc::clone(&self.shared);
        self.run(operation, path, move || {
            // Held until the work is done, also when nobody waits for it any more.
            let _turn = turn;
            work(&Session::begin(&shared)?)
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        operation: &'static str,
        path: Option<&SecretPath>,
        work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
    ) -> Result<T> {
        blocking(&self.shared.site.store, path, operation, work).await
    }
}

impl Shared {
    fn read_chunks(&self, paths: &[SecretPath], next: &AtomicUsize) -> Vec<(usize, Result<Secret>)> {
        let mut answers = Vec::new();
        loop {
            let start = next.fetch_add(CHUNK, Ordering::Relaxed);
            let Some(chunk) = paths.get(start..) else { return answers };
            let chunk = &chunk[..chunk.len().min(CHUNK)];
            if chunk.is_empty() {
                return answers;
            }
            let root = self.site.open();
            for (index, path) in (start..).zip(chunk) {
                let answer = match &root {
                    Ok(root) => self.read_at(root, path),
                    Err(_) => self.site.open().and_then(|root| self.read_at(&root, path)),
                };
                answers.push((index, answer.map_err(|fault| self.error("read", path, fault))));
            }
        }
    }

    fn error(&self, operation: &'static str, path: &SecretPath, fault: Fault) -> Error {
        fault.into_error(operation, Some(path), &self.site.store)
    }
}

/// How many reads are under way at once. Reading is mostly decrypting: with more threads than processors it takes as long, and each
/// thread has memory of its own that the allocator keeps for it.
fn readers() -> usize {
    thread::available_parallelism().map_or(1, usize::from).max(LEAST_READERS)
}

async fn blocking<T: Send + 'static>(
    store: &str,
    path: Option<&SecretPath>,
    operation: &'static str,
    work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> Result<T> {
    let result = finished(spawn_blocking(work)).await.unwrap_or(Err(Fault::Ending));
    result.map_err(|fault| fault.into_error(operation, path, store))
}

/// What a blocking task has returned; none when the runtime ends before it began. A panic goes on in the caller.
async fn finished<T>(task: JoinHandle<T>) -> Option<T> {
    match task.await {
        Ok(value) => Some(value),
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => None,
        },
    }
}
