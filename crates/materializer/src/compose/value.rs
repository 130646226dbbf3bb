//! The bytes of a key.

use core::fmt;

use zeroize::Zeroizing;

/// The bytes of a key: as the store gave them, or made from that.
pub(crate) enum Value<'a> {
    Read(&'a [u8]),
    Made(Zeroizing<Vec<u8>>),
}

impl Value<'_> {
    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Self::Read(bytes) => bytes,
            Self::Made(bytes) => bytes,
        }
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}
