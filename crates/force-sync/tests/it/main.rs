//! Telling the operator, as those who use the crate see it.
#![expect(clippy::unwrap_used, reason = "what fails in a test is to end it")]

mod access;
mod api_server;
mod config;
mod matching;
mod queue;
mod touch;
