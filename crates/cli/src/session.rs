//! A configuration with its store open and its audit log listening.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use events::{AuditLog, Clock, EventBus, FanOut, SystemClock};
use secret_store::wrapper::{MountTable, RetryPolicy};
use secret_store::{OpenContext, SecretStore, SecretStoreExt as _, StoreConfig};

use crate::config::{ConfigError, Loaded, load};
use crate::env::actor;
use crate::error::{Error, Result};
use crate::output::Output;
use crate::progress::Progress;
use crate::prompt::Terminal;

/// A person waits: a store that is not there after this is reported.
const RETRIES: RetryPolicy = RetryPolicy {
    max_attempts: 3,
    initial: Duration::from_millis(100),
    max: Duration::from_secs(5),
    deadline: Some(Duration::from_secs(20)),
};

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
    pub(crate) async fn open(path: &Path, output: Output) -> Result<Self> {
        let loaded = load(path)?;
        if loaded.config.store.is_none() {
            return Err(ConfigError::NoStore { path: path.to_owned() }.into());
        }
        Self::of(loaded, output).await
    }

    /// Opens what a configuration names that was read already. Where it names no store, there is one without any path.
    pub(crate) async fn of(loaded: Loaded, output: Output) -> Result<Self> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let progress = Progress::new(output, Arc::clone(&clock));
        let context = context(&loaded, &clock, &progress);
        let folder = loaded.resolve(&loaded.config.audit.path);
        let log = AuditLog::open(folder, loaded.config.instance.as_str(), actor(&context.environment))?;
        let bus: Arc<dyn EventBus> = Arc::new(FanOut::new().with(log.clone()));
        let store: Arc<dyn SecretStore> = match &loaded.config.store {
            Some(config) => open_store(config, &context, &bus, &clock).await?,
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

/// What a store is opened with.
fn context(loaded: &Loaded, clock: &Arc<dyn Clock>, progress: &Progress) -> OpenContext {
    let terminal = Terminal::new(progress.clone());
    OpenContext::new(loaded.base_dir()).with_clock(Arc::clone(clock)).with_prompt(Arc::new(terminal))
}

async fn open_store(
    config: &StoreConfig,
    context: &OpenContext,
    bus: &Arc<dyn EventBus>,
    clock: &Arc<dyn Clock>,
) -> Result<Arc<dyn SecretStore>> {
    let store = config.open(context).await?;
    let retried = store.retrying(RETRIES, Arc::clone(clock));
    Ok(Arc::new(retried.audited(Arc::clone(bus), Arc::clone(clock))))
}
