//! The providers, one folder each.

#[cfg(feature = "age")]
pub mod age;
#[cfg(feature = "file")]
pub mod file;
pub mod memory;
#[cfg(feature = "file")]
mod tree;
#[cfg(feature = "fuzzing")]
pub(crate) use self::tree::{read_back_json, read_back_yaml};
#[cfg(feature = "vault")]
pub mod vault;
