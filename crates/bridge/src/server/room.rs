//! Room for the bodies of all requests together.

use tokio::sync::{Semaphore, SemaphorePermit};

use super::limits::{BODIES, SMALL_BODIES, SMALL_BODY};

/// How many bytes the bodies may have that are read or answered now, whatever connection they come on.
///
/// A body is read before it is known who sends it, and one connection may send many at once. Each takes of the room as it grows.
/// Nobody waits for room: bodies that each have a part of it and wait for more would wait for one another until they are too slow.
/// So one that finds none is refused, and its part is there for the others.
#[derive(Debug)]
pub(super) struct Room {
    any: Semaphore,
    /// For small ones alone: so writes and log-ins are read while large ones have taken the rest.
    small: Semaphore,
}

/// What one body has of the room, until this is dropped.
#[derive(Debug, Default)]
pub(super) struct Held<'a> {
    any: Option<SemaphorePermit<'a>>,
    small: Option<SemaphorePermit<'a>>,
}

impl Room {
    /// For bodies of at most this many bytes each.
    pub(super) fn new(body_bytes: usize) -> Self {
        let any = BODIES.max(body_bytes).min(Semaphore::MAX_PERMITS);
        Self { any: Semaphore::new(any), small: Semaphore::new(SMALL_BODIES) }
    }
}

impl<'a> Held<'a> {
    /// Takes room for a body that has grown to this many bytes; tells whether there was as much.
    pub(super) fn grow(&mut self, bytes: usize, room: &'a Room) -> bool {
        if bytes <= SMALL_BODY && self.any.is_none() && extend(&mut self.small, bytes, &room.small) {
            return true;
        }
        if !extend(&mut self.any, bytes, &room.any) {
            return false;
        }
        self.small = None;
        true
    }
}

fn extend<'a>(part: &mut Option<SemaphorePermit<'a>>, bytes: usize, room: &'a Semaphore) -> bool {
    let more = bytes - part.as_ref().map_or(0, SemaphorePermit::num_permits);
    let Some(more) = u32::try_from(more).ok().and_then(|more| room.try_acquire_many(more).ok()) else {
        return false;
    };
    match part {
        Some(part) => part.merge(more),
        None => *part = Some(more),
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(bytes: usize, room: &Room) -> Option<Held<'_>> {
        let mut held = Held::default();
        held.grow(bytes, room).then_some(held)
    }

    fn free(room: &Room) -> (usize, usize) {
        (room.any.available_permits(), room.small.available_permits())
    }

    #[test]
    fn a_body_takes_what_it_needs_as_it_grows_and_gives_all_of_it_back() {
        let room = Room::new(1);
        let mut growing = Held::default();
        for (bytes, left) in [
            (1, (BODIES, SMALL_BODIES - 1)),
            (SMALL_BODY, (BODIES, SMALL_BODIES - SMALL_BODY)),
            (SMALL_BODY + 1, (BODIES - SMALL_BODY - 1, SMALL_BODIES)),
            (BODIES, (0, SMALL_BODIES)),
        ] {
            assert!(growing.grow(bytes, &room));
            assert_eq!(free(&room), left, "{bytes}");
        }
        assert!(!growing.grow(BODIES + 1, &room));
        drop(growing);
        assert_eq!(free(&room), (BODIES, SMALL_BODIES));
    }

    #[test]
    fn small_ones_have_room_while_large_ones_have_taken_the_rest() {
        let room = Room::new(1);
        let _large = held(BODIES, &room).unwrap();
        let _small: Vec<_> =
            (0..SMALL_BODIES / SMALL_BODY).map(|_| held(SMALL_BODY, &room).unwrap()).collect();
        assert!(held(1, &room).is_none());
        assert_eq!(free(&room), (0, 0));
    }

    #[test]
    fn small_ones_that_find_no_room_of_their_own_take_of_the_rest() {
        let room = Room::new(1);
        let _small: Vec<_> =
            (0..SMALL_BODIES / SMALL_BODY).map(|_| held(SMALL_BODY, &room).unwrap()).collect();
        let mut another = held(1, &room).unwrap();
        assert!(another.grow(SMALL_BODY, &room));
        assert_eq!(free(&room), (BODIES - SMALL_BODY, 0));
    }

    #[test]
    fn there_is_room_for_one_of_the_longest_whatever_the_settings_are() {
        for longest in [1, 4 << 20, 2 * BODIES] {
            assert!(held(longest, &Room::new(longest)).is_some());
        }
        Room::new(usize::MAX);
    }
}
