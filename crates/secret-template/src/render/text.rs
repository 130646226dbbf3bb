//! Bytes that are wiped when they are no longer needed, and never left behind when they grow.

use core::cmp::Ordering;
use core::fmt;
use core::ops::Deref;
use std::rc::Rc;

use zeroize::Zeroizing;

use super::fault::Fault;

/// How long a text may become: four times what Kubernetes allows a whole Secret.
pub(crate) const MAX_TEXT: usize = 4 << 20;

/// A Go string: bytes, mostly UTF-8. A clone shares them.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Text(Rc<Zeroizing<Vec<u8>>>);

impl Text {
    /// A copy.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self(Rc::new(Zeroizing::new(bytes.to_vec())))
    }

    /// The text, when it is UTF-8.
    pub(crate) fn utf8(&self) -> Option<&str> {
        core::str::from_utf8(self).ok()
    }
}

impl Deref for Text {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> Ordering {
        self.deref().cmp(other)
    }
}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Shows nothing.
impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Text")
    }
}

/// A text that is being written. Where its room is too small it moves to a larger one, and the old one is wiped.
#[derive(Default)]
pub(crate) struct Buffer {
    bytes: Zeroizing<Vec<u8>>,
    too_long: bool,
}

impl Buffer {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self { bytes: Zeroizing::new(Vec::with_capacity(capacity.min(MAX_TEXT))), too_long: false }
    }

    pub(crate) fn extend(&mut self, bytes: &[u8]) {
        let needed = self.bytes.len() + bytes.len();
        if self.too_long || needed > MAX_TEXT {
            self.too_long = true;
            return;
        }
        if needed > self.bytes.capacity() {
            let mut larger =
                Zeroizing::new(Vec::with_capacity(needed.max(self.bytes.capacity() * 2).max(64)));
            larger.extend_from_slice(&self.bytes);
            self.bytes = larger;
        }
        self.bytes.extend_from_slice(bytes);
    }

    pub(crate) fn push(&mut self, byte: u8) {
        self.extend(&[byte]);
    }

    pub(crate) fn push_char(&mut self, c: char) {
        let mut bytes = Zeroizing::new([0; 4]);
        let length = c.encode_utf8(&mut *bytes).len();
        self.extend(&bytes[..length]);
    }

    /// The same bytes several times.
    pub(crate) fn fill(&mut self, bytes: &[u8], times: usize) {
        if bytes.len().saturating_mul(times) > MAX_TEXT {
            self.too_long = true;
            return;
        }
        for _ in 0..times {
            self.extend(bytes);
        }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn finish(self) -> Result<Text, Fault> {
        if self.too_long { Err(Fault::LIMIT_LENGTH) } else { Ok(Text(Rc::new(self.bytes))) }
    }

    /// As [`Buffer::finish`], for what leaves the crate.
    pub(crate) fn into_bytes(self) -> Result<Zeroizing<Vec<u8>>, Fault> {
        if self.too_long { Err(Fault::LIMIT_LENGTH) } else { Ok(self.bytes) }
    }
}

/// A text that `write` writes.
pub(crate) fn text(write: impl FnOnce(&mut Buffer)) -> Result<Text, Fault> {
    let mut buffer = Buffer::new();
    write(&mut buffer);
    buffer.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_grows_too_long_is_a_fault() {
        let mut buffer = Buffer::new();
        buffer.fill(b"ab", MAX_TEXT / 2);
        assert_eq!(buffer.bytes().len(), MAX_TEXT);
        buffer.push(b'c');
        assert!(buffer.finish().is_err());
    }
}
