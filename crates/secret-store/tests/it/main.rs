//! Behaviour of the crate as its users see it.
#![expect(clippy::unwrap_used, reason = "what fails in a test is to end it")]

mod child;
mod file_config;
mod file_conformance;
mod file_refusals;
mod file_store;
mod file_writers;
mod tree_codec;
