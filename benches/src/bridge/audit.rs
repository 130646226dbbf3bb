//! What an audit log of ours holds.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;

use events::audit::{Verdict, VerifyOptions, verify};

/// What an audit log holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Audited {
    /// How many records.
    pub records: u64,
}

/// Reads the whole log, whose chain must hold.
///
/// # Errors
/// When it cannot be read, or does not verify; with everything that is wrong with it.
pub fn audited(log: &Path) -> io::Result<Audited> {
    let report = verify(BufReader::with_capacity(1 << 20, File::open(log)?), &VerifyOptions::default())?;
    match report.verdict() {
        Verdict::Intact => Ok(Audited { records: report.records }),
        _ => Err(io::Error::other(format!("{}: {report}", log.display()))),
    }
}
