//! Test doubles and a conformance suite for secret stores, event buses, clocks and bundles.
//!
//! For whoever writes a tool, a contributor or a provider on top of secretbridge: a dev-dependency, never more.
//!
//! ```
//! use secret_store::{ErrorKind, ReadOptions, SecretStore as _};
//! use test_kit::{Canary, Fault, FaultyStore, InMemorySecretStore, path};
//!
//! # test_kit::block_on(async {
//! let canary = Canary::random();
//! let store = FaultyStore::new(InMemorySecretStore::new().with("GITLAB_ROOT_PASSWORD", canary.value()))
//!     .with(Fault::failing(ErrorKind::Unavailable).times(1));
//! let at = path("GITLAB_ROOT_PASSWORD");
//! let error = store.read(&at, ReadOptions::current()).await.unwrap_err();
//! canary.assert_absent_in_error(&error);
//! assert!(store.read(&at, ReadOptions::current()).await.is_ok());
//! # });
//! ```
//!
//! # What there is
//!
//! | to stand in for | take |
//! |---|---|
//! | a store | [`InMemorySecretStore`]; around it [`FaultyStore`] to fail, wait and hang, [`CountingStore`] to count |
//! | a clock | [`FakeClock`], which a test moves |
//! | an event bus | [`RecordingEventBus`], [`FailingEventBus`] |
//! | the output directory | [`InMemoryBundleWriter`] |
//! | any of these, call by call | the mocks of `mock` (feature `mocks`) |
//! | a bad network in front of a real server | the proxy of `proxy` (feature `proxy`) |
//!
//! # To test a provider
//! [`conformance_suite!`] makes some sixty tests of what every store must do, one test each:
//!
//! ```
//! use test_kit::conformance::Fixture;
//! # fn open(_: &str) -> test_kit::InMemorySecretStore { test_kit::InMemorySecretStore::new() }
//! # struct TempDir;
//! # impl TempDir { fn new() -> Self { Self } fn path(&self) -> &str { "" } }
//!
//! test_kit::conformance_suite!(my_provider, async || {
//!     let folder = TempDir::new();
//!     Fixture::new(open(folder.path())).with_guard(folder)
//! });
//! # fn main() {}
//! ```
//! See [`conformance`] for what capabilities change, and for stores that cannot be written.
//!
//! # To look for leaks
//! Plant a [`Canary`] and assert that it is absent from whatever leaves the process; it is found in base64, hexadecimal,
//! percent-encoding, behind escapes and as a list of bytes too.
//!
//! # To make input, and to freeze output
//! [`strategy`] has [`proptest`](mod@proptest) strategies for names that are odd and values that formats get wrong. [`snapshot`] has
//! [`insta`] settings that replace what changes from run to run.
//!
//! # What it does not do
//! [`InMemorySecretStore`] is no cache and no development server: what it holds goes with it. Values in this crate are made
//! up; its failure messages may show those of the conformance suite.
//!
//! # Features
//! `mocks`: [`mockall`](https://docs.rs/mockall) mocks of the traits. `openbao`: a real server for tests, from a program that
//! the caller has. `proxy`: the HTTP/1.1 proxy.

mod bundle;
mod bytes;
mod canary;
mod clock;
pub mod conformance;
mod event;
#[cfg(feature = "mocks")]
pub mod mock;
mod name;
#[cfg(feature = "openbao")]
pub mod openbao;
#[cfg(feature = "proxy")]
pub mod proxy;
mod runtime;
pub mod snapshot;
mod store;
pub mod strategy;
mod watched;

pub use bundle::{InMemoryBundleWriter, WrittenFile};
pub use canary::Canary;
pub use clock::FakeClock;
pub use event::{FailingEventBus, RecordingEventBus};
pub use events::{Clock, EventBus};
pub use name::{field, path};
pub use runtime::block_on;
pub use store::{CountingStore, Counts, Fault, FaultyStore, Gate, InMemorySecretStore};
