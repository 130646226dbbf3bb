//! The `vault` provider against a real OpenBao server: `lab/run openbao`.
#![expect(clippy::unwrap_used, reason = "what fails in a test is to end it")]

mod as_application;
mod conformance;
mod conformance_auth;
mod denied;
mod interop;
mod login;
mod names;
mod namespace;
mod sealed;
mod shared;
mod token_review;
mod tokens;
mod trouble;
mod versions;
mod web_token;
mod wrong_credential;
