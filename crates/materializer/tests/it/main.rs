//! Behaviour of the materializer, written against its public interface.
#![expect(clippy::unwrap_used, reason = "what cannot be unwrapped fails the test that needs it")]

mod audit;
mod buffer;
mod canary;
mod concurrent;
mod data_from;
mod decoding;
mod delivery;
mod failing;
mod missing;
mod order;
mod plan;
mod python;
mod sequence;
mod setup;
mod template;
mod tls;
mod values;
