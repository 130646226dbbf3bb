//! What the benchmarks measure, and what they measure it beside.
//!
//! See `README.md` in this folder for the commands.

mod peer;
mod sample;
mod timing;

pub use peer::{Discipline, write_with_serde};
pub use sample::{SECRETS, Sample};
pub use timing::{Row, Table, fastest};
