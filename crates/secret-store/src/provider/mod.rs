//! The providers, one folder each.

#[cfg(feature = "age")]
pub mod age;
#[cfg(feature = "file")]
pub mod file;
pub mod memory;
#[cfg(feature = "file")]
mod tree;
#[cfg(feature = "vault")]
pub mod vault;
