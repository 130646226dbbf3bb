//! Any [`SecretStore`](secret_store::SecretStore), served over Vault's HTTP API.

mod anchored;
mod api;
mod audit;
mod auth;
mod beside;
mod bridge;
mod builder;
mod changed;
pub mod config;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod hashed;
mod http;
mod lanes;
mod limit;
mod metrics;
mod mount;
mod names;
mod open;
pub mod policy;
mod recent;
mod route;
pub mod server;
mod stale;
mod state;
pub mod token;
#[cfg(feature = "otel")]
mod trace;
mod ui;

pub use self::bridge::Bridge;
pub use self::builder::Builder;
pub use self::changed::WriteListener;
pub use self::http::{Handler, Peer, Request, Response};
pub use self::mount::KvVersion;
pub use self::open::{OpenError, OpenWith, Opened};
#[cfg(feature = "otel")]
pub use self::trace::Described;
