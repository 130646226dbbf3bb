//! Checking a log from its beginning.

use std::io::{self, BufRead, Read};

use sha2::{Digest, Sha256};

use super::record::{Link, MAX_LINE_BYTES, NotARecord};
use super::{ChainHash, Problem, ProblemKind, Report};

/// What to check besides the chain.
#[derive(Debug, Clone, Default)]
pub struct VerifyOptions {
    /// The hash of a record that must be in the log: a head that was printed earlier and kept elsewhere.
    pub anchor: Option<ChainHash>,
}

/// Reads a log to its end and reports everything that is wrong with it. Keeps one line in memory, and the problems.
///
/// # Errors
/// Those of `reader`. A log that does not verify is no error: see [`Report::verdict`].
pub fn verify(mut reader: impl BufRead, options: &VerifyOptions) -> io::Result<Report> {
    let mut verifier = Verifier { anchor: options.anchor, ..Verifier::default() };
    let mut line = Vec::new();
    loop {
        line.clear();
        let limit = u64::try_from(MAX_LINE_BYTES).unwrap_or(u64::MAX);
        if reader.by_ref().take(limit).read_until(b'\n', &mut line)? == 0 {
            return Ok(verifier.finish());
        }
        let is_whole = line.pop_if(|last| *last == b'\n').is_some();
        if !is_whole && line.len() == MAX_LINE_BYTES {
            let is_whole = verifier.take_giant(&line, &mut reader)?;
            verifier.end_line(is_whole);
        } else {
            verifier.take(&line, is_whole);
        }
    }
}

#[derive(Debug, Default)]
struct Verifier {
    anchor: Option<ChainHash>,
    line: u64,
    last: Option<Link>,
    broken: Broken,
    report: Report,
}

/// The lines since the last record that are none themselves.
#[derive(Debug, Default)]
struct Broken {
    lines: Vec<(u64, NotARecord)>,
    bytes: Sha256,
    /// The last of them has no newline.
    unfinished: bool,
}

impl Verifier {
    fn take(&mut self, text: &[u8], is_whole: bool) {
        match Link::read(text) {
            Ok(link) => {
                self.line += 1;
                self.take_record(link);
            }
            Err(why) => {
                self.begin_broken(why);
                self.broken.bytes.update(text);
                self.end_line(is_whole);
            }
        }
    }

    /// A line longer than any record: hashed piece by piece.
    fn take_giant(&mut self, beginning: &[u8], reader: &mut impl BufRead) -> io::Result<bool> {
        self.begin_broken(NotARecord::Unreadable);
        self.broken.bytes.update(beginning);
        loop {
            let piece = reader.fill_buf()?;
            let newline = piece.iter().position(|byte| *byte == b'\n');
            let text = newline.unwrap_or(piece.len());
            self.broken.bytes.update(&piece[..text]);
            let is_end = piece.is_empty();
            reader.consume(newline.map_or(text, |newline| newline + 1));
            if newline.is_some() || is_end {
                return Ok(newline.is_some());
            }
        }
    }

    fn begin_broken(&mut self, why: NotARecord) {
        self.line += 1;
        if !self.broken.lines.is_empty() {
            self.broken.bytes.update(b"\n");
        }
        self.broken.lines.push((self.line, why));
    }

    fn end_line(&mut self, is_whole: bool) {
        self.broken.unfinished = !is_whole;
    }

    fn take_record(&mut self, link: Link) {
        let broken = std::mem::take(&mut self.broken);
        let damaged = match link.after_torn {
            Some(torn) if !broken.lines.is_empty() && ChainHash::finish(broken.bytes) == torn => {
                self.torn(broken.lines)
            }
            Some(_) if broken.lines.is_empty() => {
                self.problem(ProblemKind::TornLineGone);
                0
            }
            _ => self.damaged(broken.lines),
        };
        self.check_place(&link, damaged);
        self.report.records += 1;
        self.report.head = Some(link.hash);
        self.anchor = self.anchor.filter(|anchor| *anchor != link.hash);
        self.last = Some(link);
    }

    fn check_place(&mut self, link: &Link, damaged: u64) {
        let (seq, head) = self.last.as_ref().map_or((0, ChainHash::GENESIS), |last| (last.seq, last.hash));
        // A record behind damaged lines was written either before they were damaged or after.
        let follows = link.seq == seq.saturating_add(1) && link.prev == head;
        let skips = damaged > 0 && link.seq == seq.saturating_add(1).saturating_add(damaged);
        if !follows && !skips {
            self.problem(ProblemKind::Gap { seq: link.seq, after: seq });
        }
        match (&self.last, link.continues) {
            (None, continues) => self.report.continues = continues,
            (Some(_), Some(lost)) => self.problem(ProblemKind::CutBack { lost }),
            (Some(_), None) => {}
        }
        if self.last.as_ref().is_some_and(|last| last.instance != link.instance) {
            self.problem(ProblemKind::OtherInstance { instance: link.instance.clone() });
        }
    }

    /// Lines that writers were interrupted in. One with the form of a record was whole once: that is no interruption.
    fn torn(&mut self, lines: Vec<(u64, NotARecord)>) -> u64 {
        let (torn, altered): (Vec<_>, Vec<_>) =
            lines.into_iter().partition(|(_, why)| *why == NotARecord::Unreadable);
        self.report.torn.extend(torn.into_iter().map(|(line, _)| line));
        self.damaged(altered)
    }

    /// Returns how many lines are damaged.
    fn damaged(&mut self, lines: Vec<(u64, NotARecord)>) -> u64 {
        let count = u64::try_from(lines.len()).unwrap_or(u64::MAX);
        self.report.problems.extend(lines.into_iter().map(|(line, why)| {
            let kind = match why {
                NotARecord::Unreadable => ProblemKind::Unreadable,
                NotARecord::Altered => ProblemKind::Altered,
            };
            Problem { line: Some(line), kind }
        }));
        count
    }

    fn problem(&mut self, kind: ProblemKind) {
        self.report.problems.push(Problem { line: Some(self.line), kind });
    }

    fn finish(mut self) -> Report {
        let mut broken = std::mem::take(&mut self.broken);
        if broken.unfinished {
            self.report.unfinished = broken.lines.pop().map(|(line, _)| line);
            self.torn(broken.lines);
        } else {
            self.damaged(broken.lines);
        }
        if let Some(anchor) = self.anchor {
            self.report.problems.push(Problem { line: None, kind: ProblemKind::AnchorMissing { anchor } });
        }
        self.report
    }
}
