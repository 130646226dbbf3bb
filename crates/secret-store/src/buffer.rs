//! Reading into memory that is wiped.

use std::io::{self, Read};

use zeroize::Zeroizing;

/// Reads `reader` to its end into memory that is wiped, also where it had to grow.
///
/// # Errors
/// As the reader's; [`io::ErrorKind::FileTooLarge`] when there are more than `limit` bytes.
pub(crate) fn read_to_end(
    reader: &mut impl Read,
    size_hint: usize,
    limit: usize,
) -> io::Result<Zeroizing<Vec<u8>>> {
    // One byte more than expected, so that the end is seen without growing.
    let mut buffer = Zeroizing::new(vec![0; size_hint.min(limit) + 1]);
    let mut filled = 0;
    loop {
        if filled == buffer.len() {
            let mut larger = Zeroizing::new(vec![0; buffer.len() * 2 + 64]);
            larger[..filled].copy_from_slice(&buffer);
            buffer = larger;
        }
        match reader.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        if filled > limit {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
    }
    buffer.truncate(filled);
    Ok(buffer)
}

/// A buffer that is written piece by piece and wiped, also where it had to grow.
#[cfg(feature = "json")]
#[derive(Default)]
pub(crate) struct WipedBuffer(Zeroizing<Vec<u8>>);

#[cfg(feature = "json")]
impl WipedBuffer {
    /// An empty one with room for this much: `buffer`, where that has it.
    pub(crate) fn of(mut buffer: Zeroizing<Vec<u8>>, capacity: usize) -> Self {
        if buffer.capacity() < capacity {
            return Self::with_capacity(capacity);
        }
        buffer.clear();
        Self(buffer)
    }

    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self(Zeroizing::new(Vec::with_capacity(capacity)))
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) {
        let length = self.0.len() + bytes.len();
        if length > self.0.capacity() {
            let mut larger = Zeroizing::new(Vec::with_capacity(length.next_power_of_two().max(64)));
            larger.extend_from_slice(&self.0);
            self.0 = larger;
        }
        self.0.extend_from_slice(bytes);
    }

    pub(crate) fn into_inner(self) -> Zeroizing<Vec<u8>> {
        self.0
    }
}

#[cfg(feature = "json")]
impl io::Write for WipedBuffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.push(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_hint_does_no_harm() {
        for hint in [0, 1, 9, 10, 11, 1000] {
            assert_eq!(&**read_to_end(&mut &b"0123456789"[..], hint, 10).unwrap(), b"0123456789");
        }
    }

    #[test]
    fn more_than_the_limit_is_refused() {
        let error = read_to_end(&mut &b"0123456789"[..], 10, 9).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
    }
}
