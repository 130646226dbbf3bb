//! Behaviour of the crate as its users see it.
#![expect(clippy::unwrap_used, reason = "what fails in a test is to end it")]

#[cfg(feature = "age")]
mod age_config;
#[cfg(feature = "age")]
mod age_conformance;
#[cfg(feature = "age")]
mod age_fixture;
#[cfg(feature = "age")]
mod age_identity;
#[cfg(feature = "age")]
mod age_interop;
#[cfg(feature = "age-plugin")]
mod age_plugin;
#[cfg(feature = "age")]
mod age_read;
#[cfg(feature = "age")]
mod age_recipients;
#[cfg(feature = "age")]
mod age_rekey;
#[cfg(feature = "file")]
mod child;
mod config;
#[cfg(feature = "file")]
mod file_config;
#[cfg(feature = "file")]
mod file_conformance;
#[cfg(feature = "file")]
mod file_refusals;
#[cfg(feature = "file")]
mod file_store;
#[cfg(feature = "file")]
mod file_writers;
#[cfg(feature = "json")]
mod json;
mod memory;
#[cfg(feature = "file")]
mod tree_codec;
#[cfg(feature = "file")]
mod tree_content;
#[cfg(feature = "vault")]
mod vault;
mod wrapper_audited;
mod wrapper_cached;
mod wrapper_cached_flights;
mod wrapper_cached_stale;
mod wrapper_conformance;
mod wrapper_mount;
#[cfg(feature = "file")]
mod wrapper_numbered;
mod wrapper_order;
mod wrapper_read_only;
mod wrapper_retry;
mod wrapper_retry_bounds;
mod wrapper_scoped;
mod wrapper_versioned;
mod wrapper_withheld;
