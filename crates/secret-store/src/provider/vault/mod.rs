//! Vault and OpenBao, over their HTTP API.

mod address;
mod auth;
mod config;
mod deadline;
mod environment;
mod error;
mod kv;
mod request;
mod session;
mod status;
mod store;
mod transport;

pub use self::auth::AuthConfig;
pub use self::config::{KvVersion, TlsConfig, VaultConfig};
pub use self::environment::{ENVIRONMENT, EnvironmentVariable};
pub use self::store::VaultStore;
