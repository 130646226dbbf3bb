//! Behaviour of the contributor.
#![expect(clippy::unwrap_used, reason = "what the tests are set up with is valid; a failure names its line")]

mod kubernetes;
mod objects;
mod settings;
