//! The `vault` provider against a real OpenBao server: `lab/run openbao`.
#![expect(missing_docs, reason = "tests")]

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
