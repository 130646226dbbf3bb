//! Reading a file from its end.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

const FIRST_BLOCK: u64 = 4 << 10;

/// The last bytes of a file, as many as were asked for so far.
#[derive(Debug)]
pub(super) struct Backwards<'a> {
    file: &'a File,
    start: u64,
    bytes: Vec<u8>,
}

impl<'a> Backwards<'a> {
    /// Begins at `end`, with nothing read.
    pub(super) fn new(file: &'a File, end: u64) -> Self {
        Self { file, start: end, bytes: Vec::new() }
    }

    /// What was read so far; ends at the end of the file.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether [`bytes`](Self::bytes) begins at the beginning of the file.
    pub(super) fn is_complete(&self) -> bool {
        self.start == 0
    }

    /// Reads at least as much again as was read so far, so that the whole costs no more than twice the last step.
    pub(super) fn extend(&mut self) -> io::Result<()> {
        let read = u64::try_from(self.bytes.len()).unwrap_or(u64::MAX);
        let start = self.start.saturating_sub(read.max(FIRST_BLOCK));
        let mut file = self.file;
        file.seek(SeekFrom::Start(start))?;
        let mut bytes = Vec::with_capacity(self.bytes.len() * 2);
        file.take(self.start - start).read_to_end(&mut bytes)?;
        bytes.append(&mut self.bytes);
        self.bytes = bytes;
        self.start = start;
        Ok(())
    }

    /// The lines whose beginning is known, last first: where each begins in [`bytes`](Self::bytes), and its text
    /// without the newline. What follows the last newline is a line if it is not empty.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &[u8])> {
        let mut end = match self.bytes.as_slice() {
            [] => None,
            [.., b'\n'] => Some(self.bytes.len() - 1),
            _ => Some(self.bytes.len()),
        };
        std::iter::from_fn(move || {
            let stop = end?;
            let newline = self.bytes[..stop].iter().rposition(|byte| *byte == b'\n');
            let start = match newline {
                Some(newline) => newline + 1,
                None if self.is_complete() => 0,
                None => return None,
            };
            end = newline;
            Some((start, &self.bytes[start..stop]))
        })
    }
}
