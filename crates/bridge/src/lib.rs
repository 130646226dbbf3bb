//! Any [`SecretStore`](secret_store::SecretStore), served over Vault's HTTP API.

mod api;
mod bridge;
mod builder;
pub mod config;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod http;
mod lanes;
mod mount;
mod open;
pub mod policy;
mod route;
pub mod server;
mod state;
pub mod token;

pub use self::bridge::Bridge;
pub use self::builder::Builder;
pub use self::http::{Handler, Peer, Request, Response};
pub use self::mount::KvVersion;
pub use self::open::{OpenError, OpenWith, Opened};
