//! What the benchmarks measure, and what they measure it beside.
//!
//! See `README.md` in this folder for the commands.

mod age_files;
pub mod bridge;
mod estate;
pub mod openbao;
mod peer;
mod sample;
mod timing;

pub use age_files::AgeFiles;
pub use estate::{Estate, Target};
pub use peer::{Discipline, write_with_serde};
pub use sample::{Kind, Sample};
pub use timing::{Cost, Row, Table, best};

/// How many Secrets, or files, a measurement is of.
pub const COUNT: usize = 10_000;
