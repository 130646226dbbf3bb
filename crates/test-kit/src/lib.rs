//! Test doubles and a conformance suite for stores, buses, clocks and bundles.

mod bytes;
mod canary;
mod clock;
pub mod conformance;
mod event;
mod name;
mod runtime;
mod store;
mod watched;

pub use canary::Canary;
pub use clock::FakeClock;
pub use event::{FailingEventBus, RecordingEventBus};
pub use events::{Clock, EventBus};
pub use name::{field, path};
pub use runtime::block_on;
pub use store::{CountingStore, Counts, Fault, FaultyStore, Gate, InMemorySecretStore};
