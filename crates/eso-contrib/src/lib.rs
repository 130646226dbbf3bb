//! eso-contrib
mod config;
mod contributor;
mod error;
mod version;

pub mod api;

pub use config::{BridgeUrl, MountPath, RuntimeSync};
pub use contributor::{
    ClusterSecretStoreWithToken, ExternalSecrets, ExternalSecretsHelmRelease, RuntimeSyncRequired,
    contributors,
};
pub use error::{Error, ErrorKind, Result, SecretId, SecretProblem, SecretProblemReason};
pub use version::{ApiVersion, EsoVersion};
