//! Requests with a token: logs in when there is none, renews it in time, and gets another when it is no longer taken.

mod lease;
mod pause;
mod token;
mod upkeep;

use std::sync::Arc;

use self::upkeep::Upkeep;
use super::VaultConfig;
use super::error::TransportError;
use super::request::{Reply, Request};
use super::transport::Transport;
use crate::{OpenContext, Result, SecretPath};

/// A [`Transport`] and the token that its requests carry.
#[derive(Debug)]
pub(super) struct Session {
    upkeep: Arc<Upkeep>,
}

/// What [`Session::send`] cannot give.
#[derive(Debug)]
pub(super) enum SendError {
    /// No token could be had; already an error by category.
    Login(crate::Error),
    /// The request itself was not answered.
    Transport(TransportError),
}

impl SendError {
    pub(super) fn into_error(self, operation: &'static str, path: Option<&SecretPath>) -> crate::Error {
        match self {
            Self::Login(error) => error.during(operation, path),
            Self::Transport(error) => error.into_error(operation, path),
        }
    }
}

impl Session {
    /// Reads no credential and connects to nobody yet.
    pub(super) fn open(config: &VaultConfig, context: &OpenContext) -> Result<Self> {
        Ok(Self { upkeep: Arc::new(Upkeep::open(config, context)?) })
    }

    pub(super) fn transport(&self) -> &Transport {
        self.upkeep.transport()
    }

    /// Sends a request with the store's token and namespace, which it fills in. A 403 that a dead token explains is answered
    /// by getting a new one, once, and asking again; any other reply is the caller's, whatever its status.
    pub(super) async fn send(&self, mut request: Request) -> Result<Reply, SendError> {
        if request.namespace.is_none() {
            request.namespace = self.upkeep.namespace().map(str::to_owned);
        }
        let token = self.upkeep.token().await.map_err(SendError::Login)?;
        request.token = Some(token.value.clone());
        let reply = Box::pin(self.transport().send(&request)).await.map_err(SendError::Transport)?;
        token.note(reply.status);
        if reply.status != 403 {
            return Ok(reply);
        }
        let other = self.upkeep.token_after_refusal(&token).await.map_err(SendError::Login)?;
        if other.generation == token.generation {
            return Ok(reply);
        }
        drop(reply);
        request.token = Some(other.value.clone());
        let reply = Box::pin(self.transport().send(&request)).await.map_err(SendError::Transport)?;
        other.note(reply.status);
        Ok(reply)
    }
}
