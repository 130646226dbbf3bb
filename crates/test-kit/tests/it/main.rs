//! What the kit promises.
#![expect(clippy::unwrap_used, reason = "what fails in a test is to end it")]

mod broken_stores;
mod bundle;
mod canary;
mod clock;
mod conformance;
mod event;
#[cfg(feature = "mocks")]
mod mocks;
#[cfg(feature = "proxy")]
mod proxy;
mod snapshot;
mod stores;
mod strategy;
mod suite;
