//! Behaviour of the bridge as those who use it see it.
#![expect(clippy::unwrap_used, reason = "what fails in a test is to end it")]

mod abandoned;
mod api;
mod burst;
mod emptied;
mod first_token;
mod hostile;
mod limits;
mod login;
mod login_cert;
mod login_jwt;
#[cfg(feature = "kubernetes")]
mod login_kubernetes;
mod loopback;
mod malformed;
mod metrics;
mod opened;
mod ready;
mod recent;
mod server;
mod stale;
mod status;
mod throttle;
mod tokens;
mod ui;
mod written;
