//! Buffers for answers, used again.
//!
//! One for each answer would be more than the allocator has at hand for a thread: each would cost it a search for room.

use std::cell::RefCell;

use zeroize::{Zeroize as _, Zeroizing};

/// How many are kept for each thread: as many answers as are under way there at once, mostly.
const MOST: usize = 16;

/// The largest that is kept, in bytes: few answers are longer, and not many at once.
const LARGEST: usize = 4096;

thread_local! {
    static KEPT: RefCell<Vec<Zeroizing<Vec<u8>>>> = const { RefCell::new(Vec::new()) };
}

/// An empty buffer: one that was given back, where there is one.
pub(crate) fn take() -> Zeroizing<Vec<u8>> {
    KEPT.with_borrow_mut(Vec::pop).unwrap_or_default()
}

/// Wipes a buffer and gives it back.
pub(super) fn give_back(mut buffer: Zeroizing<Vec<u8>>) {
    // As a whole: `Zeroizing` would do it byte by byte, and finds nothing left to do.
    buffer.as_mut_slice().zeroize();
    buffer.clear();
    if (1..=LARGEST).contains(&buffer.capacity()) {
        // A thread that ends keeps nothing.
        let _ = KEPT.try_with(|kept| {
            let mut kept = kept.borrow_mut();
            if kept.len() < MOST {
                kept.push(buffer);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    fn with_capacity(capacity: usize) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(Vec::with_capacity(capacity))
    }

    fn on_a_thread_of_its_own(test: fn()) {
        thread::spawn(test).join().unwrap();
    }

    #[test]
    fn what_is_given_back_is_taken_again_and_is_empty() {
        on_a_thread_of_its_own(|| {
            let mut buffer = with_capacity(64);
            buffer.extend_from_slice(b"hunter2");
            let place = buffer.as_ptr();
            give_back(buffer);
            let again = take();
            assert_eq!((again.as_ptr(), again.len(), again.capacity()), (place, 0, 64));
            assert_eq!(take().capacity(), 0);
        });
    }

    #[test]
    fn few_are_kept_and_none_that_are_large() {
        on_a_thread_of_its_own(|| {
            for capacity in [0, LARGEST + 1] {
                give_back(with_capacity(capacity));
            }
            for _ in 0..2 * MOST {
                give_back(with_capacity(LARGEST));
            }
            assert_eq!(KEPT.with_borrow(Vec::len), MOST);
            assert!((0..MOST).all(|_| take().capacity() == LARGEST));
            assert_eq!(take().capacity(), 0);
        });
    }
}
