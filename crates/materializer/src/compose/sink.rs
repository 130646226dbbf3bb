//! Where bytes go that are computed from values: into memory of exactly their size, so that nothing is left behind.

use zeroize::Zeroizing;

/// Takes bytes.
pub(super) trait Sink {
    fn push(&mut self, bytes: &[u8]);

    fn push_char(&mut self, c: char) {
        let mut buffer = Zeroizing::new([0; 4]);
        self.push(c.encode_utf8(&mut *buffer).as_bytes());
    }
}

/// Counts them.
impl Sink for usize {
    fn push(&mut self, bytes: &[u8]) {
        *self += bytes.len();
    }
}

impl Sink for Zeroizing<Vec<u8>> {
    fn push(&mut self, bytes: &[u8]) {
        debug_assert!(
            self.capacity() - self.len() >= bytes.len(),
            "a buffer that grows leaves values behind"
        );
        self.extend_from_slice(bytes);
    }
}

/// What `write` writes. It is called twice: once to count.
pub(super) fn exactly(write: impl Fn(&mut dyn Sink)) -> Zeroizing<Vec<u8>> {
    let mut size = 0_usize;
    write(&mut size);
    let mut bytes = Zeroizing::new(Vec::with_capacity(size));
    write(&mut bytes);
    bytes
}
