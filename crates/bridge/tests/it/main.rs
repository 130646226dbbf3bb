//! Behaviour of the bridge as those who use it see it.
#![expect(clippy::unwrap_used, reason = "what fails in a test is to end it")]

mod api;
mod login;
mod login_cert;
mod login_jwt;
#[cfg(feature = "kubernetes")]
mod login_kubernetes;
mod burst;
mod limits;
mod loopback;
mod metrics;
mod opened;
mod ready;
mod recent;
mod server;
mod throttle;
mod status;
mod stale;
mod tokens;
mod ui;
