//! Behaviour of the materializer, written against its public interface.

mod audit;
mod canary;
mod concurrent;
mod delivery;
mod failing;
mod missing;
mod order;
mod plan;
mod python;
mod setup;
mod tls;
mod values;
