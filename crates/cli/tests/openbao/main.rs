//! The command with a real OpenBao server as its store: `lab/run openbao`.
#![expect(clippy::unwrap_used, reason = "what fails in a test is to end it")]

mod guide;
mod homelab;
mod login;
mod requests;
mod restart;
#[path = "../it/sandbox.rs"]
#[expect(dead_code, reason = "the tests without a server need more of it")]
mod sandbox;
mod shared;
mod store;
