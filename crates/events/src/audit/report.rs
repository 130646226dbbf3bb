//! What a check has found.

use std::fmt;

use serde::Serialize;

use super::ChainHash;
use crate::Label;

/// What [`verify`](super::verify) has found in a log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// How many lines are records.
    pub records: u64,
    /// The hash of the last record. Kept elsewhere, it is the [anchor](super::VerifyOptions::anchor) of a later check.
    pub head: Option<ChainHash>,
    /// The head of the log before this one, where that was rotated away: the anchor that it must verify against.
    pub continues: Option<ChainHash>,
    /// Lines, from 1, that a writer was interrupted in and that the next record accounts for. Not a problem.
    pub torn: Vec<u64>,
    /// The last line, if a writer was interrupted in it and nothing was written since.
    pub unfinished: Option<u64>,
    /// Everything that is wrong, in the order of the lines.
    pub problems: Vec<Problem>,
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Every line is a record that follows the one before it, or is accounted for by the next.
    Intact,
    /// So far intact, but the last line is incomplete: a writer was interrupted, or is writing now.
    Torn,
    /// The log is not what was written.
    Damaged,
}

/// One thing that is wrong with a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The line, from 1; none if it is about the log as a whole.
    pub line: Option<u64>,
    /// What is wrong.
    #[serde(flatten)]
    pub kind: ProblemKind,
}

/// What can be wrong with a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "problem", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ProblemKind {
    /// The line is not a record, and no record accounts for it.
    Unreadable,
    /// The line is a record whose own hash is that of other bytes.
    Altered,
    /// The record does not follow the one before it: something between them was removed, inserted, moved or rewritten.
    Gap {
        /// The record's number.
        seq: u64,
        /// The number of the record before it; 0 at the beginning of the log.
        after: u64,
    },
    /// The record accounts for an interrupted line that is no longer there.
    TornLineGone,
    /// A writer noticed that records it had written were no longer in the log.
    CutBack {
        /// The hash of the last of them.
        lost: ChainHash,
    },
    /// The record belongs to another instance's log.
    OtherInstance {
        /// Whose.
        instance: Label,
    },
    /// The record that must be in the log is not: the log was cut off before it, or rewritten.
    AnchorMissing {
        /// The record's hash.
        anchor: ChainHash,
    },
}

impl Report {
    /// How the check ended.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        if !self.problems.is_empty() {
            Verdict::Damaged
        } else if self.unfinished.is_some() {
            Verdict::Torn
        } else {
            Verdict::Intact
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Intact => "intact",
            Self::Torn => "torn",
            Self::Damaged => "damaged",
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.records == 1 { "" } else { "s" };
        write!(f, "{}: {} record{plural}", self.verdict(), self.records)?;
        if let Some(head) = self.head {
            write!(f, ", head {head}")?;
        }
        if let Some(continues) = self.continues {
            write!(f, "\ncontinues a log that ended with {continues}")?;
        }
        for line in &self.torn {
            write!(
                f,
                "\nline {line}: incomplete: a writer was interrupted; the next record accounts for it"
            )?;
        }
        for problem in &self.problems {
            write!(f, "\n{problem}")?;
        }
        if let Some(line) = self.unfinished {
            write!(f, "\nline {line}: incomplete: a writer was interrupted, or is writing now")?;
        }
        Ok(())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        fmt::Display::fmt(&self.kind, f)
    }
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable => f.write_str("not a record, and no record accounts for it"),
            Self::Altered => f.write_str("altered: its hash is that of other bytes"),
            Self::Gap { seq, after: 0 } => {
                write!(f, "record {seq} does not begin a log: what was before it was removed or rewritten")
            }
            Self::Gap { seq, after } => write!(
                f,
                "record {seq} does not follow record {after} as it stands before it: something there was removed, \
                 inserted, moved or rewritten"
            ),
            Self::TornLineGone => f.write_str("accounts for an incomplete line that is no longer there"),
            Self::CutBack { lost } => {
                write!(
                    f,
                    "written after the log had been cut back: the record {lost} and others before it are gone"
                )
            }
            Self::OtherInstance { instance } => write!(f, "a record of another instance, {instance}"),
            Self::AnchorMissing { anchor } => {
                write!(f, "no record has the hash {anchor}: the log was cut off before it, or rewritten")
            }
        }
    }
}
