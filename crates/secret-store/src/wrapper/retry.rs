//! A store that is asked again.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use events::Clock;

use crate::{
    Error, Precondition, ReadOptions, Result, Secret, SecretFields, SecretPath, SecretStore, SecretVersion,
    StoreInfo, WriteOptions,
};

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
/// An attempt that hangs is not cut short: time-outs are the provider's, which knows what it may cut.
#[derive(Debug)]
pub struct Retrying<S> {
    inner: S,
    policy: RetryPolicy,
    clock: Arc<dyn Clock>,
    random: Mutex<fastrand::Rng>,
}

/// How often and how long a store is asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RetryPolicy {
    /// How many attempts there are, the first one included; none counts as one.
    pub max_attempts: u32,
    /// The longest wait after the first attempt; doubles with each.
    pub initial: Duration,
    /// The longest wait, but for one that the store asks for.
    pub max: Duration,
    /// No attempt begins later than this after the first. A wait that would go beyond is not begun: the error comes at
    /// once. Without a deadline, a store that asks to be left alone for an hour is.
    pub deadline: Option<Duration>,
}

/// Five attempts within a minute: waits of up to 100 ms, 200 ms, 400 ms and 800 ms.
impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 5,
            initial: Duration::from_millis(100),
            max: Duration::from_secs(10),
            deadline: Some(Duration::from_mins(1)),
        }
    }
}

impl<S: SecretStore> Retrying<S> {
    /// Asks `inner` again under this policy.
    #[must_use]
    pub fn new(inner: S, policy: RetryPolicy, clock: Arc<dyn Clock>) -> Self {
        Self { inner, policy, clock, random: Mutex::new(fastrand::Rng::new()) }
    }

    /// With waits that depend on this seed alone.
    #[must_use]
    pub fn with_seed(self, seed: u64) -> Self {
        Self { random: Mutex::new(fastrand::Rng::with_seed(seed)), ..self }
    }

    fn begin(&self) -> Attempts {
        Attempts { made: 1, start: self.clock.monotonic() }
    }

    /// Waits for the next attempt; false when there is none.
    async fn wait(&self, attempts: &mut Attempts, asked_for: Option<Duration>) -> bool {
        if attempts.made >= self.policy.max_attempts {
            return false;
        }
        let wait = self.backoff(attempts.made).max(asked_for.unwrap_or_default());
        let spent = self.clock.monotonic().saturating_sub(attempts.start);
        if self.policy.deadline.is_some_and(|deadline| spent.saturating_add(wait) > deadline) {
            return false;
        }
        self.clock.sleep(wait).await;
        attempts.made += 1;
        true
    }

    fn backoff(&self, made: u32) -> Duration {
        let doubled = self.policy.initial.saturating_mul(2_u32.saturating_pow(made - 1));
        let bound = u64::try_from(doubled.min(self.policy.max).as_nanos()).unwrap_or(u64::MAX);
        let mut random = self.random.lock().unwrap_or_else(PoisonError::into_inner);
        Duration::from_nanos(random.u64(..=bound))
    }

    async fn repeat<T, F>(&self, call: impl Fn() -> F + Send + Sync) -> Result<T>
    where
        F: Future<Output = Result<T>> + Send,
        T: Send,
    {
        let mut attempts = self.begin();
        loop {
            match call().await {
                Err(error) if error.is_retryable() => {
                    if !self.wait(&mut attempts, error.retry_after()).await {
                        return Err(attempts.give_up(error));
                    }
                }
                answer => return answer,
            }
        }
    }
}

struct Attempts {
    made: u32,
    start: Duration,
}

impl Attempts {
    fn give_up(&self, error: Error) -> Error {
        let times = if self.made == 1 { "attempt" } else { "attempts" };
        let reason = format!("{}; gave up after {} {times}", error.detail().reason(), self.made);
        error.with_reason(reason)
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<S: SecretStore> SecretStore for Retrying<S> {
    fn info(&self) -> StoreInfo {
        self.inner.info()
    }

    async fn read(&self, path: &SecretPath, options: ReadOptions) -> Result<Secret> {
        self.repeat(|| self.inner.read(path, options.clone())).await
    }

    async fn read_many(&self, paths: &[SecretPath]) -> Vec<Result<Secret>> {
        let mut attempts = self.begin();
        let mut answers = self.inner.read_many(paths).await;
        loop {
            let failed = answers.iter().enumerate().filter_map(|(at, answer)| {
                let error = answer.as_ref().err().filter(|error| error.is_retryable())?;
                Some((at, error.retry_after()))
            });
            let (failed, asked_for): (Vec<usize>, Vec<_>) = failed.unzip();
            if failed.is_empty() {
                return answers;
            }
            if !self.wait(&mut attempts, asked_for.into_iter().flatten().max()).await {
                let give_up =
                    |error: Error| if error.is_retryable() { attempts.give_up(error) } else { error };
                return answers.into_iter().map(|answer| answer.map_err(give_up)).collect();
            }
            let again: Vec<_> = failed.iter().map(|at| paths[*at].clone()).collect();
            for (at, answer) in failed.into_iter().zip(self.inner.read_many(&again).await) {
                answers[at] = answer;
            }
        }
    }

    async fn write(
        &self,
        path: &SecretPath,
        fields: SecretFields,
        options: WriteOptions,
    ) -> Result<SecretVersion> {
        if options.precondition == Precondition::None {
            return self.repeat(|| self.inner.write(path, fields.clone(), options.clone())).await;
        }
        self.inner.write(path, fields, options).await.map_err(|error| {
            if !error.is_retryable() {
                return error;
            }
            let reason = format!("{}; not tried again, since it may have been done", error.detail().reason());
            error.with_reason(reason)
        })
    }

    async fn delete(&self, path: &SecretPath) -> Result<()> {
        self.repeat(|| self.inner.delete(path)).await
    }

    async fn list(&self, prefix: Option<&SecretPath>) -> Result<Vec<SecretPath>> {
        self.repeat(|| self.inner.list(prefix)).await
    }
}
