//! The bridge under load, and what it is measured beside.

mod audit;
mod client;
mod load;
mod peers;
mod process;
mod report;
mod serve;

pub use audit::{Audited, audited, reads};
pub use client::{Answer, Client};
pub use load::{Load, Wrk};
pub use peers::{BareAxum, OpenBao};
pub use process::{Process, Usage};
pub use report::{Measured, Report};
pub use serve::{Serve, free_address};

/// The token that may do everything, of the servers that are told theirs.
pub const ROOT: &str = "a-token-of-the-bench-that-may-do-everything";
/// Where the key/value engine is.
pub const MOUNT: &str = "secret";
