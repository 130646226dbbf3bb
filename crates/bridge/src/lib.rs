//! Any [`SecretStore`](secret_store::SecretStore), served over Vault's HTTP API.

mod http;
pub mod policy;
pub mod server;
pub mod token;

pub use self::http::{Handler, Peer, Request, Response};
