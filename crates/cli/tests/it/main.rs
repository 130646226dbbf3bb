//! The command as its users meet it.
#![expect(clippy::unwrap_used, reason = "what fails in a test is to end it")]

mod audit;
mod bad_config;
mod bad_runtime_sync;
mod bad_secret;
mod bad_vault;
mod build;
mod by_reference;
mod command_line;
mod deadline;
mod delivery;
mod examples;
mod guide;
mod homelab;
mod init;
mod interrupted;
mod inventory;
mod no_store;
mod output;
mod passphrase;
mod plan;
mod readme;
mod sandbox;
mod serve;
mod stand_in;
mod store;
mod sync;
#[cfg(feature = "otel")]
mod telemetry;
mod terminal;
mod versions;
mod workload;
