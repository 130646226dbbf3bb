//! The interface.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use events::{Clock, EventBus};
use futures::StreamExt as _;
use futures::future::BoxFuture;
use futures::stream;

#[cfg(feature = "json")]
use crate::wrapper::Numbered;
use crate::wrapper::{Audited, CachePolicy, Cached, ReadOnly, RetryPolicy, Retrying, Scoped, Withheld};
use crate::{
    Detail, Error, ErrorKind, ReadOptions, Result, Secret, SecretFields, SecretPath, SecretValue,
    SecretVersion, StoreInfo, VersionedStore, WriteOptions,
};

/// How many reads [`SecretStore::read_many`] has under way at once, unless the provider knows better.
pub const DEFAULT_CONCURRENCY: usize = 16;

/// A place where secrets live.
///
/// Holds what a provider must supply and no more; conveniences and wrappers are in
/// [`SecretStoreExt`](crate::SecretStoreExt). What a store cannot do, its
/// [`capabilities`](StoreInfo::capabilities) say, and the call answers [`Unsupported`](Error::Unsupported).
#[async_trait]
pub trait SecretStore: Debug + Send + Sync {
    /// What this store is and can do. Cheap; asks nobody.
    fn info(&self) -> StoreInfo;

    /// Reads the fields at `path`.
    ///
    /// # Errors
    /// [`NotFound`](Error::NotFound) only when the store says that there is no such secret (or version); every other
    /// trouble by its own category.
    async fn read(&self, path: &SecretPath, options: ReadOptions) -> Result<Secret>;

    /// Reads the current version of each path; the answers are in the order of the paths. A store that can read many at
    /// once overrides this.
    async fn read_many(&self, paths: &[SecretPath]) -> Vec<Result<Secret>> {
        let reads: Vec<_> = paths.iter().map(|path| self.read(path, ReadOptions::current())).collect();
        stream::iter(reads).buffered(DEFAULT_CONCURRENCY).collect().await
    }

    /// Writes `fields` at `path` and returns the version that they became. All or nothing: a reader sees the fields
    /// before or after, and so does one who comes after a crash.
    ///
    /// # Errors
    /// [`Conflict`](Error::Conflict) when the [`precondition`](WriteOptions::precondition) does not hold;
    /// [`Invalid`](Error::Invalid) when there is no field, or one that the store cannot hold. Then nothing has changed.
    async fn write(
        &self,
        path: &SecretPath,
        fields: SecretFields,
        options: WriteOptions,
    ) -> Result<SecretVersion>;

    /// Removes the secret at `path`, if there is one. What lies below `path` stays.
    ///
    /// # Errors
    /// Never [`NotFound`](Error::NotFound): there being nothing to delete is success.
    async fn delete(&self, path: &SecretPath) -> Result<()>;

    /// The paths of the secrets below `prefix` (or of all), at any depth, sorted. A secret at `prefix` itself is not
    /// below it. An empty answer is not an error.
    ///
    /// # Errors
    /// By category; a store that cannot look everywhere fails and does not answer with a part.
    async fn list(&self, prefix: Option<&SecretPath>) -> Result<Vec<SecretPath>>;

    /// This store, when its secrets have numbered versions and notes.
    fn versioned(&self) -> Option<&dyn VersionedStore> {
        None
    }
}

/// What is the same for every store.
#[async_trait]
pub trait SecretStoreExt: SecretStore {
    /// Reads one field.
    ///
    /// # Errors
    /// As [`read`](SecretStore::read); [`NotFound`](Error::NotFound) as well when the secret is there and the field is
    /// not: then the message has the names of the fields that are.
    async fn read_field(&self, path: &SecretPath, field: &str) -> Result<SecretValue> {
        let secret = self.read(path, ReadOptions::current()).await?;
        secret.fields.get(field).cloned().ok_or_else(|| missing_field(path, field, &secret.fields))
    }

