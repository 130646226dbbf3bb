//! Behaviour of the crate as its users see it.
#![expect(clippy::unwrap_used, reason = "what fails in a test is to end it")]

mod any_input;
mod recorded;
mod written;
