//! Maps whose keys are hashes already.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A map by hashes under a key that nobody else knows: to hash them once more would spread them no better.
pub(crate) type HashedMap<K, V> = HashMap<K, V, BuildHasherDefault<AsItIs>>;

/// Takes a hash of 64 bits for what it is.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    /// Of those who choose among several maps by the lower bits of a hash: the map in it looks at others.
    fn write_u64(&mut self, hash: u64) {
        self.0 = hash.rotate_left(32);
    }

    /// Only for the trait: the keys are hashes.
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_with_the_same_lower_bits_are_apart() {
        let mut map = HashedMap::default();
        for n in 0..10_000_u64 {
            map.insert(n.wrapping_mul(0x9e37_79b9_7f4a_7c15) << 6, n);
        }
        assert_eq!(map.len(), 10_000);
        assert!((0..10_000).all(|n: u64| map[&(n.wrapping_mul(0x9e37_79b9_7f4a_7c15) << 6)] == n));
    }
}
