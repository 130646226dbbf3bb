//! A store that is asked again.

mod attempts;
mod policy;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use events::Clock;

use self::attempts::{Attempts, GaveUp};
pub use self::policy::{RetryConfig, RetryPolicy};
use crate::{
    Detail, Error, ErrorKind, MetadataUpdate, Precondition, ReadOptions, Result, Secret, SecretFields,
    SecretMetadata, SecretPath, SecretStore, SecretVersion, StoreInfo, VersionedStore, WriteOptions,
};

/// How many of those that failed are read first: as many as are under way at once anyhow.
const LEAD: usize = crate::DEFAULT_CONCURRENCY;

/// A store that is asked again when it was [unavailable](crate::ErrorKind::Unavailable) or
/// [asked too often](crate::ErrorKind::RateLimited); see [`Error::is_retryable`]. Any other error is an answer.
///
/// Between two attempts it waits for a random time up to a bound that doubles with each attempt ("full jitter"), so that
/// many who failed at once do not come back at once; but never for less than the store
/// [asked for](Error::retry_after). After giving up, the error says how many attempts were made.
///
/// A write under a [`Precondition`] is attempted **once**: if it happened and only its answer was lost, a second attempt
/// would find the version changed by the first and report a conflict with itself. Read, and write again. A write without a
/// precondition and a delete are repeated: doing them twice leaves what doing them once does (and may make two versions).
///
/// When many were read at once and the store is gone, a few of them are asked for first: a thousand paths are not a thousand
/// attempts, each with its own time-out, at a store that is down.
///
/// An attempt that hangs is not cut short: time-outs are the provider's, which knows what it may cut.
#[derive(Debug)]
pub struct Retrying<S> {
    inner: S,
    policy: RetryPolicy,
    clock: Arc<dyn Clock>,
    run: Option<Duration>,
    random: Mutex<fastrand::Rng>,
}

impl<S: SecretStore> Retrying<S> {
    /// Asks `inner` again under this policy.
    #[must_use]
    pub fn new(inner: S, policy: RetryPolicy, clock: Arc<dyn Clock>) -> Self {
        Self { inner, policy, clock, run: None, random: Mutex::new(fastrand::Rng::new()) }
    }

    /// With waits that depend on this seed alone.
    #[must_use]
    pub fn with_seed(self, seed: u64) -> Self {
        Self { random: Mutex::new(fastrand::Rng::with_seed(seed)), ..self }
    }

    /// No attempt begins after this, on the clock's monotonic time, and no wait goes beyond: what
    /// [`OpenContext::deadline`](crate::OpenContext::deadline) is. The error says so, and
    /// [is final](Error::is_final).
    #[must_use]
    pub fn until(self, deadline: Option<Duration>) -> Self {
        Self { run: deadline, ..self }
    }

    fn begin(&self, operation: &'static str, path: Option<&SecretPath>) -> Result<Attempts> {
        let now = self.clock.monotonic();
        if self.run.is_none_or(|run| now < run) {
            return Ok(Attempts::begin(now));
        }
        let reason = "the run's deadline has passed; the store was not asked";
        let detail = Detail::new(operation, reason).store(self.info().describe()).not_again();
        Err(Error::new(ErrorKind::Unavailable, detail).with_path(path.cloned()))
    }

    /// Waits for the next attempt, unless there is none.
    async fn wait(&self, attempts: &mut Attempts, asked_for: Option<Duration>) -> Result<(), GaveUp> {
        let wait = self.backoff(attempts.fruitless).max(asked_for.unwrap_or_default());
        attempts.may_go_on(&self.policy, self.run, self.clock.monotonic(), wait)?;
        self.clock.sleep(wait).await;
        attempts.next();
        Ok(())
    }

    fn backoff(&self, made: u32) -> Duration {
        let doubled = self.policy.initial.saturating_mul(2_u32.saturating_pow(made - 1));
        let bound = u64::try_from(doubled.min(self.policy.max).as_nanos()).unwrap_or(u64::MAX);
        let mut random = self.random.lock().unwrap_or_else(PoisonError::into_inner);
        Duration::from_nanos(random.u64(..=bound))
    }

    async fn repeat<T, F>(
        &self,
        operation: &'static str,
        path: Option<&SecretPath>,
        call: impl Fn() -> F + Send + Sync,
    ) -> Result<T>
    where
        F: Future<Output = Result<T>> + Send,
        T: Send,
    {
        let mut attempts = self.begin(operation, path)?;
        loop {
            match call().await {
                Err(error) if error.is_retryable() => {
                    if let Err(why) = self.wait(&mut attempts, error.retry_after()).await {
                        return Err(attempts.give_up(error, why));
                    }
                }
                answer => return answer,
            }
        }
    }

    /// Reads the paths at `places` again; returns which are to be read once more, and how long the store asked to be left
    /// alone.
    async fn read_again(
        &self,
        paths: &[SecretPath],
        places: Vec<usize>,
        answers: &mut [Result<Secret>],
    ) -> (Vec<usize>, Option<Duration>) {
        let again: Vec<_> = places.iter().map(|at| paths[*at].clone()).collect();
        for (at, answer) in places.iter().zip(self.inner.read_many(&again).await) {
            answers[*at] = answer;
        }
        to_read_again(places, answers)
    }
}

