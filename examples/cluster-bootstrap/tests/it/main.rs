//! What the tool does, tested with the test-kit.

mod delivery;
mod provider;
mod yaml;
