//! The one YAML module: reading through serde, writing so that YAML 1.1 and YAML 1.2 readers agree.
//!
//! Kubernetes tooling reads YAML 1.1, where `no`, `12:30:45` or `1_000` are no strings. A string is left bare only where
//! neither version of the language can take it for anything else.

mod emitter;
mod error;
mod number;
mod read;
mod scalar;
mod serializer;
mod value;

pub use crate::parse::from_text;
pub use emitter::Emitter;
pub use error::YamlError;
pub use read::{from_str, unique_map};
pub use scalar::{base64_size, string_size};
pub use serializer::{append, append_document, to_string};
pub(crate) use value::to_value;
