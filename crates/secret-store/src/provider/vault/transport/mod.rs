//! HTTP: one pool of connections, bounded, with time-outs. It sends a request once, and knows nothing of secrets.

use super::VaultConfig;
use super::error::TransportError;
use super::request::{Reply, Request};
use crate::{OpenContext, Result};

/// The way to one server. Cheap to share by reference; all requests of a store go through one.
#[derive(Debug)]
pub(super) struct Transport {}

impl Transport {
    /// Reads certificates; connects to nobody yet.
    pub(super) fn open(config: &VaultConfig, context: &OpenContext) -> Result<Self> {
        let _ = (config, context);
        Ok(Self {})
    }

    /// The server's address, for people: `https://vault.example:8200`.
    pub(super) fn address(&self) -> &str {
        ""
    }

    /// Sends the request once. Waits for its turn when as many as configured are under way.
    #[expect(clippy::unused_async, reason = "skeleton")]
    pub(super) async fn send(&self, request: &Request) -> Result<Reply, TransportError> {
        let _ = request;
        unimplemented!()
    }
}
