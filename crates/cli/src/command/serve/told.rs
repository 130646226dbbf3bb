//! Telling the operator what was written through the bridge.

use std::sync::Arc;
use std::time::Duration;

use bridge::Bridge;
use bridge::config::BridgeConfig;
use events::Clock;
use force_sync::{ForceSync, Queue};
use secret_store::StoreConfig;
use tokio::task::JoinHandle;

use crate::config::Loaded;
use crate::error::Result;

/// What was written last may still be on its way to the operator when the server ends: it waits so long for that.
const LAST: Duration = Duration::from_secs(5);

/// Tells the operator for as long as the bridge answers; nobody where the settings do not say so.
pub(super) struct Telling(Option<(Arc<Queue>, JoinHandle<()>)>);

impl Telling {
    /// Has the operator told of what is written through this bridge.
    pub(super) async fn start(
        bridge: &Bridge,
        config: &BridgeConfig,
        loaded: &Loaded,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self> {
        let Some(settings) = &config.force_sync else { return Ok(Self(None)) };
        let mut access = settings.access();
        access.kubeconfig = access.kubeconfig.map(|path| loaded.resolve(&path));
        let namespaces = settings.namespaces.clone();
        let force_sync =
            ForceSync::open(&access, loaded.config.readers(settings), namespaces, Arc::clone(clock)).await?;
        // Another bridge over the same store has not seen the write. Over files, there is one bridge.
        let may_have_others = matches!(loaded.config.store, Some(StoreConfig::Vault(_)));
        let again = settings.again_after.or_else(|| may_have_others.then_some(config.cache.ttl));
        let queue = Arc::new(Queue::new(force_sync, again, Arc::clone(clock)));
        bridge.listen(Arc::<Queue>::clone(&queue));
        let running = Arc::clone(&queue);
        Ok(Self(Some((queue, tokio::spawn(async move { running.run().await })))))
    }

    /// Tells what was written last.
    pub(super) async fn end(self) {
        if let Self(Some((queue, task))) = self {
            queue.end();
            if tokio::time::timeout(LAST, task).await.is_err() {
                tracing::warn!("ended before the operator was told of everything that was written");
            }
        }
    }
}
