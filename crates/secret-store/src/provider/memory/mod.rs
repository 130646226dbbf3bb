//! Secrets in the memory of this process.

mod entry;
mod store;

pub use self::store::MemoryStore;
