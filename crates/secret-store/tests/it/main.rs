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
mod age_read;
#[cfg(feature = "age")]
mod age_recipients;
#[cfg(feature = "age")]
mod age_rekey;
mod file_config;
mod file_conformance;
mod file_store;
mod tree_codec;
