//! The providers, one folder each.

#[cfg(feature = "file")]
pub mod file;
#[cfg(feature = "file")]
mod tree;
