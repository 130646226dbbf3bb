//! One request and one answer, with no socket in sight: what the server hands to the bridge, and gets back.

pub(crate) mod buffers;
mod request;
mod response;

use async_trait::async_trait;

pub use self::request::{Peer, Request};
pub use self::response::Response;

/// What answers requests. The [server](crate::server) knows no more of it.
#[async_trait]
pub trait Handler: std::fmt::Debug + Send + Sync + 'static {
    /// Answers one request: never fails, an error is an answer too. Dropped when the client has gone away.
    async fn handle(&self, request: Request) -> Response;

    /// Somebody has connected.
    fn connection_opened(&self) {}

    /// A connection that was opened is closed.
    fn connection_closed(&self) {}
}
