//! Which store, and how it is set up: what a configuration file says.

#[cfg(not(all(feature = "file", feature = "age")))]
use std::convert::Infallible;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

#[cfg(feature = "file")]
use crate::provider::file::FileConfig;
use crate::{OpenContext, Result, SecretStore};

/// Which store, and how it is set up. `provider` names the provider; the other fields are its own.
///
/// ```yaml
/// store: { provider: file, path: store }
/// ```
///
/// A provider that this build leaves out is known by its name: the error says which feature brings it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "provider", rename_all = "lowercase", deny_unknown_fields)]
#[non_exhaustive]
pub enum StoreConfig {
    /// A directory tree of plain files.
    #[cfg(feature = "file")]
    File(FileConfig),
    #[doc(hidden)]
    #[cfg(not(feature = "file"))]
    #[cfg_attr(feature = "schema", schemars(skip))]
    #[serde(rename = "file", skip_serializing, deserialize_with = "no_file")]
    NoFile(Infallible),
}

impl StoreConfig {
    /// Opens the store.
    ///
    /// # Errors
    /// As its provider: [`Invalid`](crate::Error::Invalid) when it is set up in a way that makes no sense,
    /// [`Unauthenticated`](crate::Error::Unauthenticated) when a credential cannot be had.
    #[cfg_attr(
        not(feature = "file"),
        expect(
            clippy::unused_async,
            unused_variables,
            reason = "without a provider there is nothing to open"
        )
    )]
    pub async fn open(&self, context: &OpenContext) -> Result<Arc<dyn SecretStore>> {
        match self {
            #[cfg(feature = "file")]
            Self::File(config) => Ok(Arc::new(config.open(context).await?)),
            #[cfg(not(feature = "file"))]
            Self::NoFile(never) => match *never {},
        }
    }
}

#[cfg(not(feature = "file"))]
fn no_file<'de, D: serde::Deserializer<'de>>(_: D) -> Result<Infallible, D::Error> {
    Err(left_out("file"))
}

#[cfg(not(all(feature = "file", feature = "age")))]
fn left_out<E: serde::de::Error>(name: &str) -> E {
    E::custom(format_args!("this build leaves the provider {name:?} out: build it with the feature {name:?}"))
}
