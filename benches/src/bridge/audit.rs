//! What audit logs hold.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom};
use std::path::Path;

use events::audit::{Verdict, VerifyOptions, verify};
use serde::Deserialize;

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

/// How often each path was read from an OpenBao server, by its log from this byte on.
///
/// # Errors
/// When it cannot be read, or is no such log.
pub fn reads(log: &Path, from: u64) -> io::Result<HashMap<String, usize>> {
    #[derive(Deserialize)]
    struct Entry {
        r#type: String,
        request: Request,
    }
    #[derive(Deserialize)]
    struct Request {
        operation: String,
        #[serde(default)]
        path: String,
    }
    let mut log = File::open(log)?;
    log.seek(SeekFrom::Start(from))?;
    let mut reads = HashMap::new();
    for line in BufReader::new(log).lines() {
        let Entry { r#type, request } = serde_json::from_str(&line?)?;
        if r#type == "request" && request.operation == "read" {
            *reads.entry(request.path).or_default() += 1;
        }
    }
    Ok(reads)
}
