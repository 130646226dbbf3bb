//! The body of a request, in memory that is wiped.

use std::time::Duration;

use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use zeroize::Zeroizing;

use super::room::{Held, Room};

/// Why there is no body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoBody {
    TooLong,
    TooSlow,
    /// There is no room for it beside the others.
    TooMany,
    /// The client has gone, or does not send what it said.
    Broken,
}

/// The whole body, of at most `limit` bytes, and its part of the room.
pub(super) async fn collect(
    body: Incoming,
    limit: usize,
    within: Duration,
    room: &Room,
) -> Result<(Zeroizing<Vec<u8>>, Held<'_>), NoBody> {
    if body.is_end_stream() {
        return Ok((Zeroizing::default(), Held::default()));
    }
    match tokio::time::timeout(within, read(body, limit, room)).await {
        Ok(read) => read,
        Err(_) => Err(NoBody::TooSlow),
    }
}

async fn read(
    mut body: Incoming,
    limit: usize,
    room: &Room,
) -> Result<(Zeroizing<Vec<u8>>, Held<'_>), NoBody> {
    let announced = body.size_hint();
    if announced.lower() > limit as u64 {
        return Err(NoBody::TooLong);
    }
    // What it may have at the end.
    let most = announced.upper().and_then(|upper| usize::try_from(upper).ok()).unwrap_or(limit).min(limit);
    let (mut whole, mut held) = (Zeroizing::new(Vec::new()), Held::default());
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| NoBody::Broken)?.into_data() else { continue };
        let length = whole.len() + data.len();
        if length > limit {
            return Err(NoBody::TooLong);
        }
        if length > whole.capacity() {
            // At most twice what has come: who announces much and sends little has little of the room.
            let capacity = length.next_power_of_two().min(most).max(length);
            if !held.grow(capacity, room) {
                return Err(NoBody::TooMany);
            }
            // Grown by hand, so that no copy is left behind.
            let mut larger = Zeroizing::new(Vec::with_capacity(capacity));
            larger.extend_from_slice(&whole);
            whole = larger;
        }
        whole.extend_from_slice(&data);
    }
    Ok((whole, held))
}
