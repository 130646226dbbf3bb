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

pub use self::auth::{
    AppRoleAuth, AuthConfig, CertAuth, JwtAuth, KubernetesAuth, RoleId, TokenAuth, UserPassAuth,
};
pub use self::config::{KvVersion, TlsConfig, VaultConfig};
pub use self::environment::{ENVIRONMENT, EnvironmentVariable};
pub use self::store::VaultStore;
