//! The vault provider against servers that a test plays.

mod auth_config;
mod auth_flights;
mod auth_leaks;
mod auth_login;
mod auth_renewal;
mod auth_server;
mod auth_token;
mod auth_wrapping;
mod kv_leaks;
mod kv_lost;
mod kv_missing;
mod kv_replies;
mod kv_requests;
mod kv_versions;
