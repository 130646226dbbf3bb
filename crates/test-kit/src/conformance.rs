//! What every store must do, as tests.
//!
//! [`conformance_suite!`](crate::conformance_suite) makes one test of each behaviour for a store that can be written,
//! [`read_only_conformance_suite!`](crate::read_only_conformance_suite) for one that cannot, and
//! [`versioned_conformance_suite!`](crate::versioned_conformance_suite) of what
//! [`VersionedStore`](secret_store::VersionedStore) adds:
//!
//! ```
//! use std::sync::Arc;
//! use test_kit::InMemorySecretStore;
//!
//! test_kit::conformance_suite!(memory, async || Arc::new(InMemorySecretStore::new()));
//! # fn main() {}
//! ```
//! The tests are called `memory::a_trailing_newline_survives` and so on. Each gets a store of its own from the closure,
//! which must be empty; return a [`Fixture`] to keep a temporary directory or a server alive as long as the store.
//!
//! **Capabilities gate nothing silently.** Where a store says in its [`StoreInfo`](secret_store::StoreInfo) that it cannot
//! do something, the test asserts instead that the store answers
//! [`Unsupported`](secret_store::ErrorKind::Unsupported) and that nothing has changed.
//!
//! The contract lets a store refuse what it cannot hold (an empty value, an odd name) as
//! [`Invalid`](secret_store::ErrorKind::Invalid). The suite does not, unless the fixture says
//! [`may_refuse`](Fixture::may_refuse); then a refusal is right only when nothing has changed.

mod concurrency;
mod delete;
mod fixture;
mod history;
mod info;
mod list;
mod missing;
mod name;
mod nesting;
mod precondition;
mod read_many;
mod read_only;
mod redaction;
mod round_trip;
mod suite;
mod versioned;
mod write_mode;

pub use fixture::{Fixture, Seed};

/// The behaviours of the suite, one function each: [`block_on`](crate::block_on) one to debug a store.
///
/// Each takes a fixture with an empty store, and panics when the store does not behave.
pub mod behaviour {
    pub use super::concurrency::*;
    pub use super::delete::*;
    pub use super::history::*;
    pub use super::info::*;
    pub use super::list::*;
    pub use super::missing::*;
    pub use super::name::*;
    pub use super::nesting::*;
    pub use super::precondition::*;
    pub use super::read_many::*;
    pub use super::redaction::*;
    pub use super::round_trip::*;
    pub use super::write_mode::*;
}

/// The behaviours of the suite for stores with numbered versions.
pub mod versioned_behaviour {
    pub use super::versioned::*;
}

/// The behaviours of the read-only suite; each takes a fixture whose store holds the [`Seed`].
pub mod read_only_behaviour {
    pub use super::read_only::*;
}
