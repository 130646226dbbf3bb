//! One interface over the places where secrets live.

mod buffer;
mod config;
mod context;
mod credential;
mod environment;
mod error;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod info;
#[cfg(feature = "json")]
pub mod json;
mod options;
mod path;
pub mod provider;
mod secret;
mod store;
mod versioned;
pub mod wrapper;

pub use config::StoreConfig;
pub use context::{OpenContext, Prompt};
pub use credential::CredentialRef;
pub use environment::Environment;
pub use error::{Detail, Error, ErrorKind, Result};
pub use info::{Capabilities, StoreInfo};
pub use options::{Precondition, ReadOptions, WriteMode, WriteOptions};
pub use path::{FieldName, PathError, SecretPath, VALUE_FIELD};
pub use secret::{Secret, SecretFields, SecretValue, SecretVersion, ValueKind};
pub use store::{DEFAULT_CONCURRENCY, SecretStore, SecretStoreExt, missing_field};
pub use versioned::{MetadataUpdate, SecretMetadata, VersionInfo, VersionMetadata, VersionedStore};
