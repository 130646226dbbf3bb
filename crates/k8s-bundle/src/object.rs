//! The kinds that this crate itself emits.

mod namespace;

pub use namespace::NamespaceObject;