    /// Whether there is a secret at `path`.
    ///
    /// # Errors
    /// As [`read`](SecretStore::read), but for [`NotFound`](Error::NotFound).
    async fn exists(&self, path: &SecretPath) -> Result<bool> {
        match self.read(path, ReadOptions::current()).await {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// This store, asked again when it is unavailable. Innermost; see [`wrapper`](crate::wrapper) for the order.
    fn retrying(self, policy: RetryPolicy, clock: Arc<dyn Clock>) -> Retrying<Self>
    where
        Self: Sized,
    {
        Retrying::new(self, policy, clock)
    }

    /// This store, remembering what it read for a while.
    fn cached(self, policy: CachePolicy, clock: Arc<dyn Clock>) -> Cached<Self>
    where
        Self: Sized + 'static,
    {
        Cached::new(self, policy, clock)
    }

    /// This store, publishing what it is asked for. Fails closed unless told otherwise: see
    /// [`Audited::with_policy`].
    fn audited(self, bus: Arc<dyn EventBus>, clock: Arc<dyn Clock>) -> Audited<Self>
    where
        Self: Sized,
    {
        Audited::new(self, bus, clock)
    }

    /// What is below `prefix` of this store. Outermost.
    fn scoped(self, prefix: SecretPath) -> Scoped<Self>
    where
        Self: Sized,
    {
        Scoped::new(self, prefix)
    }

    /// This store with numbered versions and notes, by records that it keeps below `records`. Around retrying, inside of
    /// everything else.
    #[cfg(feature = "json")]
    fn numbered(self, records: SecretPath, clock: Arc<dyn Clock>) -> Numbered<Self>
    where
        Self: Sized,
    {
        Numbered::new(self, records, clock)
    }

    /// This store without what is at and below `paths`.
    fn withheld(self, paths: Vec<SecretPath>) -> Withheld<Self>
    where
        Self: Sized,
    {
        Withheld::new(self, paths)
    }

    /// This store without its writes and deletes.
    fn read_only(self) -> ReadOnly<Self>
    where
        Self: Sized,
    {
        ReadOnly::new(self)
    }
}

impl<S: SecretStore + ?Sized> SecretStoreExt for S {}

/// The error for a secret that is there but lacks a field.
#[must_use]
pub fn missing_field(path: &SecretPath, field: &str, fields: &SecretFields) -> Error {
    let names: Vec<_> = fields.names().map(ToString::to_string).collect();
    let reason = format!("no field {field:?}; its fields are {}", names.join(", "));
    Error::new(ErrorKind::NotFound, Detail::new("read", reason).at(path))
}

macro_rules! forward {
    ($($pointer:ty),+) => {$(
        #[async_trait]
        #[deny(clippy::missing_trait_methods)]
        impl<S: SecretStore + ?Sized> SecretStore for $pointer {
            fn info(&self) -> StoreInfo {
                (**self).info()
            }

            // As `async_trait` writes it: the answer has a box already, and needs none around it.
            fn read<'s, 'p, 'a>(&'s self, path: &'p SecretPath, options: ReadOptions) -> BoxFuture<'a, Result<Secret>>
            where
                's: 'a,
                'p: 'a,
                Self: 'a,
            {
                (**self).read(path, options)
            }

            async fn read_many(&self, paths: &[SecretPath]) -> Vec<Result<Secret>> {
                (**self).read_many(paths).await
            }

            async fn write(
                &self,
                path: &SecretPath,
                fields: SecretFields,
                options: WriteOptions,
            ) -> Result<SecretVersion> {
                (**self).write(path, fields, options).await
            }

            async fn delete(&self, path: &SecretPath) -> Result<()> {
                (**self).delete(path).await
            }

            async fn list(&self, prefix: Option<&SecretPath>) -> Result<Vec<SecretPath>> {
                (**self).list(prefix).await
            }

            fn versioned(&self) -> Option<&dyn VersionedStore> {
                (**self).versioned()
            }
        }
    )+};
}

forward!(Arc<S>, Box<S>);
