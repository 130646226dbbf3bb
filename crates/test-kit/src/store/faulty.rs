//! A store that fails as it is told to.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use events::{Clock, Operation, SystemClock};
use secret_store::{
    Detail, Error, ErrorKind, MetadataUpdate, ReadOptions, Result, Secret, SecretFields, SecretMetadata,
    SecretPath, SecretStore, SecretVersion, StoreInfo, VersionedStore, WriteOptions,
};
use tokio::sync::watch;

use crate::watched::until;

/// A store that fails, waits and hangs as it is told to, and otherwise hands on to the store in it.
///
/// Each call takes the first [`Fault`] that fits it and has not been used up; `read_many` takes one for each path.
///
/// ```
/// # test_kit::block_on(async {
/// use secret_store::{ErrorKind, ReadOptions, SecretStore as _};
/// use test_kit::{Fault, FaultyStore, InMemorySecretStore, path};
///
/// let store = FaultyStore::new(InMemorySecretStore::new().with("A", "1"))
///     .with(Fault::failing(ErrorKind::Unavailable).at("A").times(2));
/// for expected in [false, false, true] {
///     assert_eq!(store.read(&path("A"), ReadOptions::current()).await.is_ok(), expected);
/// }
/// # });
/// ```
#[derive(Debug)]
pub struct FaultyStore<S> {
    inner: S,
    clock: Arc<dyn Clock>,
    faults: Mutex<Vec<Fault>>,
}

/// What goes wrong, where, and how often.
#[derive(Debug, Clone)]
#[must_use = "a fault does nothing until a FaultyStore is given it"]
pub struct Fault {
    operation: Option<Operation>,
    path: Option<SecretPath>,
    left: Option<usize>,
    delay: Option<Duration>,
    gate: Option<Gate>,
    failure: Option<Failure>,
    applied: bool,
}

#[derive(Debug, Clone)]
enum Failure {
    Kind(ErrorKind),
    Error(Error),
}

impl Fault {
    fn new(failure: Option<Failure>) -> Self {
        Self { operation: None, path: None, left: None, delay: None, gate: None, failure, applied: false }
    }

    /// Every call fails with an error of this category.
    pub fn failing(kind: ErrorKind) -> Self {
        Self::new(Some(Failure::Kind(kind)))
    }

    /// Every call fails with this error, as it is.
    pub fn error(error: Error) -> Self {
        Self::new(Some(Failure::Error(error)))
    }

    /// Every call waits for the gate to open.
    pub fn held_by(gate: &Gate) -> Self {
        let mut fault = Self::new(None);
        fault.gate = Some(gate.clone());
        fault
    }

    /// Every call waits this long, by the store's clock.
    pub fn delayed(delay: Duration) -> Self {
        let mut fault = Self::new(None);
        fault.delay = Some(delay);
        fault
    }

    /// Only this operation. A path of a `read_many` is a read.
    pub fn on(mut self, operation: Operation) -> Self {
        self.operation = Some(operation);
        self
    }

    /// Only this path; for a list, this prefix.
    ///
    /// # Panics
    /// When `path` is not a path.
    #[track_caller]
    pub fn at(mut self, path: &str) -> Self {
        self.path = Some(crate::path(path));
        self
    }

    /// Only so many times; then calls pass.
    pub fn times(mut self, times: usize) -> Self {
        self.left = Some(times);
        self
    }

    /// And then fails with an error of this category: after a wait, say.
    pub fn then_failing(mut self, kind: ErrorKind) -> Self {
        self.failure = Some(Failure::Kind(kind));
        self
    }

    /// The store in it does what it was asked, and only then does the call fail: a write of which the answer was lost.
    pub fn after_applying(mut self) -> Self {
        self.applied = true;
        self
    }

    fn fits(&self, operation: Operation, path: Option<&SecretPath>) -> bool {
        self.left != Some(0)
            && self.operation.is_none_or(|it| it == operation)
            && self.path.as_ref().is_none_or(|it| Some(it) == path)
    }

    async fn wait(&self, clock: &dyn Clock) {
        if let Some(delay) = self.delay {
            clock.sleep(delay).await;
        }
        if let Some(gate) = &self.gate {
            gate.pass().await;
        }
    }

    fn error_for(&self, operation: Operation, path: Option<&SecretPath>) -> Option<Error> {
        let verb = match operation {
            Operation::Write => "write",
            Operation::Delete => "delete",
            Operation::List => "list",
            Operation::Undelete => "undelete",
            Operation::Destroy => "destroy",
            Operation::ReadMetadata => "read the metadata of",
            Operation::WriteMetadata => "change the metadata of",
            _ => "read",
        };
        match self.failure.as_ref()? {
            Failure::Kind(kind) => {
                let detail = Detail::new(verb, "it was told to fail").store("faulty store");
                Some(Error::new(*kind, detail).with_path(path.cloned()))
            }
            Failure::Error(error) => Some(error.clone()),
        }
    }
}

/// Something that calls wait at until the test opens it.
#[derive(Debug, Clone)]
pub struct Gate(Arc<watch::Sender<GateState>>);

#[derive(Debug, Default)]
struct GateState {
    open: bool,
    waiting: usize,
}

impl Gate {
    /// A gate that is shut.
    #[must_use]
    pub fn shut() -> Self {
        Self(Arc::new(watch::Sender::new(GateState::default())))
    }

    /// Lets all pass who wait, and all who come.
    pub fn open(&self) {
        self.0.send_modify(|state| state.open = true);
    }

