//! Tokens whose signature was checked.

use std::cell::RefCell;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use ring::hmac;
use ring::rand::SecureRandom;
use zeroize::Zeroizing;

use super::claims::Claims;
use crate::hashed::HashedMap;

/// How many tokens are remembered; a signature that was forgotten is checked again.
const MOST: usize = 4096;

/// Tokens whose signature was checked, so that the next request of the same holder costs one MAC. That a token was signed never
/// changes; whether it was taken back or has ended is asked each time.
///
/// They are known by a MAC of them under a key that only this value has: nobody can tell from how long a search takes how
/// much of a token is right, and what is kept here is no token. What was not signed is not kept, so that nobody fills it. Each thread
/// has its own: to look something up takes no lock, and nothing from another thread.
pub(super) struct Seen {
    key: hmac::Key,
}

thread_local! {
    /// Of all that this thread has looked at, whoever's: no mark is of two keys.
    static CLAIMS: RefCell<HashedMap<Mark, Arc<Claims>>> = RefCell::default();
}

/// What stands for a token here.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark([u8; 32]);

/// Any part of a MAC is as good as a hash of it.
impl Hash for Mark {
    fn hash<H: Hasher>(&self, state: &mut H) {
        if let Some(part) = self.0.first_chunk() {
            state.write_u64(u64::from_ne_bytes(*part));
        }
    }
}

impl Seen {
    /// None remembered. None where the system gives no random bytes.
    pub(super) fn new(random: &dyn SecureRandom) -> Option<Self> {
        let mut secret = Zeroizing::new([0_u8; 32]);
        random.fill(&mut *secret).ok()?;
        Some(Self { key: hmac::Key::new(hmac::HMAC_SHA256, &*secret) })
    }

    pub(super) fn mark(&self, token: &[u8]) -> Mark {
        let mut mark = [0; 32];
        mark.copy_from_slice(hmac::sign(&self.key, token).as_ref());
        Mark(mark)
    }

    pub(super) fn find(mark: Mark) -> Option<Arc<Claims>> {
        CLAIMS.with_borrow(|known| known.get(&mark).map(Arc::clone))
    }

    /// Remembers a token that was signed.
    pub(super) fn remember(mark: Mark, claims: &Claims) {
        CLAIMS.with_borrow_mut(|known| {
            if known.len() >= MOST {
                known.clear();
            }
            // A copy, which is counted on this thread alone.
            known.insert(mark, Arc::new(claims.clone()));
        });
    }
}

impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seen").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use ring::rand::SystemRandom;

    use super::*;

    #[test]
    fn no_more_than_the_most_is_remembered_and_each_under_its_own_mark() {
        let claims = Claims {
            id: String::new(),
            policies: Vec::new(),
            display_name: String::new(),
            path: String::new(),
            metadata: BTreeMap::new(),
            issued: 0,
            expires: 0,
            ends: 0,
            is_renewable: false,
            parents: Vec::new(),
        };
        let (one, other) =
            (Seen::new(&SystemRandom::new()).unwrap(), Seen::new(&SystemRandom::new()).unwrap());
        Seen::remember(one.mark(b"a token"), &claims);
        assert_eq!(Seen::find(one.mark(b"a token")).as_deref(), Some(&claims));
        assert_eq!(Seen::find(one.mark(b"a tokem")), None);
        assert_eq!(Seen::find(other.mark(b"a token")), None);
        for number in 0..=MOST {
            Seen::remember(one.mark(&number.to_be_bytes()), &claims);
        }
        assert!(CLAIMS.with_borrow(HashedMap::len) <= MOST);
    }
}