/// Those of `places` whose answer is no answer yet, and how long the store asked to be left alone.
fn to_read_again(places: Vec<usize>, answers: &[Result<Secret>]) -> (Vec<usize>, Option<Duration>) {
    let error = |at: &usize| answers[*at].as_ref().err().filter(|error| error.is_retryable());
    let asked_for = places.iter().filter_map(|at| error(at)?.retry_after()).max();
    (places.into_iter().filter(|at| error(at).is_some()).collect(), asked_for)
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<S: SecretStore> SecretStore for Retrying<S> {
    fn info(&self) -> StoreInfo {
        self.inner.info()
    }

    async fn read(&self, path: &SecretPath, options: ReadOptions) -> Result<Secret> {
        self.repeat("read", Some(path), || self.inner.read(path, options.clone())).await
    }

    async fn read_many(&self, paths: &[SecretPath]) -> Vec<Result<Secret>> {
        let mut attempts = match self.begin("read", None) {
            Ok(attempts) => attempts,
            Err(late) => {
                return paths.iter().map(|path| Err(late.clone().with_path(Some(path.clone())))).collect();
            }
        };
        let mut answers = self.inner.read_many(paths).await;
        let (mut failed, mut asked_for) = to_read_again((0..paths.len()).collect(), &answers);
        if failed.len() < paths.len() {
            attempts.brought_something(self.clock.monotonic());
        }
        while !failed.is_empty() {
            if let Err(why) = self.wait(&mut attempts, asked_for).await {
                let give_up =
                    |error: Error| if error.is_retryable() { attempts.give_up(error, why) } else { error };
                return answers.into_iter().map(|answer| answer.map_err(give_up)).collect();
            }
            let before = failed.len();
            let rest = failed.split_off(failed.len().min(LEAD));
            let lead = failed.len();
            (failed, asked_for) = self.read_again(paths, failed, &mut answers).await;
            if failed.len() < lead && !rest.is_empty() {
                let (more, longer) = self.read_again(paths, rest, &mut answers).await;
                (failed, asked_for) = ([failed, more].concat(), asked_for.max(longer));
            } else {
                // Others are asked for first the next time: one that never answers must not stand for all.
                failed = [rest, failed].concat();
            }
            if failed.len() < before {
                attempts.brought_something(self.clock.monotonic());
            }
        }
        answers
    }

    async fn write(
        &self,
        path: &SecretPath,
        fields: SecretFields,
        options: WriteOptions,
    ) -> Result<SecretVersion> {
        if options.precondition == Precondition::None {
            return self
                .repeat("write", Some(path), || self.inner.write(path, fields.clone(), options.clone()))
                .await;
        }
        self.begin("write", Some(path))?;
        self.inner.write(path, fields, options).await.map_err(|error| {
            if !error.is_retryable() {
                return error;
            }
            let reason = format!("{}; not tried again, since it may have been done", error.detail().reason());
            error.with_reason(reason)
        })
    }

    async fn delete(&self, path: &SecretPath) -> Result<()> {
        self.repeat("delete", Some(path), || self.inner.delete(path)).await
    }

    async fn list(&self, prefix: Option<&SecretPath>) -> Result<Vec<SecretPath>> {
        self.repeat("list", prefix, || self.inner.list(prefix)).await
    }

    fn versioned(&self) -> Option<&dyn VersionedStore> {
        self.inner.versioned().map(|_| self as _)
    }
}

/// All of these leave, done twice, what they leave done once, and are repeated.
#[async_trait]
impl<S: SecretStore> VersionedStore for Retrying<S> {
    async fn metadata(&self, path: &SecretPath) -> Result<SecretMetadata> {
        let inner = super::versions_of(&self.inner, "read the metadata of", path)?;
        self.repeat("read the metadata of", Some(path), || inner.metadata(path)).await
    }

    async fn update_metadata(&self, path: &SecretPath, update: MetadataUpdate) -> Result<()> {
        let inner = super::versions_of(&self.inner, "change the metadata of", path)?;
        self.repeat("change the metadata of", Some(path), || inner.update_metadata(path, update.clone()))
            .await
    }

    async fn delete_versions(&self, path: &SecretPath, versions: &[u64]) -> Result<()> {
        let inner = super::versions_of(&self.inner, "delete", path)?;
        self.repeat("delete", Some(path), || inner.delete_versions(path, versions)).await
    }

    async fn undelete(&self, path: &SecretPath, versions: &[u64]) -> Result<()> {
        let inner = super::versions_of(&self.inner, "undelete", path)?;
        self.repeat("undelete", Some(path), || inner.undelete(path, versions)).await
    }

    async fn destroy(&self, path: &SecretPath, versions: &[u64]) -> Result<()> {
        let inner = super::versions_of(&self.inner, "destroy", path)?;
        self.repeat("destroy", Some(path), || inner.destroy(path, versions)).await
    }

    async fn remove(&self, path: &SecretPath) -> Result<()> {
        let inner = super::versions_of(&self.inner, "remove", path)?;
        self.repeat("remove", Some(path), || inner.remove(path)).await
    }
}
