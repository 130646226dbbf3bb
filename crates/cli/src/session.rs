//! A configuration with its store open and its audit log listening.

use std::path::Path;
use std::sync::Arc;

use events::{AuditLog, Clock, EventBus, FanOut, SystemClock};
use secret_store::{OpenContext, SecretStore, StoreConfig};

use crate::config::{Loaded, load};
use crate::env::actor;
use crate::error::Result;
use crate::output::Output;
use crate::progress::Progress;
use crate::prompt::Terminal;

/// A configuration with its store open and its audit log listening.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) loaded: Loaded,
    pub(crate) store: Arc<dyn SecretStore>,
    pub(crate) bus: Arc<dyn EventBus>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) progress: Progress,
}

impl Session {
    /// Opens what the configuration at `path` names. The audit log comes first: what cannot be noted is not done.
    pub(crate) async fn open(path: &Path, output: Output) -> Result<Self> {
        let loaded = load(path)?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let progress = Progress::new(output, Arc::clone(&clock));
        let context = context(&loaded, &clock, &progress);
        let folder = loaded.resolve(&loaded.config.audit.path);
        let log = AuditLog::open(folder, loaded.config.instance.as_str(), actor(&context.environment))?;
        let bus: Arc<dyn EventBus> = Arc::new(FanOut::new().with(log));
        let store = open_store(&loaded.config.store, &context, &bus, &clock).await?;
        Ok(Self { loaded, store, bus, clock, progress })
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
    let _ = (bus, clock);
    Ok(store)
}
