//! Stores that wrap stores: scope, read-only, cache, retry, audit, mounts.
//!
//! Each is a store itself. They are put around a store from the inside out, in this order:
//!
//! ```
//! use std::sync::Arc;
//! use events::{Clock, SystemClock};
//! use secret_store::wrapper::{CachePolicy, RetryPolicy};
//! use secret_store::{SecretPath, SecretStore, SecretStoreExt as _};
//!
//! fn stack(store: impl SecretStore + 'static, bus: Arc<dyn events::EventBus>) -> impl SecretStore {
//!     let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
//!     store
//!         .retrying(RetryPolicy::default(), clock.clone())
//!         .cached(CachePolicy::default(), clock.clone())
//!         .audited(bus, clock)
//!         .scoped(SecretPath::new("acme").unwrap())
//! }
//! ```
//!
//! - **Retry innermost**: all who wait for one read in the cache get one answer, after its retries. Outside of the cache,
//!   each of them would retry for itself.
//! - **The cache inside the audit**: a read is audited each time that somebody asks, also when the cache answers.
//! - **The scope outermost**: nothing inside needs to know of it, and the cache and the audit log speak of the store's own
//!   paths, whoever asks.
//!
//! [`Withheld`] goes around the cache, and inside the scope. [`ReadOnly`] goes anywhere; outermost it keeps writes from even being audited. A [`MountTable`] makes one store of
//! several: put what belongs to one store (retry, cache) inside the mounts, and what belongs to the caller (audit, scope)
//! around the table.

mod audited;
mod cached;
mod mount;
#[cfg(feature = "json")]
mod numbered;
mod read_only;
mod retry;
mod scoped;
mod withheld;

pub use audited::{AuditPolicy, Audited};
pub use cached::{CachePolicy, CacheSnapshot, CacheStats, Cached};
pub use mount::MountTable;
#[cfg(feature = "json")]
pub use numbered::Numbered;
pub use read_only::ReadOnly;
pub use retry::{RetryConfig, RetryPolicy, Retrying};
pub use scoped::Scoped;
pub use withheld::Withheld;

/// The error for a path that a batch of the store in it has no answer for: the provider is at fault.
fn too_few_answers(path: &crate::SecretPath) -> crate::Error {
    let detail = crate::Detail::new("read", "the store answered fewer paths than it was asked").at(path);
    crate::Error::new(crate::ErrorKind::Unavailable, detail)
}

/// The versions of the store that is wrapped.
fn versions_of<'a>(
    store: &'a (impl crate::SecretStore + ?Sized),
    operation: &'static str,
    path: &crate::SecretPath,
) -> crate::Result<&'a dyn crate::VersionedStore> {
    store.versioned().ok_or_else(|| {
        let info = store.info();
        let detail =
            crate::Detail::new(operation, "the store keeps no numbered versions and no notes").at(path);
        crate::Error::new(crate::ErrorKind::Unsupported, detail.store(info.describe()))
    })
}
