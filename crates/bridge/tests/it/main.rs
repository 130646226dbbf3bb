//! Behaviour of the bridge as those who use it see it.
#![expect(clippy::unwrap_used, reason = "what fails in a test is to end it")]

mod api;
mod loopback;
mod malformed;
mod ready;
mod server;
mod tokens;