    /// Returns once at least `count` calls wait here.
    pub async fn waiting(&self, count: usize) {
        until(&self.0, |state| state.waiting >= count).await;
    }

    /// How many calls wait here.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.borrow().waiting
    }

    /// Returns once the gate is open.
    pub async fn pass(&self) {
        self.0.send_modify(|state| state.waiting += 1);
        let _leaving = Leaving(&self.0);
        until(&self.0, |state| state.open).await;
    }
}

struct Leaving<'a>(&'a watch::Sender<GateState>);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|state| state.waiting -= 1);
    }
}

impl<S: SecretStore> FaultyStore<S> {
    /// A store that has no fault yet.
    #[must_use]
    pub fn new(inner: S) -> Self {
        Self { inner, clock: Arc::new(SystemClock::new()), faults: Mutex::default() }
    }

    /// With this clock for its waits.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// With this fault, after those that it has.
    #[must_use]
    pub fn with(self, fault: Fault) -> Self {
        self.inject(fault);
        self
    }

    /// Adds a fault while the store is in use.
    pub fn inject(&self, fault: Fault) {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).push(fault);
    }

    /// Takes all faults away.
    pub fn mend(&self) {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The store that is asked.
    #[must_use]
    pub fn inner(&self) -> &S {
        &self.inner
    }

    fn take(&self, operation: Operation, path: Option<&SecretPath>) -> Option<Fault> {
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        let fault = faults.iter_mut().find(|fault| fault.fits(operation, path))?;
        fault.left = fault.left.map(|left| left - 1);
        Some(fault.clone())
    }

    /// The versions of the store in it.
    fn versions(&self) -> Result<&dyn VersionedStore> {
        let detail = Detail::new("read", "the store keeps no versions");
        self.inner.versioned().ok_or_else(|| Error::new(ErrorKind::Unsupported, detail))
    }

    /// Runs `call` under the next fault that fits.
    async fn under<T>(
        &self,
        operation: Operation,
        path: Option<&SecretPath>,
        call: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let Some(fault) = self.take(operation, path) else { return call.await };
        fault.wait(&*self.clock).await;
        match fault.error_for(operation, path) {
            None => call.await,
            Some(error) if fault.applied => call.await.and(Err(error)),
            Some(error) => Err(error),
        }
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<S: SecretStore> SecretStore for FaultyStore<S> {
    fn info(&self) -> StoreInfo {
        self.inner.info()
    }

    async fn read(&self, path: &SecretPath, options: ReadOptions) -> Result<Secret> {
        self.under(Operation::Read, Some(path), self.inner.read(path, options)).await
    }

    async fn read_many(&self, paths: &[SecretPath]) -> Vec<Result<Secret>> {
        let mut failures = Vec::with_capacity(paths.len());
        for path in paths {
            let fault = self.take(Operation::Read, Some(path));
            if let Some(fault) = &fault {
                fault.wait(&*self.clock).await;
            }
            failures.push(fault.and_then(|fault| fault.error_for(Operation::Read, Some(path))));
        }
        let asked: Vec<_> = paths.iter().zip(&failures).filter(|(_, failure)| failure.is_none()).collect();
        let asked: Vec<_> = asked.into_iter().map(|(path, _)| path.clone()).collect();
        let mut answers =
            if asked.is_empty() { Vec::new() } else { self.inner.read_many(&asked).await }.into_iter();
        let lost = || Error::new(ErrorKind::Invalid, Detail::new("read", "the store gave too few answers"));
        failures
            .into_iter()
            .map(|failure| failure.map_or_else(|| answers.next().unwrap_or_else(|| Err(lost())), Err))
            .collect()
    }

    async fn write(
        &self,
        path: &SecretPath,
        fields: SecretFields,
        options: WriteOptions,
    ) -> Result<SecretVersion> {
        self.under(Operation::Write, Some(path), self.inner.write(path, fields, options)).await
    }

    async fn delete(&self, path: &SecretPath) -> Result<()> {
        self.under(Operation::Delete, Some(path), self.inner.delete(path)).await
    }

    async fn list(&self, prefix: Option<&SecretPath>) -> Result<Vec<SecretPath>> {
        self.under(Operation::List, prefix, self.inner.list(prefix)).await
    }

    fn versioned(&self) -> Option<&dyn VersionedStore> {
        self.inner.versioned().map(|_| self as _)
    }
}

#[async_trait]
impl<S: SecretStore> VersionedStore for FaultyStore<S> {
    async fn metadata(&self, path: &SecretPath) -> Result<SecretMetadata> {
        self.under(Operation::ReadMetadata, Some(path), self.versions()?.metadata(path)).await
    }

    async fn update_metadata(&self, path: &SecretPath, update: MetadataUpdate) -> Result<()> {
        self.under(Operation::WriteMetadata, Some(path), self.versions()?.update_metadata(path, update)).await
    }

    async fn delete_versions(&self, path: &SecretPath, versions: &[u64]) -> Result<()> {
        self.under(Operation::Delete, Some(path), self.versions()?.delete_versions(path, versions)).await
    }

    async fn undelete(&self, path: &SecretPath, versions: &[u64]) -> Result<()> {
        self.under(Operation::Undelete, Some(path), self.versions()?.undelete(path, versions)).await
    }

    async fn destroy(&self, path: &SecretPath, versions: &[u64]) -> Result<()> {
        self.under(Operation::Destroy, Some(path), self.versions()?.destroy(path, versions)).await
    }

    async fn remove(&self, path: &SecretPath) -> Result<()> {
        self.under(Operation::Delete, Some(path), self.versions()?.remove(path)).await
    }
}
