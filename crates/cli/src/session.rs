//! A configuration with its store open and its audit log listening.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use events::{AuditLog, Clock, EventBus, FanOut, SystemClock};
use secret_store::wrapper::{MountTable, RetryPolicy};
use secret_store::{OpenContext, SecretPath, SecretStore, SecretStoreExt as _, StoreConfig};

use crate::config::{ConfigError, Loaded, load};
use crate::deadline;
use crate::env::actor;
use crate::error::{Error, Result};
use crate::output::Output;
use crate::progress::Progress;
use crate::prompt::Terminal;

/// A person waits for one secret: a store that is not there after this is reported.
const PATIENCE: Duration = Duration::from_secs(20);

/// A configuration with its store open and its audit log listening.
#[derive(Debug)]
pub(crate) struct Session {
    /// What the store was opened with.
    pub(crate) context: OpenContext,
    pub(crate) loaded: Loaded,
    pub(crate) store: Arc<dyn SecretStore>,
    pub(crate) bus: Arc<dyn EventBus>,
    log: AuditLog,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) progress: Progress,
}

impl Session {
    /// Opens what the configuration at `path` names. The audit log comes first: what cannot be noted is not done.
    pub(crate) async fn open(path: &Path, deadline: Option<Duration>, output: Output) -> Result<Self> {
        let loaded = load(path)?;
        let Some(store) = &loaded.config.store else {
            return Err(ConfigError::NoStore { path: path.to_owned() }.into());
        };
        let policy = store.retry_policy();
        let within = policy.deadline.map_or(PATIENCE, |within| within.min(PATIENCE));
        Self::with_policy(loaded, RetryPolicy { deadline: Some(within), ..policy }, deadline, output).await
    }

    /// Opens what a configuration names that was read already. Where it names no store, there is one without any path.
    /// The store is asked again for as long as the configuration says.
    pub(crate) async fn of(loaded: Loaded, deadline: Option<Duration>, output: Output) -> Result<Self> {
        let policy = loaded.config.store.as_ref().map(StoreConfig::retry_policy).unwrap_or_default();
        Self::with_policy(loaded, policy, deadline, output).await
    }

    async fn with_policy(
        loaded: Loaded,
        policy: RetryPolicy,
        deadline: Option<Duration>,
        output: Output,
    ) -> Result<Self> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let progress = Progress::new(output, Arc::clone(&clock));
        let mut context = context(&loaded, &clock, &progress);
        context.deadline = deadline::of_store(deadline, loaded.config.store.as_ref(), &*clock);
        let folder = loaded.resolve(&loaded.config.audit.path);
        let log = AuditLog::open(folder, loaded.config.instance.as_str(), actor(&context.environment))?;
        let bus: Arc<dyn EventBus> = Arc::new(FanOut::new().with(log.clone()));
        let store: Arc<dyn SecretStore> = match &loaded.config.store {
            Some(config) => {
                let store = config.open(&context).await?.retrying(policy, Arc::clone(&clock));
                let store = store.until(context.deadline);
                scoped(store.audited(Arc::clone(&bus), Arc::clone(&clock)), loaded.config.scope.as_ref())
            }
            None => Arc::new(MountTable::new()),
        };
        Ok(Self { context, loaded, store, bus, log, clock, progress })
    }

    /// Brings the audit log to the disk, as the output is.
    pub(crate) async fn sync_log(&self) -> Result<()> {
        let log = self.log.clone();
        let synced = tokio::task::spawn_blocking(move || log.sync()).await;
        Ok(synced.map_err(|_| Error::Internal)??)
    }
}

/// The operating system's clocks.
pub(crate) fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock::new())
}

/// The instance's part of a store.
pub(crate) fn scoped(store: impl SecretStore + 'static, scope: Option<&SecretPath>) -> Arc<dyn SecretStore> {
    match scope {
        Some(scope) => Arc::new(store.scoped(scope.clone())),
        None => Arc::new(store),
    }
}

/// What a store is opened with.
pub(crate) fn context(loaded: &Loaded, clock: &Arc<dyn Clock>, progress: &Progress) -> OpenContext {
    let terminal = Terminal::new(progress.clone());
    OpenContext::new(loaded.base_dir()).with_clock(Arc::clone(clock)).with_prompt(Arc::new(terminal))
}
