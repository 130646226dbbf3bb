//! Without the feature `otel`, nothing is traced.

use std::sync::Arc;

use bridge::{Bridge, Handler};
use secret_store::{Environment, SecretStore};

/// Nothing.
pub(super) struct Telemetry;

impl Telemetry {
    #[expect(clippy::unnecessary_wraps, reason = "with the feature, what it is told may make no sense")]
    pub(super) fn of(_environment: &Environment) -> crate::error::Result<Self> {
        Ok(Self)
    }

    #[expect(clippy::unused_self, reason = "as with the feature")]
    pub(super) fn handler(&self, bridge: Arc<Bridge>) -> Arc<dyn Handler> {
        bridge
    }

    #[expect(clippy::unused_self, reason = "as with the feature")]
    pub(super) fn store(&self, store: Arc<dyn SecretStore>) -> Arc<dyn SecretStore> {
        store
    }

    #[expect(clippy::unused_async, reason = "as with the feature")]
    pub(super) async fn end(self) {}
}
