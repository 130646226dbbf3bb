//! `sys/…`: what the server says of itself and of its mounts.

mod auth;
mod capabilities;
mod health;
mod metrics;
mod mounts;
mod seal;
mod status;

pub(crate) use self::auth::methods;
pub(crate) use self::capabilities::{Whose, capabilities};
pub(crate) use self::health::health;
pub(crate) use self::metrics::metrics;
pub(crate) use self::mounts::{
    all_mounts, mount_config, no_preflight, no_visible_mounts, preflight, visible_mounts,
};
pub(crate) use self::seal::{initialized, leader, seal_status};
pub(crate) use self::status::{STATUS, status};
