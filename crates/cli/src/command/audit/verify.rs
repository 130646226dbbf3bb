//! `secretbridge audit verify`.

use std::fmt;
use std::fs::File;
use std::io::{BufReader, ErrorKind};
use std::path::PathBuf;

use clap::Args;
use events::audit::{ChainHash, Report, Verdict, VerifyOptions, verify};
use serde::Serialize;

use super::LogArgs;
use crate::error::{Error, Result};
use crate::output::Output;

/// Check that no line of the log was changed, removed or inserted.
///
/// Prints the number of records and the head: the hash of the last one. A log that was cut off at its end, or rewritten
/// as a whole, is only found against a head that was kept elsewhere: give it as `--anchor`.
#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    #[command(flatten)]
    log: LogArgs,
    /// The hash of a record that must be in the log: a head that was printed earlier.
    #[arg(long, value_name = "HASH")]
    anchor: Option<ChainHash>,
}

#[derive(Serialize)]
struct Verified {
    file: PathBuf,
    verdict: Verdict,
    #[serde(flatten)]
    report: Report,
}

impl fmt::Display for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file.display(), self.report)
    }
}

pub(super) fn run(arguments: &VerifyArgs, output: Output) -> Result<()> {
    let file = arguments.log.path()?;
    let log = match File::open(&file) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Err(Error::AuditGone(file)),
        opened => opened.map_err(Error::io("open the audit log", &file))?,
    };
    let options = VerifyOptions { anchor: arguments.anchor };
    let report = verify(BufReader::new(log), &options).map_err(Error::io("read the audit log", &file))?;
    let verdict = report.verdict();
    output.result(&Verified { file: file.clone(), verdict, report })?;
    match verdict {
        Verdict::Intact | Verdict::Torn => Ok(()),
        Verdict::Damaged => Err(Error::AuditDamaged(file)),
    }
}
