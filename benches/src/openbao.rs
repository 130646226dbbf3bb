//! Programs that deliver the same Secrets from the same OpenBao server.

mod contender;
mod delivered;
mod latency;
mod measured;
mod report;
mod seen;
mod server;

pub use contender::{Contender, Programs};
pub use delivered::Delivered;
pub use latency::Delayed;
pub use measured::{Spent, measure, run_and_report};
pub use report::Report;
pub use seen::Seen;
pub use server::Server;
