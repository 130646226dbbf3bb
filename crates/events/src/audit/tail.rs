//! The last lines of a log, and those that follow.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::backwards::Backwards;
use super::record::Link;
use super::{AuditError, Record};
use crate::{Clock, Label};

/// How long [`Tail::next`] waits between two looks at the file.
const POLL: Duration = Duration::from_millis(200);

/// A line of a log, for people and programs that read along. Only [`verify`](super::verify) says what it is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A record.
    Record(Box<Record>),
    /// Something else, as one line to show: a record with an event that a later version writes, as it stands; of anything
    /// that is no record, be it a line cut short or a file that is no log, only how long it is.
    Other(Label),
}

/// Reads a log from near its end.
#[derive(Debug)]
pub struct Tail {
    path: PathBuf,
    file: File,
    /// The beginning of a line whose newline is still to come.
    partial: Vec<u8>,
    ready: VecDeque<Line>,
}

impl Tail {
    /// Opens the log at `path`.
    ///
    /// # Errors
    /// [`AuditError::Io`] if it cannot be read.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, AuditError> {
        let path = path.as_ref();
        let file = File::open(path).map_err(AuditError::io("open", path))?;
        Ok(Self { path: path.to_owned(), file, partial: Vec::new(), ready: VecDeque::new() })
    }

    /// The last `count` whole lines, oldest first. [`next`](Self::next) goes on after them.
    ///
    /// # Errors
    /// [`AuditError::Io`] if the log cannot be read.
    pub fn last(&mut self, count: usize) -> Result<Vec<Line>, AuditError> {
        self.read_last(count).map_err(AuditError::io("read", &self.path))
    }

    fn read_last(&mut self, count: usize) -> io::Result<Vec<Line>> {
        let end = self.file.metadata()?.len();
        let mut tail = Backwards::new(&self.file, end);
        while !tail.is_complete() && tail.lines().nth(count).is_none() {
            tail.extend()?;
        }
        let partial = tail.lines().next().filter(|_| tail.bytes().last() != Some(&b'\n'));
        let partial = partial.map_or(0, |(_, line)| line.len());
        let whole = tail.lines().skip(usize::from(partial > 0)).take(count);
        let mut lines: Vec<_> = whole.map(|(_, line)| Line::read(line)).collect();
        lines.reverse();
        self.file.seek(SeekFrom::Start(end - u64::try_from(partial).unwrap_or(0)))?;
        self.partial.clear();
        Ok(lines)
    }

    /// The next line that is written, looking for it several times a second. Follows the log to a new file when it is
    /// rotated. Dropping the future loses nothing.
    ///
    /// # Errors
    /// [`AuditError::Io`] if the log cannot be read.
    pub async fn next(&mut self, clock: &dyn Clock) -> Result<Line, AuditError> {
        loop {
            if let Some(line) = self.ready.pop_front() {
                return Ok(line);
            }
            if !self.read_more().map_err(AuditError::io("read", &self.path))? {
                clock.sleep(POLL).await;
            }
        }
    }

    /// Reads what has been written since; false if that is nothing.
    fn read_more(&mut self) -> io::Result<bool> {
        let mut more = Vec::new();
        (&self.file).take(1 << 20).read_to_end(&mut more)?;
        if more.is_empty() {
            return self.reopen();
        }
        let mut rest = more.as_slice();
        while let Some(newline) = rest.iter().position(|byte| *byte == b'\n') {
            self.partial.extend_from_slice(&rest[..newline]);
            self.ready.push_back(Line::read(&self.partial));
            self.partial.clear();
            rest = &rest[newline + 1..];
        }
        self.partial.extend_from_slice(rest);
        Ok(true)
    }

    /// Goes to the beginning of the file that is at the path now, if it is another one or has been cut back.
    fn reopen(&mut self) -> io::Result<bool> {
        let there = match fs::metadata(&self.path) {
            Ok(there) => there,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error),
        };
        let is_same = super::appender::is_same_file(&there, &self.file.metadata()?);
        if is_same && there.len() >= self.file.stream_position()? {
            return Ok(false);
        }
        self.file = File::open(&self.path)?;
        self.partial.clear();
        Ok(true)
    }
}

impl Line {
    fn read(text: &[u8]) -> Self {
        match serde_json::from_slice(text) {
            Ok(record) => Self::Record(Box::new(record)),
            Err(_) if Link::read(text).is_ok() => Self::Other(Label::new(&String::from_utf8_lossy(text))),
            // Whose text this is, and what it may hold, nobody knows.
            Err(_) => Self::Other(Label::new(&format!("{} bytes that are no record", text.len()))),
        }
    }
}
