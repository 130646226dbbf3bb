//! `sys/…`: what the server says of itself and of its mounts.

mod capabilities;
mod health;
mod metrics;
mod mounts;
mod seal;

pub(crate) use self::capabilities::capabilities;
pub(crate) use self::health::health;
pub(crate) use self::metrics::metrics;
pub(crate) use self::mounts::{all_mounts, mount_config, no_preflight, preflight, visible_mounts};
pub(crate) use self::seal::{initialized, leader, seal_status};
