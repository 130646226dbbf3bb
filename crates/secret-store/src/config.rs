//! Which store, and how it is set up: what a configuration file says.

#[cfg(not(all(feature = "age", feature = "vault")))]
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

#[cfg(feature = "age")]
use crate::provider::age::AgeConfig;
#[cfg(feature = "file")]
use crate::provider::file::FileConfig;
#[cfg(feature = "vault")]
use crate::provider::vault::VaultConfig;
use crate::wrapper::RetryPolicy;
use crate::{OpenContext, Result, SecretStore};

/// Which store, and how it is set up. `provider` names the provider; the other fields are its own.
///
/// ```yaml
/// store: { provider: age, path: store, identities: [age.key] }
/// ```
///
/// A provider that this build leaves out is known by its name: the error says which feature brings it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "provider", rename_all = "lowercase", deny_unknown_fields)]
#[cfg_attr(
    feature = "vault",
    expect(clippy::large_enum_variant, reason = "there is one in a program, and it is not moved about")
)]
#[non_exhaustive]
pub enum StoreConfig {
    /// A directory tree, each file encrypted with age.
    #[cfg(feature = "age")]
    Age(AgeConfig),
    #[doc(hidden)]
    #[cfg(not(feature = "age"))]
    #[cfg_attr(feature = "schema", schemars(skip))]
    #[serde(rename = "age", skip_serializing, deserialize_with = "left_out::age")]
    NoAge(Infallible),
    /// A directory tree of plain files.
    #[cfg(feature = "file")]
    File(FileConfig),
    #[doc(hidden)]
    #[cfg(not(feature = "file"))]
    #[cfg_attr(feature = "schema", schemars(skip))]
    #[serde(rename = "file", skip_serializing, deserialize_with = "left_out::file")]
    NoFile(Infallible),
    /// Vault or OpenBao.
    #[cfg(feature = "vault")]
    Vault(VaultConfig),
    #[doc(hidden)]
    #[cfg(not(feature = "vault"))]
    #[cfg_attr(feature = "schema", schemars(skip))]
    #[serde(rename = "vault", skip_serializing, deserialize_with = "left_out::vault")]
    NoVault(Infallible),
}

impl StoreConfig {
    /// Opens the store.
    ///
    /// # Errors
    /// As its provider: [`Invalid`](crate::Error::Invalid) when it is set up in a way that makes no sense,
    /// [`Unauthenticated`](crate::Error::Unauthenticated) when a credential cannot be had.
    #[cfg_attr(
        not(any(feature = "file", feature = "vault")),
        expect(
            clippy::unused_async,
            unused_variables,
            reason = "without a provider there is nothing to open"
        )
    )]
    pub async fn open(&self, context: &OpenContext) -> Result<Arc<dyn SecretStore>> {
        match self {
            #[cfg(feature = "age")]
            Self::Age(config) => Ok(Arc::new(config.open(context).await?)),
            #[cfg(feature = "file")]
            Self::File(config) => Ok(Arc::new(config.open(context).await?)),
            #[cfg(feature = "vault")]
            Self::Vault(config) => Ok(Arc::new(config.open(context).await?)),
            #[cfg(not(feature = "vault"))]
            Self::NoVault(never) => match *never {},
            #[cfg(not(feature = "age"))]
            Self::NoAge(never) => match *never {},
            #[cfg(not(feature = "file"))]
            Self::NoFile(never) => match *never {},
        }
    }
}

impl StoreConfig {
    /// How often and how long this store is asked again: a server as its configuration has it, a local one three times within
    /// 20 s.
    #[must_use]
    pub fn retry_policy(&self) -> RetryPolicy {
        match self {
            #[cfg(feature = "vault")]
            Self::Vault(config) => config.retry.policy(),
            _ => RetryPolicy {
                max_attempts: 3,
                max: Duration::from_secs(5),
                deadline: Some(Duration::from_secs(20)),
                ..RetryPolicy::default()
            },
        }
    }

    /// Whether asking this store is asking a server, which may take its time.
    #[must_use]
    pub fn is_remote(&self) -> bool {
        match self {
            #[cfg(feature = "vault")]
            Self::Vault(_) => true,
            _ => false,
        }
    }
}

/// What says that a provider is known, and which feature brings it.
#[cfg(not(all(feature = "age", feature = "vault")))]
mod left_out {
    use std::convert::Infallible;

    use serde::de::{Deserializer, Error};

    #[cfg(not(feature = "age"))]
    pub(super) fn age<'de, D: Deserializer<'de>>(_: D) -> Result<Infallible, D::Error> {
        Err(error("age"))
    }

    #[cfg(not(feature = "file"))]
    pub(super) fn file<'de, D: Deserializer<'de>>(_: D) -> Result<Infallible, D::Error> {
        Err(error("file"))
    }

    #[cfg(not(feature = "vault"))]
    pub(super) fn vault<'de, D: Deserializer<'de>>(_: D) -> Result<Infallible, D::Error> {
        Err(error("vault"))
    }

    fn error<E: Error>(name: &str) -> E {
        E::custom(format_args!(
            "this build leaves the provider {name:?} out: build it with the feature {name:?}"
        ))
    }
}
