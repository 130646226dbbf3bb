//! Stores for tests.

mod counting;
mod faulty;
mod memory;

pub use counting::{CountingStore, Counts};
pub use faulty::{Fault, FaultyStore, Gate};
pub use memory::InMemorySecretStore;
